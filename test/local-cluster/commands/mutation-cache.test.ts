/** Which answers a repeated request gets again, and for how long. */
import assert from "node:assert/strict";
import test from "node:test";
import { emptyOutput, fieldOutput } from "../../../local-cluster/commands/command.ts";
import { MutationCache } from "../../../local-cluster/commands/mutation-cache.ts";
import { ERROR_CODE, YtError, genericError } from "../../../local-cluster/errors/yt-error.ts";
import * as yson from "../../../common/yson/value.ts";

const ID = "12-34-56-78";
const MINUTE_MS = 60_000;

/** An action that counts its runs, and fails in the first ones if it is told to. */
function counting(...failures: readonly Error[]) {
  const action = async () => {
    action.runs += 1;
    const failure = failures[action.runs - 1];
    if (failure !== undefined) {
      throw failure;
    }
    return emptyOutput();
  };
  action.runs = 0;
  return action;
}

test("MutationCache gives an answer again for ten minutes", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 0 });
  const cache = new MutationCache([]);
  const action = counting();
  const first = await cache.run(ID, false, action);
  t.mock.timers.setTime(10 * MINUTE_MS - 1);
  assert.equal(await cache.run(ID, true, action), first);
  assert.equal(action.runs, 1);
  t.mock.timers.setTime(10 * MINUTE_MS);
  await cache.run(ID, false, action);
  assert.equal(action.runs, 2);
});

test("MutationCache gives an error of the cluster again", async () => {
  const cache = new MutationCache([]);
  const action = counting(genericError("no"));
  await assert.rejects(cache.run(ID, false, action), { message: "no" });
  await assert.rejects(cache.run(ID, true, action), { message: "no" });
  assert.equal(action.runs, 1);
});

test("MutationCache lets a repetition wait for the request that it repeats", async () => {
  const cache = new MutationCache([]);
  const action = counting();
  const [first, second] = [cache.run(ID, false, action), cache.run(ID, true, action)];
  assert.equal(await first, await second);
  assert.equal(action.runs, 1);
});

for (const [what, failure] of [
  ["says that it is unavailable", new YtError(ERROR_CODE.unavailable, "not now")],
  ["is a defect", new TypeError("a defect")],
] as const) {
  test(`MutationCache runs again after an error that ${what}`, async () => {
    const cache = new MutationCache([]);
    const action = counting(failure);
    await assert.rejects(cache.run(ID, false, action), failure);
    await cache.run(ID, true, action);
    assert.equal(action.runs, 2);
  });
}

test("MutationCache gives the answers of before a restart in both versions of the API", async () => {
  const answer = yson.map({ node_id: yson.string("1-2-3-4") });
  const cache = new MutationCache([{ mutationId: ID, answer }]);
  const action = counting();
  assert.deepEqual(
    await cache.run(ID, true, action),
    fieldOutput("node_id", yson.string("1-2-3-4")),
  );
  assert.throws(() => cache.run(ID, false, action), {
    message: 'Duplicate request is not marked as "retry"',
  });
  assert.equal(action.runs, 0);
});
