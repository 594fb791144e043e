/**
 * Publishers, promoters and deleters who get into each other's way over a bad network; more of the
 * same, and single games step by step: `test/tools/interleavings/run.ts`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { playGame } from "../../tools/interleavings/game.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

const GAMES = 12;
/** Games that once showed a fault. */
const REMEMBERED = [7, 9, 65];

test("nothing is torn, lost or taken over by several who publish at once", async (t) => {
  const { url } = await startTestCluster(t);
  const first = Date.now() % 1_000_000;
  const seeds = [...REMEMBERED, ...Array.from({ length: GAMES }, (_, index) => first + index)];
  t.diagnostic(`seeds ${seeds.join(", ")}`);
  let committed = 0;
  for (const seed of seeds) {
    const result = await playGame(url, seed);
    assert.deepEqual(result.faults, [], `npm run interleavings -- --runs 1 --seed ${seed} --trace`);
    committed += result.committed;
  }
  assert.ok(committed > GAMES, "games in which nothing was done show nothing");
});
