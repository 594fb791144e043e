/** How often work is repeated, by what was answered before, and when it is stopped. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../common/errors/user-error.ts";
import { CancelledError, UnreachableError, YtError } from "../../../provider/yt/index.ts";
import { makeErrorNode } from "../../../provider/yt/errors/yt-error.ts";
import { createRetrier } from "../../../provider/yt/retrier.ts";
import { DEFAULT_RETRY_POLICY } from "../../../provider/yt/retry-policy.ts";
import type { RetryPolicy } from "../../../provider/yt/retry-policy.ts";
import { createRecordingClock } from "../../tools/recording-clock.ts";

const POLICY = { ...DEFAULT_RETRY_POLICY, attempts: 5, attemptsBeforeFirstAnswer: 2 };
const REQUEST = { kind: "light", action: "try", signal: undefined } as const;

function overloaded(): YtError {
  return new YtError({ action: "try", proxy: "c", answer: makeErrorNode(108, "queue is full") });
}

function unreachable(): UnreachableError {
  const details = { action: "try", proxy: "c", reason: "refused", errno: "ECONNREFUSED" };
  return new UnreachableError({ ...details, neverConnected: true });
}

function broken(): UnreachableError {
  const details = { action: "try", proxy: "c", reason: "broke off", errno: "ECONNRESET" };
  return new UnreachableError({ ...details, neverConnected: false });
}

function makeRetrier(changes: Partial<RetryPolicy> = {}) {
  const clock = createRecordingClock();
  const lines: string[] = [];
  const log = (line: string): number => lines.push(line);
  const retrying = createRetrier({ policy: { ...POLICY, ...changes }, clock, log });
  return { clock, lines, retrying };
}

/** An attempt that throws these errors in turn, the last one for ever, and how often it was made. */
function failing(...errors: readonly Error[]) {
  const made = { attempts: 0 };
  const attempt = async (attemptNumber: number): Promise<never> => {
    made.attempts += 1;
    assert.equal(attemptNumber, made.attempts);
    throw errors[Math.min(attemptNumber, errors.length) - 1] ?? new TypeError("No error");
  };
  return { made, attempt };
}

test("A retrier gives an address up soon that has never answered", async () => {
  const { retrying } = makeRetrier();
  const { made, attempt } = failing(unreachable());
  await assert.rejects(retrying(REQUEST, attempt), UnreachableError);
  assert.equal(made.attempts, 2);
});

test("A retrier is patient with a cluster that has answered before, be it with an error", async () => {
  const { retrying } = makeRetrier();
  const { made, attempt } = failing(overloaded(), unreachable());
  await assert.rejects(retrying(REQUEST, attempt), UnreachableError);
  assert.equal(made.attempts, 5);
});

test("A retrier is patient with a cluster that has answered another request", async () => {
  const { retrying } = makeRetrier();
  assert.equal(await retrying(REQUEST, async () => "answer"), "answer");
  const { made, attempt } = failing(unreachable());
  await assert.rejects(retrying(REQUEST, attempt), UnreachableError);
  assert.equal(made.attempts, 5);
});

test("A retrier around itself does not repeat what has used up its attempts", async () => {
  const { retrying } = makeRetrier();
  const failure = overloaded();
  const { made, attempt } = failing(failure);
  const outer = retrying({ ...REQUEST, kind: "transfer" }, async () => retrying(REQUEST, attempt));
  await assert.rejects(outer, (error) => error === failure);
  assert.equal(made.attempts, 5);
});

test("A retrier throws what is no error of the client at once", async () => {
  const { retrying, clock } = makeRetrier();
  const failure = new RangeError("no");
  const { made, attempt } = failing(failure);
  await assert.rejects(retrying(REQUEST, attempt), (error) => error === failure);
  assert.equal(made.attempts, 1);
  assert.deepEqual(clock.sleptMs, []);
});

for (const [reason, expected] of [
  [undefined, CancelledError],
  [new UserError("The transaction is over"), UserError],
] as const) {
  test(`A retrier stops with a ${expected.name} when it is cancelled between attempts`, async () => {
    const { retrying } = makeRetrier();
    const controller = new AbortController();
    const { made, attempt } = failing(overloaded());
    const work = retrying({ ...REQUEST, signal: controller.signal }, async (attemptNumber) => {
      controller.abort(reason);
      return attempt(attemptNumber);
    });
    await assert.rejects(work, (error) =>
      reason === undefined ? error instanceof expected : error === reason,
    );
    assert.equal(made.attempts, 1);
  });
}

test("A retrier's patience counts from the last progress: a transfer of hours may break off now and then", async () => {
  const { clock, retrying } = makeRetrier({ attempts: 3, patienceMs: 120_000 });
  let breaks = 0;
  const result = await retrying({ ...REQUEST, kind: "transfer" }, async (_attempt, progress) => {
    for (let minute = 0; minute < 10; minute += 1) {
      clock.advance(60_000);
      progress.gained();
    }
    breaks += 1;
    if (breaks < 10) {
      throw broken();
    }
    return "done";
  });
  assert.equal(result, "done");
});

test("A retrier repeats an upload of ten minutes that breaks off at its end, though it begins anew", async () => {
  const { clock, retrying } = makeRetrier({ attempts: 5, patienceMs: 120_000 });
  const result = await retrying({ ...REQUEST, kind: "transfer" }, async (attempt, progress) => {
    clock.advance(600_000);
    progress.moved();
    if (attempt < 4) {
      throw broken();
    }
    return "done";
  });
  assert.equal(result, "done");
});

test("A retrier does not take for progress what moves again and again, and gets no further", async () => {
  const { clock, retrying } = makeRetrier({ attempts: 100, patienceMs: 120_000 });
  let attempts = 0;
  const work = retrying({ ...REQUEST, kind: "transfer" }, async (_attempt, progress) => {
    attempts += 1;
    progress.moved();
    // Then it hangs.
    clock.advance(50_000);
    throw broken();
  });
  await assert.rejects(work, UnreachableError);
  assert.equal(attempts, 3);
});

test("A retrier gets over an outage of a minute, whatever chance says", async () => {
  const { clock, retrying } = makeRetrier(DEFAULT_RETRY_POLICY);
  await retrying(REQUEST, async () => "answer");
  const result = await retrying(REQUEST, async () => {
    if (clock.now() < 60_000) {
      throw unreachable();
    }
    return "done";
  });
  assert.equal(result, "done");
});

test("A retrier says what it waits for in one line a minute, of all that fail for the same reason", async () => {
  const { retrying, lines } = makeRetrier(DEFAULT_RETRY_POLICY);
  await retrying(REQUEST, async () => "answer");
  await Promise.allSettled([
    retrying(REQUEST, async () => Promise.reject(unreachable())),
    retrying(REQUEST, async () => Promise.reject(unreachable())),
  ]);
  const [first = "", ...others] = lines;
  assert.equal(
    first,
    'Cannot try as cluster "c" does not answer: refused (ECONNREFUSED): set its address with ' +
      '"ytcode config set yt:proxy HOST:PORT" or YT_PROXY; trying again in 0.1 s, for up to 120 s',
  );
  assert.ok(others.length <= 3, lines.join("\n"));
});
