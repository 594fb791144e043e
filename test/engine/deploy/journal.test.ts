/** What the journal keeps of operations that were interrupted, and how often it writes. */
import assert from "node:assert/strict";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { Journal } from "../../../engine/deploy/journal.ts";
import type { PendingOperationType, StackState } from "../../../engine/state/resource-state.ts";
import { newResourceState } from "../../../engine/state/resource-state.ts";

const URN = "urn:pulumi:dev::shop::test:index:Thing::a";
const resource = () => newResourceState({ urn: URN, type: "test:index:Thing", custom: true });

test("an interrupted creation is kept until it is cleared, also when the resource is created again", async () => {
  const interrupted: readonly PendingOperationType[] = ["creating", "updating", "deleting"];
  const before = {
    resources: [],
    pendingOperations: interrupted.map((type) => ({ resource: resource(), type })),
  };
  const written: StackState[] = [];
  const journal = new Journal(before, async (state) => void written.push(state));
  await journal.produce(resource(), undefined);
  assert.deepEqual(
    written.at(-1)?.pendingOperations.map(({ type }) => type),
    ["creating"],
  );
  assert.equal((await journal.clearPendingCreations()).length, 1);
  assert.deepEqual(written.at(-1)?.pendingOperations, []);
  assert.equal(written.at(-1)?.resources.length, 1);
});

test("what is noted while the state is written is in the next write, one for all", async () => {
  const writes: { readonly resources: number; readonly pending: number; end(): void }[] = [];
  const journal = new Journal({ resources: [], pendingOperations: [] }, async (state) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const [resources, pending] = [state.resources.length, state.pendingOperations.length];
    writes.push({ resources, pending, end: resolve });
    if (writes.length <= 2) {
      await promise;
    }
  });
  const done: string[] = [];
  const noted = async (name: string, work: Promise<void>): Promise<void> => {
    await work;
    done.push(name);
  };
  const steps = [noted("first", journal.produce(resource(), undefined))];
  await setImmediate();
  for (let index = 0; index < 10; index++) {
    steps.push(noted("began", journal.begin(resource(), "creating")));
    steps.push(noted("produced", journal.produce(resource(), undefined)));
  }
  await setImmediate();
  assert.deepEqual([writes.length, done], [1, []]);
  writes[0]?.end();
  await setImmediate();
  assert.deepEqual(done, ["first"], "nothing counts as noted before its write has ended");
  writes[1]?.end();
  await Promise.all(steps);
  await journal.close();
  assert.deepEqual(
    writes.map(({ resources, pending }) => [resources, pending]),
    [
      [1, 0],
      [11, 10],
    ],
  );
});

test("a write that fails fails for all that it was for, and the state is written once more in the end", async () => {
  const outcomes = ["written", "fails", "written"];
  const written: number[] = [];
  const journal = new Journal({ resources: [], pendingOperations: [] }, async (state) => {
    await setImmediate();
    if (outcomes.shift() === "fails") {
      throw new Error("no room");
    }
    written.push(state.resources.length);
  });
  const first = journal.produce(resource(), undefined);
  await Promise.resolve();
  const others = [1, 2].map(() => journal.produce(resource(), undefined));
  await first;
  const settled = await Promise.allSettled(others);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  await journal.close();
  assert.deepEqual(written, [1, 3]);
});
