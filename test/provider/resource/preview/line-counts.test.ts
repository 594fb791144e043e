/** Lines that differ, compared with what git counts. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { countLines } from "../../../../provider/resource/preview/line-counts.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

const PAIRS = [
  ["1\n2\n3\n", "1\n4\n3\n5\n"],
  ["1\n2", "1\n2\n"],
  ["", "1\n2"],
  ["1\n2\n", ""],
  ["1\r\n2\r\n", "1\n2\n"],
  ["a\n".repeat(50), "b\n".repeat(20)],
] as const;

test("countLines() counts as git does", async (t) => {
  for (const [before, after] of PAIRS) {
    const cwd = await makeTree(t, { before, after });
    const args = ["diff", "--no-index", "--numstat", "--minimal", "before", "after"];
    const { stdout } = spawnSync("git", args, { cwd, encoding: "utf8" });
    const [added, removed] = stdout.split("\t").map(Number);
    assert.deepEqual(countLines(before, after), { added, removed });
  }
});

test("countLines() gives up on texts that have hardly a line in common", () => {
  const [one, other] = ["a", "b"].map((name) =>
    Array.from({ length: 1500 }, (_, line) => `${name} ${line}\n`).join(""),
  );
  assert.equal(countLines(one ?? "", other ?? ""), undefined);
});
