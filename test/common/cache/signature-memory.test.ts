/** What is remembered of files from run to run, and when it is trusted. */
import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { FileSignature } from "../../../common/cache/file-signature.ts";
import { SignatureMemory } from "../../../common/cache/signature-memory.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const SIGNATURE: FileSignature = { sizeBytes: 3, mtimeMs: 1000.5, ctimeMs: 1000.5, inode: 7 };
const LATER = 5000;
/** Enough to be worth a file. */
const MANY = Array.from({ length: 100 }, (_, index) => `file ${index}`);

/** Opens one memory again and again as new processes would, which share nothing but the disk. */
async function reopener(t: TestContext): Promise<{ cache: string; open: () => SignatureMemory }> {
  const cache = await makeTree(t);
  return { cache, open: () => SignatureMemory.load("kind", "/some/place", cache) };
}

function fill(memory: SignatureMemory, names: readonly string[] = MANY): void {
  for (const name of names) {
    memory.keep(name, SIGNATURE, `value of ${name}`, LATER);
  }
  memory.save();
}

function onlyFile(cache: string): string {
  const [name = ""] = readdirSync(path.join(cache, "kind"));
  return path.join(cache, "kind", name);
}

test("SignatureMemory finds what an earlier process has kept, by the same signature only", async (t) => {
  const { open } = await reopener(t);
  fill(open());
  const memory = open();
  assert.equal(memory.find("file 7", SIGNATURE), "value of file 7");
  assert.equal(memory.find("file 7", { ...SIGNATURE, sizeBytes: 4 }), undefined);
  assert.equal(memory.find("file 7", { ...SIGNATURE, mtimeMs: 1 }), undefined);
  assert.equal(memory.find("file 7", { ...SIGNATURE, ctimeMs: 1 }), undefined);
  assert.equal(memory.find("file 7", { ...SIGNATURE, inode: 8 }), undefined);
  assert.equal(memory.find("file", SIGNATURE), undefined);
});

test("SignatureMemory does not trust a signature from within a tick of the change", async (t) => {
  const { open } = await reopener(t);
  fill(open());
  const memory = open();
  memory.keep("fresh", SIGNATURE, "value", 1001);
  memory.save();
  for (const opened of [memory, open()]) {
    assert.equal(opened.find("fresh", SIGNATURE), undefined);
    assert.equal(opened.findUnverified("fresh"), "value");
  }
});

test("SignatureMemory adds a line for a change, and writes anew when much is outdated", async (t) => {
  const { cache, open } = await reopener(t);
  fill(open());
  const before = readFileSync(onlyFile(cache), "utf8");
  fill(open(), ["file 3"]);
  assert.ok(readFileSync(onlyFile(cache), "utf8").startsWith(before), "the old lines stay");
  for (let time = 0; time < 60; time++) {
    fill(open(), ["file 3"]);
  }
  const lines = readFileSync(onlyFile(cache), "utf8").split("\n").length;
  assert.ok(lines < MANY.length * 1.3, `${lines} lines`);
  assert.equal(open().find("file 3", SIGNATURE), "value of file 3");
});

test("SignatureMemory forgets what is not wanted any more", async (t) => {
  const { open } = await reopener(t);
  fill(open());
  const memory = open();
  memory.keepOnly((name) => name < "file 5");
  memory.save();
  assert.equal(memory.find("file 7", SIGNATURE), undefined);
  assert.equal(open().find("file 7", SIGNATURE), undefined);
  assert.equal(open().find("file 3", SIGNATURE), "value of file 3");
});

const DAMAGE: Readonly<Record<string, (file: string) => void>> = {
  "is torn": (file) => appendFileSync(file, '["file 1",3,10'),
  "is empty": (file) => writeFileSync(file, ""),
  "is of another format": (file) => writeFileSync(file, '["another"],\n'),
  "is no text": (file) => writeFileSync(file, Buffer.alloc(99, 0xff)),
};
for (const [fact, damage] of Object.entries(DAMAGE)) {
  test(`SignatureMemory counts a file that ${fact} for nothing, and mends it`, async (t) => {
    const { cache, open } = await reopener(t);
    fill(open());
    damage(onlyFile(cache));
    const memory = open();
    assert.equal(memory.find("file 1", SIGNATURE), undefined);
    assert.ok(memory.isEmpty);
    fill(memory);
    assert.equal(open().find("file 1", SIGNATURE), "value of file 1");
  });
}

test("SignatureMemory takes no lines that are not its own form", async (t) => {
  const { cache, open } = await reopener(t);
  fill(open());
  appendFileSync(onlyFile(cache), '["file 1",3],\n{"a":1},\nnull,\n');
  assert.equal(open().find("file 1", SIGNATURE), "value of file 1");
});

test("SignatureMemory writes no file for what is read again faster", async (t) => {
  const { cache, open } = await reopener(t);
  fill(open(), ["a", "b"]);
  assert.deepEqual(readdirSync(cache), []);
});

test("SignatureMemory goes on where nothing can be written", async (t) => {
  const cache = await makeTree(t, { file: "" });
  const memory = SignatureMemory.load("kind", "/some/place", path.join(cache, "file"));
  fill(memory);
  assert.equal(memory.find("file 1", SIGNATURE), "value of file 1");
});

test("SignatureMemory.open() gives one process one memory of a place", async (t) => {
  const cache = await makeTree(t);
  fill(SignatureMemory.open("kind", "/place", cache), ["a"]);
  const again = SignatureMemory.open("kind", "/place", cache);
  assert.equal(again.find("a", SIGNATURE), "value of a");
  assert.ok(SignatureMemory.open("kind", "/other place", cache).isEmpty);
  assert.ok(SignatureMemory.open("other kind", "/place", cache).isEmpty);
});

test("SignatureMemory takes a file that was damaged anywhere for none", async (t) => {
  const { cache, open } = await reopener(t);
  fill(open());
  const bytes = readFileSync(onlyFile(cache));
  for (let at = 0; at < bytes.length; at += 61) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    writeFileSync(onlyFile(cache), damaged);
    assert.ok(open().isEmpty, `byte ${at}`);
    writeFileSync(onlyFile(cache), bytes.subarray(0, at));
    assert.ok(open().isEmpty, `cut at ${at}`);
  }
});
