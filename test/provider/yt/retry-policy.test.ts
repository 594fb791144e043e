/** What is repeated, how often, and after what wait. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { UnreachableError, YtError } from "../../../provider/yt/errors/index.ts";
import { PROTOCOL_ERROR_CODE } from "../../../provider/yt/errors/yt-error.ts";
import {
  DEFAULT_RETRY_POLICY,
  isRetryable,
  planRetry,
  retryDelayMs,
} from "../../../provider/yt/retry-policy.ts";

const state = { attempt: 1, elapsedMs: 0, random: 0, answeredBefore: true };

function failure(
  code: number,
  innerCode?: number,
  httpStatus = 400,
  retryAfterMs?: number,
): YtError {
  const inner =
    innerCode === undefined
      ? []
      : [{ code: innerCode, message: "inner", attributes: {}, innerErrors: [] }];
  const answer = { code, message: "outer", attributes: {}, innerErrors: inner };
  return new YtError({ action: "try", proxy: "p", answer, httpStatus, retryAfterMs });
}

function unreachable(neverConnected: boolean): UnreachableError {
  const errno = neverConnected ? "ECONNREFUSED" : "ECONNRESET";
  return new UnreachableError({ action: "try", proxy: "p", reason: "r", errno, neverConnected });
}

test("isRetryable() says yes to overload and transport codes, wherever they are in the tree", () => {
  for (const code of [3, 100, 105, 108, 115, 116, 118, 616, 904, 2100]) {
    assert.equal(isRetryable(failure(code), "light"), true, String(code));
    assert.equal(isRetryable(failure(1, code), "light"), true, `inner ${code}`);
  }
});

test("isRetryable() says no to final codes, even under a retryable code or status", () => {
  for (const code of [
    402, 500, 501, 502, 503, 504, 505, 900, 901, 902, 903, 905, 906, 907, 11000,
  ]) {
    assert.equal(isRetryable(failure(105, code, 503), "light"), false, String(code));
  }
});

test("isRetryable() repeats a transfer, but no light request, for chunk trouble", () => {
  for (const code of [700, 712, 716]) {
    assert.equal(isRetryable(failure(code), "transfer"), true, String(code));
    assert.equal(isRetryable(failure(code), "light"), false, String(code));
  }
});

test("isRetryable() takes gateway statuses for temporary, and 429 when no cluster said it", () => {
  for (const status of [500, 502, 503, 504]) {
    assert.equal(isRetryable(failure(1, undefined, status), "light"), true, String(status));
  }
  assert.equal(isRetryable(failure(PROTOCOL_ERROR_CODE, undefined, 429), "light"), true);
  assert.equal(isRetryable(failure(1, undefined, 429), "light"), false);
  assert.equal(isRetryable(failure(1, undefined, 400), "light"), false);
  assert.equal(isRetryable(failure(PROTOCOL_ERROR_CODE, undefined, 404), "light"), false);
});

test("retryDelayMs() doubles up to the maximum and leaves half of it to chance", () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) =>
    retryDelayMs(DEFAULT_RETRY_POLICY, attempt, 0),
  );
  assert.deepEqual(delays, [150, 300, 600, 1200, 2400, 4000, 4000, 4000]);
  assert.equal(retryDelayMs(DEFAULT_RETRY_POLICY, 1, 0.5), 225);
});

test("planRetry() stops after the last attempt", () => {
  assert.equal(
    planRetry(failure(105), "light", DEFAULT_RETRY_POLICY, { ...state, attempt: 19 }),
    4000,
  );
  assert.equal(
    planRetry(failure(105), "light", DEFAULT_RETRY_POLICY, { ...state, attempt: 20 }),
    undefined,
  );
});

test("planRetry() gives up sooner on an address that never answered", () => {
  const fresh = { ...state, attempt: 3, answeredBefore: false };
  assert.equal(planRetry(unreachable(true), "light", DEFAULT_RETRY_POLICY, fresh), undefined);
  assert.equal(planRetry(unreachable(false), "light", DEFAULT_RETRY_POLICY, fresh), 600);
  assert.equal(
    planRetry(unreachable(true), "light", DEFAULT_RETRY_POLICY, { ...fresh, answeredBefore: true }),
    600,
  );
});

test("planRetry() waits longer for such an address where something is to be changed", () => {
  const fresh = { ...state, attempt: 6, answeredBefore: false, beginsChange: true };
  const wait = (elapsedMs: number): number | undefined =>
    planRetry(unreachable(true), "light", DEFAULT_RETRY_POLICY, { ...fresh, elapsedMs });
  assert.equal(wait(30_000), 4000);
  assert.equal(wait(36_001), undefined);
});

test("planRetry() does not repeat what time cannot help, unless the cluster has answered before", () => {
  for (const remedy of ["address", "says"] as const) {
    const details = { action: "try", proxy: "p", reason: "r", errno: "E", neverConnected: true };
    const error = new UnreachableError({ ...details, remedy });
    const fresh = { ...state, answeredBefore: false };
    assert.equal(planRetry(error, "light", DEFAULT_RETRY_POLICY, fresh), undefined);
    assert.equal(planRetry(error, "light", DEFAULT_RETRY_POLICY, state), 150);
  }
});

test("planRetry() never makes more attempts than the policy has, also on such an address", () => {
  const policy = { ...DEFAULT_RETRY_POLICY, attempts: 2 };
  const fresh = { ...state, attempt: 2, answeredBefore: false };
  assert.equal(planRetry(unreachable(true), "light", policy, fresh), undefined);
});

test("planRetry() obeys Retry-After, within the deadline", () => {
  const asked = failure(108, undefined, 503, 60_000);
  assert.equal(planRetry(asked, "light", DEFAULT_RETRY_POLICY, state), 60_000);
  assert.equal(
    planRetry(asked, "light", DEFAULT_RETRY_POLICY, { ...state, elapsedMs: 60_001 }),
    undefined,
  );
});

test("planRetry() does not wait for a banned proxy as long as that asks: another one may serve", () => {
  const banned = failure(2100, undefined, 503, 60_000);
  assert.equal(planRetry(banned, "light", DEFAULT_RETRY_POLICY, state), 150);
});

test("planRetry() never repeats what is no error of the client", () => {
  assert.equal(planRetry(new Error("disk"), "transfer", DEFAULT_RETRY_POLICY, state), undefined);
});
