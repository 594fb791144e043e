/** Several things at once, in a known order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { KeyedMutex, mapAhead, mapConcurrently } from "../../../common/concurrency/concurrency.ts";

/** Work that is under way until it is told to end. */
class Gates {
  readonly begun: number[] = [];
  readonly #gates = new Map<number, PromiseWithResolvers<void>>();

  /** Begins the work of an item and waits for {@link open} or {@link fail}. */
  async pass(item: number): Promise<number> {
    this.begun.push(item);
    await this.#gate(item).promise;
    return item * 10;
  }

  open(...items: readonly number[]): void {
    for (const item of items) {
      this.#gate(item).resolve();
    }
  }

  fail(item: number): void {
    this.#gate(item).reject(new Error(`item ${item}`));
  }

  #gate(item: number): PromiseWithResolvers<void> {
    const gate = this.#gates.get(item) ?? Promise.withResolvers<void>();
    this.#gates.set(item, gate);
    return gate;
  }
}

/** Lets all promises that can settle do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await nextTurn();
  }
}

test("mapConcurrently() keeps the order of items, whatever ends first", async () => {
  const gates = new Gates();
  const results = mapConcurrently([1, 2, 3], 3, (item) => gates.pass(item));
  gates.open(3, 2, 1);
  assert.deepEqual(await results, [10, 20, 30]);
});

test("mapConcurrently() begins no more than its limit", async () => {
  const gates = new Gates();
  const results = mapConcurrently([1, 2, 3, 4], 2, (item) => gates.pass(item));
  await settle();
  assert.deepEqual(gates.begun, [1, 2]);
  gates.open(2);
  await settle();
  assert.deepEqual(gates.begun, [1, 2, 3]);
  gates.open(1, 3, 4);
  assert.deepEqual(await results, [10, 20, 30, 40]);
});

test("mapConcurrently() begins nothing after a failure, and awaits what is under way", async () => {
  const gates = new Gates();
  let isSettled = false;
  const results = mapConcurrently([1, 2, 3], 2, (item) => gates.pass(item)).finally(() => {
    isSettled = true;
  });
  const rejected = assert.rejects(results, { message: "item 1" });
  gates.fail(1);
  await settle();
  assert.deepEqual([gates.begun, isSettled], [[1, 2], false]);
  gates.fail(2);
  await rejected;
  assert.deepEqual(gates.begun, [1, 2]);
});

test("mapConcurrently() throws what was thrown, also undefined", async () => {
  const failure = mapConcurrently([1], 1, () => Promise.reject(undefined));
  assert.deepEqual(await failure.catch((reason: unknown) => [reason]), [undefined]);
});

test("mapConcurrently() gives nothing for nothing", async () => {
  assert.deepEqual(await mapConcurrently([], 3, () => Promise.resolve(1)), []);
});

test("KeyedMutex.run() lets two of one key never overlap, and others be", async () => {
  const mutex = new KeyedMutex();
  const gates = new Gates();
  const runs = [
    mutex.run("a", () => gates.pass(1)),
    mutex.run("a", () => gates.pass(2)),
    mutex.run("b", () => gates.pass(3)),
  ];
  await settle();
  assert.deepEqual(gates.begun, [1, 3]);
  gates.open(1);
  await settle();
  assert.deepEqual(gates.begun, [1, 3, 2]);
  gates.open(2, 3);
  assert.deepEqual(await Promise.all(runs), [10, 20, 30]);
});

test("KeyedMutex.run() goes on after a failure, which is its own run's alone", async () => {
  const mutex = new KeyedMutex();
  const gates = new Gates();
  const first = mutex.run("a", () => gates.pass(1));
  const second = mutex.run("a", () => gates.pass(2));
  gates.fail(1);
  gates.open(2);
  await assert.rejects(first, { message: "item 1" });
  assert.equal(await second, 20);
});

test("mapAhead() gives what map gives, in order, for any limit and pace", async () => {
  const pace = fc.array(fc.nat({ max: 4 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(pace, fc.integer({ min: 1, max: 6 }), async (turns, limit) => {
      const given: number[] = [];
      const ahead = mapAhead(turns.entries(), limit, async ([index, count]) => {
        for (let turn = 0; turn < count; turn += 1) {
          await nextTurn();
        }
        return index;
      });
      for await (const index of ahead) {
        given.push(index);
      }
      assert.deepEqual(given, [...turns.keys()]);
    }),
    { numRuns: 50 },
  );
});

test("mapAhead() runs ahead of a busy consumer, as far as its limit", async () => {
  const gates = new Gates();
  gates.open(1, 2, 3, 4, 5, 6);
  const ahead = mapAhead([1, 2, 3, 4, 5, 6], 3, (item) => gates.pass(item));
  assert.deepEqual(await ahead.next(), { done: false, value: 10 });
  await settle();
  // The first is with the consumer until it asks for the next.
  assert.deepEqual(gates.begun, [1, 2, 3]);
  assert.deepEqual(await ahead.next(), { done: false, value: 20 });
  await settle();
  assert.deepEqual(gates.begun, [1, 2, 3, 4]);
  await ahead.return();
});

test("mapAhead() throws a failure in its turn, not before", async () => {
  const gates = new Gates();
  const ahead = mapAhead([1, 2, 3], 3, (item) => gates.pass(item));
  const first = ahead.next();
  gates.fail(2);
  await settle();
  gates.open(1, 3);
  assert.deepEqual(await first, { done: false, value: 10 });
  await assert.rejects(ahead.next(), { message: "item 2" });
  assert.deepEqual(await ahead.next(), { done: true, value: undefined });
});

async function* breakingSource(): AsyncGenerator<number> {
  yield 1;
  yield 2;
  await nextTurn();
  throw new Error("no more");
}

test("mapAhead() throws what its source throws, after all that came before", async () => {
  const ahead = mapAhead(breakingSource(), 4, (item) => Promise.resolve(item));
  assert.equal((await ahead.next()).value, 1);
  assert.equal((await ahead.next()).value, 2);
  await assert.rejects(ahead.next(), { message: "no more" });
});

test("mapAhead() closes its source and awaits its work when the consumer stops", async () => {
  const gates = new Gates();
  let isClosed = false;
  async function* source(): AsyncGenerator<number> {
    try {
      for (let item = 1; ; item += 1) {
        yield item;
      }
    } finally {
      isClosed = true;
    }
  }
  const ahead = mapAhead(source(), 3, (item) => gates.pass(item));
  gates.open(1);
  await ahead.next();
  await settle();
  let hasReturned = false;
  const returned = ahead.return().finally(() => {
    hasReturned = true;
  });
  await settle();
  assert.deepEqual([gates.begun, hasReturned], [[1, 2, 3], false]);
  gates.open(2, 3);
  await returned;
  assert.ok(isClosed);
});
