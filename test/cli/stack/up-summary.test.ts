/** The lines after `up`: what they say of each archive. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { upSummary } from "../../../cli/stack/up-summary.ts";
import type { StackResult } from "../../../engine/index.ts";

type Operation = StackResult["steps"][number]["operation"];

const ARCHIVE = {
  mode: "dev",
  archivePath: "p/.build/source.tar.gz",
  bytes: 2048,
};

/** The first words of the archives' lines, after an `up` that did this to the resource "daily". */
function archiveLines(operation: Operation, outputs: StackResult["outputs"]): readonly string[] {
  const lines = upSummary(
    {
      operation: "up",
      project: "project",
      stack: "dev",
      succeeded: true,
      cancelled: false,
      changes: { [operation]: 1 },
      steps: [{ operation, urn: "urn", type: "type", name: "daily", differences: [] }],
      diagnostics: [],
      outputs,
      durationMs: 1,
    },
    (name) => name,
  );
  return lines.filter((line) => line.includes("KiB"));
}

test("upSummary() says what was done to the archive of an output", () => {
  const outputs = { daily: ARCHIVE };
  assert.deepEqual(archiveLines("create", outputs), [
    "daily  created  2.0 KiB  p/.build/source.tar.gz",
  ]);
  assert.deepEqual(archiveLines("same", outputs), [
    "daily  unchanged  2.0 KiB  p/.build/source.tar.gz",
  ]);
});

test("upSummary() says nothing of what was done when the output has another name than its resource", () => {
  const [line = ""] = archiveLines("create", { nightlyBuild: ARCHIVE });
  assert.match(line, /^nightlyBuild +2\.0 KiB {2}p\/\.build\/source\.tar\.gz$/);
});
