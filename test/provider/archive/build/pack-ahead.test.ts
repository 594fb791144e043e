/** Hashing that compresses in the same read: the same digests, and segments that the build finds. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { packAhead, packPieceAhead } from "../../../../provider/archive/build/ahead-task.ts";
import { buildArchive } from "../../../../provider/archive/build/build.ts";
import { hashAndPack } from "../../../../provider/archive/build/pack-ahead.ts";
import { hashFiles } from "../../../../provider/manifest/hash-files.ts";
import type { EntryToHash, HashPart } from "../../../../provider/manifest/hash-files.ts";
import { readManifest } from "../../../../provider/manifest/read-manifest.ts";
import { configurationWith, makePipeline } from "../../../tools/small-pipeline.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

const KEY_START = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n";

async function entriesOf(
  t: TestContext,
  files: Readonly<Record<string, Buffer | string>>,
): Promise<readonly EntryToHash[]> {
  const folder = await makeTree(t, files);
  return Object.entries(files).map(([name, content]) => ({
    file: path.join(folder, name),
    path: `lib/${name}`,
    mode: 0o644,
    sizeBytes: Buffer.byteLength(content),
  }));
}

test("hashAndPack() says what hashFiles() says, and the build finds all made", async (t) => {
  const folder = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_paths: [{source: lib}]"),
    "lib/large.bin": Buffer.alloc((3 << 20) + 1, `large ${process.pid} ${Date.now()}`),
    "lib/a.py": `from ytjobs import x # ${Date.now()}\n`.repeat(60_000),
    "lib/b.py": `import stages # ${Date.now()}\n`.repeat(50_000),
  });
  const seen: (readonly EntryToHash[])[] = [];
  const hashPart: HashPart = async (entries) => {
    seen.push(entries);
    const outcomes = await hashAndPack(entries);
    assert.deepEqual(outcomes, await hashFiles(entries));
    return outcomes;
  };
  const manifest = await readManifest({ pipelineDirectory: folder, hashPart });
  const { compressedBytes } = await buildArchive(manifest);
  assert.ok(seen.some((entries) => entries.length === 3));
  const contentBytes = manifest.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  assert.equal(compressedBytes, contentBytes, "what was made ahead was not there before");
});

test("packAhead() keeps nothing that has a private key in it, or is not as it was listed", async (t) => {
  const text = "x = 1\n".repeat(20_000);
  const files = await entriesOf(t, { "a.py": text, "b.py": text });
  const secret = await entriesOf(t, { "a.py": text, "b.txt": KEY_START });
  const changed = files.map((file) => ({ ...file, sizeBytes: file.sizeBytes - 1 }));
  const gone = files.map((file) => ({ ...file, file: `${file.file}.gone` }));
  const directory = await makeTree(t);
  for (const listed of [secret, changed, gone]) {
    assert.deepEqual(packAhead({ files: listed, directory }).made, []);
  }
  assert.deepEqual(await readdir(directory), []);
  assert.equal(packAhead({ files, directory }).made.length, 1);
  assert.equal(packAhead({ files, directory }).made.length, 0, "it is kept");
  const { outcomes } = packAhead({ files: changed, directory });
  assert.deepEqual(outcomes, await hashFiles(files), "what is there is hashed");
});

test("packAhead() copies a large file, says so of none with a private key in it, and none that cannot be written", async (t) => {
  const content = Buffer.alloc((5 << 20) + 1, "content");
  const tree = await makeTree(t, { "lib/there.bin": "" });
  const directory = await makeTree(t);
  for (const [name, start, isCopied] of [
    ["large.bin", "", true],
    ["key.txt", KEY_START, false],
    ["there.bin", "", false],
  ] as const) {
    const files = await entriesOf(t, { [name]: Buffer.concat([Buffer.from(start), content]) });
    const outcome = packAhead({ files, directory, tree });
    assert.equal(outcome.isCopied, isCopied, name);
    assert.deepEqual(outcome.outcomes, await hashFiles(files));
  }
  assert.ok(content.equals(await readFile(path.join(tree, "lib/large.bin"))));
});

test("packPieceAhead() keeps nothing of a copy that was cut short or is gone", async (t) => {
  const folder = await makeTree(t, { copy: Buffer.alloc(1 << 20) });
  const file = { path: "lib/a", mode: 0o644, sizeBytes: 5 << 20, sha256: "0".repeat(64) } as const;
  const directory = await makeTree(t);
  const copy = path.join(folder, "copy");
  assert.equal(packPieceAhead({ file, offset: 1 << 20, copy, directory }), undefined);
  assert.equal(packPieceAhead({ file, offset: 0, copy: `${copy}.gone`, directory }), undefined);
  assert.notEqual(packPieceAhead({ file, offset: 0, copy, directory }), undefined);
  assert.equal(packPieceAhead({ file, offset: 0, copy, directory }), undefined, "it is kept");
});

test("readManifest() has nothing packed ahead of a part with the name of a secret in it", async (t) => {
  const folder = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_paths: [{source: lib}, {source: more}]"),
    "lib/.env": "TOKEN=abc\n",
    "lib/a.py": "x = 1\n",
    "more/b.py": "x = 1\n",
  });
  const seen: string[] = [];
  const hashPart: HashPart = (entries) => {
    seen.push(...entries.map((entry) => entry.path));
    return hashFiles(entries);
  };
  await assert.rejects(readManifest({ pipelineDirectory: folder, hashPart }), {
    name: "UserError",
  });
  assert.equal(seen.includes("more/b.py"), true);
  assert.equal(seen.includes("lib/a.py"), false);
});

test("packAhead() holds the memory of one file, not of all that it has packed", async (t) => {
  const random = randomBytes(2 << 20);
  const entries = await entriesOf(
    t,
    Object.fromEntries(
      Array.from({ length: 24 }, (_, index) => [
        `${index}.bin`,
        Buffer.concat([random, Buffer.from(String(index))]),
      ]),
    ),
  );
  const directory = await makeTree(t);
  packAhead({ files: entries.slice(0, 1), directory });
  const { arrayBuffers } = process.memoryUsage();
  let most = 0;
  for (const entry of entries) {
    packAhead({ files: [entry], directory });
    most = Math.max(most, process.memoryUsage().arrayBuffers - arrayBuffers);
  }
  assert.ok(most < 8 << 20, `${most} bytes of ${24 * random.length} are held`);
});
