/** What signatures of files tell, on a real file system. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { chmod, rename, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { isSameSignature, isSettled, signatureOf } from "../../../common/cache/file-signature.ts";
import type { FileSignature } from "../../../common/cache/file-signature.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const OLD: FileSignature = { sizeBytes: 3, mtimeMs: 1000.5, ctimeMs: 1000.5, inode: 7 };

test("isSettled() wants a file older than one tick of its clock", () => {
  assert.ok(isSettled(OLD, 2000));
  assert.ok(!isSettled(OLD, 1000.5));
  assert.ok(!isSettled(OLD, 1010));
  assert.ok(!isSettled({ ...OLD, ctimeMs: 1999.5 }, 2000), "its attributes were changed just now");
  assert.ok(!isSettled({ ...OLD, mtimeMs: 9999.5 }, 2000), "it is from the future");
});

test("isSettled() waits for the next second but one where times are whole seconds", () => {
  const coarse = { ...OLD, mtimeMs: 4000, ctimeMs: 4000 };
  assert.ok(!isSettled(coarse, 4900));
  assert.ok(!isSettled(coarse, 6000));
  assert.ok(isSettled(coarse, 6200));
});

test("isSameSignature() tells a file that was edited, replaced or given other attributes", async (t) => {
  const folder = await makeTree(t, { file: "one", other: "two" });
  const file = path.join(folder, "file");
  const changes: readonly (() => Promise<void>)[] = [
    () => writeFile(file, "longer"),
    () => chmod(file, 0o600),
    // Back to the time it had: the time of the last change of attributes tells.
    () => utimes(file, statSync(file).atime, statSync(file).mtime),
    () => rename(path.join(folder, "other"), file),
  ];
  for (const change of changes) {
    const before = signatureOf(statSync(file));
    assert.ok(isSameSignature(before, signatureOf(statSync(file))));
    // The clock of the file system goes on in ticks.
    while (statSync(file).ctimeMs > Date.now() - 20) {
      await new Promise(setImmediate);
    }
    await change();
    assert.ok(!isSameSignature(before, signatureOf(statSync(file))), String(change));
  }
});
