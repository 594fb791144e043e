/** How long a publication waits for another one, when it says so, and when it gives up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { waitForLock } from "../../../provider/publication/lock-wait.ts";
import { createYtClient, LockConflictError } from "../../../provider/yt/index.ts";
import { BUILD_FOLDER, makeLog } from "../../tools/publication-fixtures.ts";
import { createRecordingClock } from "../../tools/recording-clock.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

/** The conflict with a transaction, as a cluster tells it. */
function conflict(winner: Readonly<Record<string, unknown>> | undefined): LockConflictError {
  return new LockConflictError({
    action: "lock",
    proxy: "test",
    answer: {
      code: 402,
      message: "Cannot take lock",
      attributes: winner === undefined ? {} : { winner_transaction: winner },
      innerErrors: [],
    },
  });
}

/** Waits while an action fails with these errors in turn. @returns what was said, and the time that went by */
async function wait(t: TestContext, errors: readonly Error[]) {
  const { url } = await startTestCluster(t);
  const clock = createRecordingClock();
  const client = createYtClient({ proxy: url, displayName: "test", clock });
  const { lines, log } = makeLog();
  const remaining = [...errors];
  const outcome = await waitForLock(client, BUILD_FOLDER, log, async () => {
    const error = remaining.shift();
    if (error !== undefined) {
      throw error;
    }
  }).catch((error: unknown) => error);
  return { lines, outcome, waitedMs: clock.now() };
}

function repeat(times: number, error: Error): readonly Error[] {
  return Array.from({ length: times }, () => error);
}

test("waitForLock() says nothing of a short wait", async (t) => {
  const { lines, outcome, waitedMs } = await wait(t, repeat(5, conflict({ id: "1-2-3-4" })));
  assert.equal(outcome, undefined);
  assert.equal(waitedMs, 1000);
  assert.deepEqual(lines, []);
});

test("waitForLock() says once whom it waits for", async (t) => {
  const error = conflict({ id: "1-2-3-4", title: "Publish", owner: "alice" });
  const { lines, outcome, waitedMs } = await wait(t, repeat(20, error));
  assert.equal(outcome, undefined);
  assert.equal(waitedMs, 4000);
  assert.deepEqual(lines, [
    '[Upload] Waiting for transaction 1-2-3-4 "Publish" of user "alice"...',
  ]);
});

for (const [timeout, expectedMs] of [
  [5000, 7200],
  [undefined, 62_200],
  [3_600_000, 122_200],
] as const) {
  test(`waitForLock() gives up when the other one lives longer than its timeout: ${timeout}`, async (t) => {
    const { outcome, waitedMs } = await wait(t, repeat(999, conflict({ id: "1-2-3-4", timeout })));
    assert.ok(outcome instanceof Error);
    assert.equal(
      outcome.message,
      `Cannot change "${BUILD_FOLDER}" on cluster "test" as it is locked by transaction 1-2-3-4: ` +
        "wait until it is done, or abort that transaction",
    );
    assert.equal(waitedMs, expectedMs);
  });
}

test("waitForLock() gives each transaction its own time", async (t) => {
  const conflicts = ["1-2-3-4", "1-2-3-5", "1-2-3-6"].flatMap((id) =>
    repeat(30, conflict({ id, timeout: 5000 })),
  );
  const { lines, outcome, waitedMs } = await wait(t, conflicts);
  assert.equal(outcome, undefined);
  assert.equal(waitedMs, 18_000);
  assert.deepEqual(lines, [
    "[Upload] Waiting for transaction 1-2-3-4...",
    "[Upload] Waiting for transaction 1-2-3-5...",
    "[Upload] Waiting for transaction 1-2-3-6...",
  ]);
});

for (const error of [new RangeError("no"), conflict(undefined)]) {
  test(`waitForLock() does not wait for a ${error.name} that names no transaction`, async (t) => {
    const { outcome, waitedMs } = await wait(t, repeat(999, error));
    assert.equal(outcome, error);
    assert.equal(waitedMs, 0);
  });
}
