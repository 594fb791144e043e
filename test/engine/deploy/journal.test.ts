/** What the journal keeps of operations that were interrupted. */
import assert from "node:assert/strict";
import test from "node:test";
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
