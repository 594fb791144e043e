/** When a file's signature is enough, and when the file has to be read. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { appendFile, rm } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { signatureOf } from "../../../../common/cache/file-signature.ts";
import { isUnchanged } from "../../../../provider/archive/build/unchanged.ts";
import type { ManifestFile } from "../../../../provider/manifest/manifest.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

/** A file of a manifest, listed so many milliseconds after it was changed. */
function listedAfter(file: string, ms: number): ManifestFile {
  const stats = statSync(file);
  const observedAtMs = Math.max(stats.mtimeMs, stats.ctimeMs) + ms;
  const content = { type: "file", file, signature: signatureOf(stats), observedAtMs } as const;
  return { path: "lib/x.py", mode: 0o644, sizeBytes: stats.size, sha256: "a", content };
}

test("isUnchanged() trusts a signature that was taken long enough after the last change", async (t) => {
  const file = path.join(await makeTree(t, { "x.py": "x = 1\n" }), "x.py");
  assert.equal(isUnchanged(listedAfter(file, 10_000)), true);
});

test("isUnchanged() trusts no signature that was taken within a tick of the last change", async (t) => {
  const file = path.join(await makeTree(t, { "x.py": "x = 1\n" }), "x.py");
  // The signature is the same, and so it would be after one more change in that tick.
  for (const ms of [-1, 0, 1, 20]) {
    assert.equal(isUnchanged(listedAfter(file, ms)), false, `${ms} ms`);
  }
});

test("isUnchanged() notices that a file is another one, or gone", async (t) => {
  const file = path.join(await makeTree(t, { "x.py": "x = 1\n" }), "x.py");
  const listed = listedAfter(file, 10_000);
  await appendFile(file, "y");
  assert.equal(isUnchanged(listed), false);
  const again = listedAfter(file, 10_000);
  await rm(file);
  assert.equal(isUnchanged(again), false);
});

test("isUnchanged() has nothing to doubt in a text that is no file", () => {
  const content = { type: "text", text: "x = 1\n" } as const;
  assert.equal(isUnchanged({ path: "x", mode: 0o644, sizeBytes: 6, sha256: "a", content }), true);
});
