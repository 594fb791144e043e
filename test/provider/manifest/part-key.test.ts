/** The names of parts among the inputs of the resource. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isPartKey, partKey } from "../../../provider/manifest/part-key.ts";

for (const [kind, root, isFile, key] of [
  ["stage", "stages/run", false, "stages/run"],
  ["ytjobs", "ytjobs", false, "ytjobs/"],
  ["module", "my_utils", false, "my_utils/"],
  ["module", "single.py", true, "./single.py"],
  ["upload-path", "words.txt", true, "./words.txt"],
  ["upload-path", "data/words.txt", true, "data/words.txt"],
  ["upload-path", "data/all", false, "data/all"],
  ["upload-path", "mode", false, "mode/"],
  ["upload-path", "mode", true, "./mode"],
  ["wrappers", "", false, "wrappers/"],
  // A user's own names must be taken neither for the generated part nor for what Pulumi hides.
  ["upload-path", "wrappers", false, "./wrappers/"],
  ["upload-path", "wrappers", true, "./wrappers"],
  ["upload-path", "__assets", false, "./__assets/"],
  ["upload-path", "__assets/x", false, "./__assets/x"],
  ["module", "__main__.py", true, "./__main__.py"],
] as const) {
  test(`partKey() calls ${kind} "${root}"${isFile ? ", a file," : ""} ${key}`, () => {
    assert.equal(partKey(kind, root, isFile), key);
    assert.ok(isPartKey(key));
  });
}

test("isPartKey() tells settings from parts", () => {
  const settings = ["mode", "buildFolder", "archive", "__known", "__declarer", "__provider"];
  assert.deepEqual(settings.filter(isPartKey), []);
});
