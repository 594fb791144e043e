/** docs/retries.md says what the code does: its tables against the policy's own. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { DEFAULT_TIMEOUTS } from "../../../provider/yt/client.ts";
import { COMMANDS } from "../../../provider/yt/commands.ts";
import { YtError } from "../../../provider/yt/errors/index.ts";
import { makeErrorNode, PROTOCOL_ERROR_CODE } from "../../../provider/yt/errors/yt-error.ts";
import {
  DEFAULT_RETRY_POLICY,
  FINAL_CODES,
  isRetryable,
  RETRYABLE_CODES,
  RETRYABLE_FOREIGN_STATUSES,
  RETRYABLE_STATUSES,
  RETRYABLE_TRANSFER_CODES,
} from "../../../provider/yt/retry-policy.ts";
import type { RequestKind } from "../../../provider/yt/retry-policy.ts";
import {
  ABORT_TIMEOUT_MS,
  DEFAULT_TRANSACTION_TIMEOUT_MS,
  PINGS_IN_TIMEOUT,
} from "../../../provider/yt/transaction.ts";

const PAGE = readFileSync(path.join(import.meta.dirname, "../../../docs/retries.md"), "utf8");

/** The cells of a table's rows, without its head. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ""] = PAGE.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  const rows = own
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1));
  return rows.slice(2).map((cells) => cells.map((cell) => cell.trim()));
}

function word(code: number, httpStatus: number, kind: RequestKind): string {
  const answer = makeErrorNode(code, "no");
  const error = new YtError({ action: "try", proxy: "p", answer, httpStatus });
  return isRetryable(error, kind) ? "again" : "at once";
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

test("The page lists each code that the policy knows, and what is done", () => {
  const rows = rowsUnder("YTsaurus's error codes");
  const listed = rows.map(([code]) => Number(code)).toSorted((a, b) => a - b);
  const known = [...FINAL_CODES, ...RETRYABLE_CODES, ...RETRYABLE_TRANSFER_CODES];
  assert.deepEqual(
    listed,
    known.toSorted((a, b) => a - b),
  );
  for (const [code = "", , light, transfer] of rows) {
    assert.equal(light, word(Number(code), 400, "light"), code);
    assert.equal(transfer, word(Number(code), 400, "transfer"), code);
  }
});

test("The page lists each status that is tried again, and no other as such", () => {
  const rows = rowsUnder("Statuses without a YTsaurus error").filter(
    ([status]) => status !== "200",
  );
  for (const [status = "", what = ""] of rows) {
    assert.equal(what.split(":")[0], word(PROTOCOL_ERROR_CODE, Number(status), "light"), status);
  }
  const listed = new Set(rows.map(([status]) => Number(status)));
  for (const status of [...RETRYABLE_STATUSES, ...RETRYABLE_FOREIGN_STATUSES]) {
    assert.ok(listed.has(status), String(status));
  }
});

test("The page's figures are the code's", () => {
  const { patienceMs, attempts, attemptsBeforeFirstAnswer } = DEFAULT_RETRY_POLICY;
  const { firstDelayMs, maxDelayMs, patienceBeforeFirstAnswerMs } = DEFAULT_RETRY_POLICY;
  const { connectMs, requestMs, idleMs } = DEFAULT_TIMEOUTS;
  assert.deepEqual(
    rowsUnder("How long").map(([, value]) => value),
    [
      seconds(patienceMs),
      String(attempts),
      String(attemptsBeforeFirstAnswer),
      seconds(patienceBeforeFirstAnswerMs),
      seconds(firstDelayMs),
      seconds(maxDelayMs),
      seconds(connectMs),
      seconds(requestMs),
      seconds(idleMs),
      seconds(DEFAULT_TRANSACTION_TIMEOUT_MS),
      String(PINGS_IN_TIMEOUT),
      seconds(ABORT_TIMEOUT_MS),
    ],
  );
});

test("The page names each command, and what its success holds", () => {
  const [, forms = ""] = PAGE.split("## What counts as an answer");
  for (const { name, answer } of Object.values(COMMANDS)) {
    assert.ok(forms.includes(`\`${name}\``), name);
    if (answer.holds.startsWith('"')) {
      assert.ok(forms.includes(`{${answer.holds}}`), answer.holds);
    }
  }
});
