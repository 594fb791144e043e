/** How many actions a limiter lets run at a time, and in which order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Limiter } from "../../../common/concurrency/limiter.ts";

/** Actions that run until they are told to end. */
class Actions {
  readonly begun: string[] = [];
  readonly #gates = new Map<string, PromiseWithResolvers<string>>();

  start(limiter: Limiter, name: string): Promise<string> {
    const gate = Promise.withResolvers<string>();
    this.#gates.set(name, gate);
    return limiter.run(() => {
      this.begun.push(name);
      return gate.promise;
    });
  }

  async end(name: string): Promise<void> {
    this.#gates.get(name)?.resolve(`${name} done`);
    await settle();
  }

  async fail(name: string): Promise<void> {
    this.#gates.get(name)?.reject(new Error(`${name} failed`));
    await settle();
  }
}

/** Lets all promises that can settle do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await nextTurn();
  }
}

test("Limiter.run() lets no more than its size run at a time, in the order in which they came", async () => {
  const limiter = new Limiter(2);
  const actions = new Actions();
  const results = ["a", "b", "c", "d"].map((name) => actions.start(limiter, name));
  await settle();
  assert.deepEqual(actions.begun, ["a", "b"]);
  await actions.end("b");
  assert.deepEqual(actions.begun, ["a", "b", "c"]);
  await actions.end("a");
  assert.deepEqual(actions.begun, ["a", "b", "c", "d"]);
  await actions.end("c");
  await actions.end("d");
  assert.deepEqual(await Promise.all(results), ["a done", "b done", "c done", "d done"]);
});

test("Limiter.run() gives a place back whatever becomes of the action", async () => {
  const limiter = new Limiter(1);
  const actions = new Actions();
  const failing = assert.rejects(actions.start(limiter, "a"), { message: "a failed" });
  const waiting = actions.start(limiter, "b");
  await actions.fail("a");
  await failing;
  assert.deepEqual(actions.begun, ["a", "b"]);
  await actions.end("b");
  assert.equal(await waiting, "b done");
});

test("Limiter.run() lets as many run after a pause as before", async () => {
  const limiter = new Limiter(2);
  const actions = new Actions();
  const first = [actions.start(limiter, "a"), actions.start(limiter, "b")];
  await actions.end("a");
  await actions.end("b");
  await Promise.all(first);
  const second = ["c", "d", "e"].map((name) => actions.start(limiter, name));
  await settle();
  assert.deepEqual(actions.begun, ["a", "b", "c", "d"]);
  for (const name of ["c", "d", "e"]) {
    await actions.end(name);
  }
  await Promise.all(second);
});

test("Limiter.run() lets one run where the size is none", async () => {
  assert.equal(await new Limiter(0).run(async () => "ran"), "ran");
});
