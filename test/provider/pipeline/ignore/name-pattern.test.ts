/** When the library `ignore` is loaded, and what it keeps. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { compilePattern } from "../../../../provider/pipeline/ignore/pattern.ts";
import { IgnoreRules } from "../../../../provider/pipeline/ignore/ignore-rules.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

function isLibraryLoaded(): boolean {
  const require = createRequire(import.meta.url);
  return require.resolve("ignore") in require.cache;
}

test("IgnoreRules load the library only when a rule needs it", async (t) => {
  const folder = await makeTree(t, {
    ".ytignore": "*.log\n/data/\n!keep.log\n**/cache/**\n*.[oa]\n",
  });
  const rules = IgnoreRules.at(folder);
  const excluded = ["a.py", "a.pyc", "a.log", "keep.log", "x/cache/y", "data/x"].filter((name) =>
    rules.excludes(name, false),
  );
  assert.deepEqual(excluded, ["a.pyc", "a.log", "x/cache/y", "data/x"]);
  assert.equal(isLibraryLoaded(), false);
  assert.equal(rules.excludes("a.o", false), true);
  assert.equal(isLibraryLoaded(), true);
});

test("compilePattern() does not keep the names that it was asked about", () => {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  assert.ok(typeof collect === "function");
  const heapBytes = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const matches = compilePattern("*[0-9]");
  assert.equal(matches("name-0"), true);
  const before = heapBytes();
  let matched = 0;
  for (let index = 0; index < 100_000; index++) {
    if (matches(`name-${index}`)) {
      matched++;
    }
  }
  // About 14 MB would be kept.
  assert.ok(heapBytes() - before < 4_000_000);
  assert.equal(matched, 100_000);
  assert.equal(matches("name-x"), false);
});
