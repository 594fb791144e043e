/** Atomic writes: the whole of it or nothing, under names that never meet, also on a full disk. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import {
  replaceAtomically,
  writeAtomically,
  writeAtomicallySync,
} from "../../../common/files/atomic-write.ts";
import { NEEDS_MOUNT, runOnSmallDisk } from "../../tools/mounted-disk.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

/** Both forms, as one. */
const FORMS: Readonly<
  Record<string, (...args: Parameters<typeof writeAtomically>) => Promise<void>>
> = {
  writeAtomically,
  async writeAtomicallySync(file, content, options) {
    writeAtomicallySync(file, [content], options);
  },
};

function modeOf(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}

for (const [name, write] of Object.entries(FORMS)) {
  test(`${name}() replaces a file, with its mode, and leaves nothing beside it`, async (t) => {
    const folder = await makeTree(t, { file: { text: "old", mode: 0o644 } });
    await write(path.join(folder, "file"), "new", { mode: 0o600, flush: true });
    assert.equal(await readFile(path.join(folder, "file"), "utf8"), "new");
    assert.equal(modeOf(path.join(folder, "file")), "600");
    assert.deepEqual(await readdir(folder), ["file"]);
  });

  test(`${name}() makes missing directories when it is given their mode, else none`, async (t) => {
    const folder = await makeTree(t);
    const file = path.join(folder, "a/b/file");
    await assert.rejects(write(file, "x", { mode: 0o600 }), { code: "ENOENT" });
    assert.deepEqual(await readdir(folder), []);
    await write(file, "x", { mode: 0o600, directoryMode: 0o700 });
    assert.equal(await readFile(file, "utf8"), "x");
    assert.deepEqual([modeOf(`${folder}/a`), modeOf(`${folder}/a/b`)], ["700", "700"]);
  });

  test(`${name}() leaves all as it was when it cannot put the file in place`, async (t) => {
    const folder = await makeTree(t, { "file/inside": "old" });
    await assert.rejects(write(path.join(folder, "file"), "new", { mode: 0o600 }), {
      code: "EISDIR",
    });
    assert.deepEqual(await readdir(folder, { recursive: true }), ["file", "file/inside"]);
  });

  test(`${name}() keeps the old file where the disk is full`, NEEDS_MOUNT, async (t) => {
    const { outcome, left } = await onFullDisk(t, name);
    assert.equal(outcome, "ENOSPC");
    assert.deepEqual(left, ["file 3"]);
  });
}

/** Writes 2 MB where there is 1 MiB; gives the code of the error, and the files with their sizes. */
async function onFullDisk(
  t: TestContext,
  form: string,
): Promise<{ readonly outcome: string; readonly left: readonly string[] }> {
  const disk = await makeTree(t);
  const program = `
    const module = await import(${JSON.stringify(import.meta.resolve("../../../common/files/atomic-write.ts"))});
    const content = Buffer.alloc(2_000_000, "new");
    const write = module[${JSON.stringify(form)}];
    try {
      await write("file", ${form.endsWith("Sync") ? "[content]" : "content"}, { mode: 0o600 });
      console.log("written");
    } catch (error) {
      console.log(error.code);
    }`;
  const [outcome = "", ...left] = runOnSmallDisk(
    disk,
    1 << 20,
    `cd "$1" && printf old > file &&
    "$2" --input-type=module --eval "$3" && find . -type f -printf '%f %s\\n'`,
    [process.execPath, program],
  );
  return { outcome, left };
}

test("writeAtomicallySync() writes pieces one after another", async (t) => {
  const file = path.join(await makeTree(t), "file");
  writeAtomicallySync(file, [Buffer.from("head "), "", "bödy"], { mode: 0o600 });
  assert.equal(await readFile(file, "utf8"), "head bödy");
});

test("writeAtomically() lets many write the same file at once", async (t) => {
  const folder = await makeTree(t);
  const file = path.join(folder, "file");
  const contents = Array.from({ length: 40 }, (_, index) => String(index).repeat(100_000));
  await Promise.all(contents.map((content) => writeAtomically(file, content, { mode: 0o600 })));
  assert.ok(contents.includes(await readFile(file, "utf8")));
  assert.deepEqual(await readdir(folder), ["file"]);
});

test("replaceAtomically() gives what the writer returns", async (t) => {
  const folder = await makeTree(t, { file: "old" });
  const file = path.join(folder, "file");
  const result = await replaceAtomically(file, async (temporary) => {
    await writeFile(temporary, "new");
    assert.equal(path.dirname(temporary), folder);
    assert.equal(await readFile(file, "utf8"), "old");
    return 7;
  });
  assert.equal(result, 7);
  assert.equal(await readFile(file, "utf8"), "new");
});

test("replaceAtomically() removes what a writer has left that throws", async (t) => {
  const folder = await makeTree(t, { file: "old" });
  const failing = replaceAtomically(path.join(folder, "file"), async (temporary) => {
    await writeFile(temporary, "half");
    throw new RangeError("no more");
  });
  await assert.rejects(failing, { name: "RangeError", message: "no more" });
  assert.deepEqual(await readdir(folder), ["file"]);
  assert.equal(await readFile(path.join(folder, "file"), "utf8"), "old");
});
