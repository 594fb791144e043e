/** Files of the cache are taken for what was written under their names, or for none. */
import assert from "node:assert/strict";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { readVerifiedFile, writeVerifiedFile } from "../../../common/cache/verified-file.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

test("readVerifiedFile() gives what was written under this name, and nothing that was damaged", async (t) => {
  const file = path.join(await makeTree(t), "one");
  assert.equal(readVerifiedFile(file), undefined);
  writeVerifiedFile(file, Buffer.from("content"));
  assert.equal(String(readVerifiedFile(file)), "content");
  const whole = await readFile(file);
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    await writeFile(file, damaged);
    assert.equal(readVerifiedFile(file), undefined, `byte ${at} differs`);
    await writeFile(file, whole.subarray(0, at));
    assert.equal(readVerifiedFile(file), undefined, `${at} bytes are left`);
  }
});

test("readVerifiedFile() takes a whole file that was written under another name for none", async (t) => {
  const folder = await makeTree(t);
  const other = path.join(folder, "other");
  writeVerifiedFile(other, Buffer.from("content"));
  await rename(other, path.join(folder, "one"));
  assert.equal(readVerifiedFile(path.join(folder, "one")), undefined);
});
