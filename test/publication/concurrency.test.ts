import assert from "node:assert/strict";
import { test } from "node:test";
import { mapConcurrently } from "../../provider/publication/concurrency.ts";

test("mapConcurrently() gives the results in order and never runs more than the limit", async () => {
  let running = 0;
  let most = 0;
  const results = await mapConcurrently([5, 1, 4, 2, 3], 2, async (item) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < item; turn += 1) {
      await Promise.resolve();
    }
    running -= 1;
    return item * 10;
  });
  assert.deepEqual(results, [50, 10, 40, 20, 30]);
  assert.equal(most, 2);
});

test("mapConcurrently() waits for what runs, starts nothing more, and throws the first error", async () => {
  const started: number[] = [];
  const finished: number[] = [];
  const run = mapConcurrently([1, 2, 3, 4], 2, async (item) => {
    started.push(item);
    await Promise.resolve();
    if (item === 1) {
      throw new RangeError("one");
    }
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    finished.push(item);
  });
  await assert.rejects(run, new RangeError("one"));
  assert.deepEqual([started, finished], [[1, 2], [2]]);
});
