/** The lines after `up`: what they say of each archive. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isOnLocalCluster } from "../../../cli/stack/look-at-cluster.ts";
import { upSummary } from "../../../cli/stack/up-summary.ts";
import type { StackResult } from "../../../engine/index.ts";

type Operation = StackResult["steps"][number]["operation"];

const ARCHIVE = {
  mode: "dev",
  archivePath: "p/.build/source.tar.gz",
  bytes: 2048,
};

/** What an `up` of these outputs gave, which did nothing. */
function resultWith(outputs: StackResult["outputs"]): StackResult {
  return {
    operation: "up",
    project: "project",
    stack: "dev",
    succeeded: true,
    cancelled: false,
    changes: {},
    steps: [],
    diagnostics: [],
    details: () => [],
    outputs,
    durationMs: 1,
  };
}

/** The first words of the archives' lines, after an `up` that did this to the resource "daily". */
function archiveLines(operation: Operation, outputs: StackResult["outputs"]): readonly string[] {
  const result: StackResult = {
    ...resultWith(outputs),
    changes: { [operation]: 1 },
    steps: [{ operation, urn: "urn", type: "type", name: "daily", differences: [] }],
  };
  const lines = upSummary(result, (name) => name);
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

test("upSummary() says nothing where a resource of the output's name was deleted, and the archive is another's", () => {
  const [line = ""] = archiveLines("delete", { daily: ARCHIVE });
  assert.match(line, /^daily +2\.0 KiB {2}p\/\.build\/source\.tar\.gz$/);
});

test("upSummary() says how to look at the local cluster, where that is what was published to", () => {
  const result = resultWith({ daily: { ...ARCHIVE, mode: "prod", proxy: "local" } });
  assert.ok(isOnLocalCluster(result));
  assert.ok(!isOnLocalCluster({ ...result, outputs: { daily: ARCHIVE } }));
  const lines = upSummary(result, (name) => name, "npx ytcode local");
  assert.ok(
    lines.includes(
      "  npx ytcode local  shows what is on the local cluster, in a browser at the address it prints",
    ),
    lines.join("\n"),
  );
});

test("upSummary() says what comes next for a stack that promotes: no edit of a stage changes it", () => {
  const promotedFrom = { proxy: "local", buildFolder: "//home/dev", sha256: "0" };
  const result = resultWith({
    daily: { ...ARCHIVE, mode: "prod", proxy: "local", promotedFrom },
    empty: { mode: "prod", proxy: "local" },
  });
  const next = (outputs: StackResult["outputs"], columns?: number) => {
    const lines = upSummary({ ...result, outputs }, (name) => name, undefined, columns);
    return lines.slice(lines.indexOf("Next:"));
  };
  assert.deepEqual(next(result.outputs), [
    "Next:",
    "  preview  bring up first what is promoted from: it says what would be promoted",
    "  refresh  checks that the cluster still has what it should",
    "  destroy  deletes everything again",
  ]);
  const mixed = next({ ...result.outputs, own: ARCHIVE });
  assert.equal(mixed[1], "  preview  edit a stage first: it says which one changed");
  assert.deepEqual(next(result.outputs, 40).slice(1, 4), [
    "  preview  bring up first what is",
    "      promoted from: it says what would",
    "      be promoted",
  ]);
});
