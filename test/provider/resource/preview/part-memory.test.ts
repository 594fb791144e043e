/** What is remembered of the parts that were built, in a cache of the test's own. */
import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { readManifest } from "../../../../provider/manifest/read-manifest.ts";
import { recallPart, rememberParts } from "../../../../provider/resource/preview/part-memory.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

const LONG = "a long line\n".repeat(30_000);

async function remembered(t: Parameters<typeof makeTree>[0]) {
  const directory = await makeTree(t, {
    "configs/config.yaml": "stages: {enabled_stages: [clean]}\n",
    "configs/secrets.env": "TOKEN=the-secret\n",
    "stages/clean/config.yaml": "",
    "stages/clean/src/mapper.py": "print('ä')\n",
    "stages/clean/src/long.txt": LONG,
    "stages/clean/src/model.bin": "\0\0",
  });
  const cache = path.join(await makeTree(t), "cache");
  const manifest = await readManifest({ pipelineDirectory: directory });
  rememberParts(manifest.parts, cache);
  const { digest = "" } = manifest.parts.find(({ key }) => key === "stages/clean") ?? {};
  return { directory, cache, manifest, digest };
}

test("recallPart() gives the files of a part with their texts, apart from long and binary ones", async (t) => {
  const { cache, digest } = await remembered(t);
  const files = recallPart(digest, cache) ?? [];
  assert.deepEqual(
    files.map(({ path: name, mode, sizeBytes, content }) => [name, mode, sizeBytes, content]),
    [
      ["stages/clean/config.yaml", 0o644, 0, { type: "text", text: "" }],
      ["stages/clean/src/long.txt", 0o644, LONG.length, { type: "unknown" }],
      ["stages/clean/src/mapper.py", 0o644, 12, { type: "text", text: "print('ä')\n" }],
      ["stages/clean/src/model.bin", 0o644, 2, { type: "binary" }],
    ],
  );
});

test("rememberParts() keeps what is packed, for the user alone", async (t) => {
  const { cache, manifest } = await remembered(t);
  const entries = await readdir(cache, { recursive: true, withFileTypes: true });
  assert.equal((await stat(cache)).mode & 0o077, 0);
  const files = entries.filter((entry) => entry.isFile());
  assert.equal(files.length, manifest.parts.length);
  for (const { parentPath, name } of files) {
    const file = path.join(parentPath, name);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.doesNotMatch(await readFile(file, "utf8"), /the-secret/);
  }
});

test("rememberParts() keeps no text of a file that has changed since it was read", async (t) => {
  const { directory, manifest, digest } = await remembered(t);
  const cache = path.join(await makeTree(t), "cache");
  await writeFile(path.join(directory, "stages/clean/src/mapper.py"), "another\n");
  rememberParts(manifest.parts, cache);
  const file = recallPart(digest, cache)?.find(({ path: name }) => name.endsWith("mapper.py"));
  assert.deepEqual(file?.content, { type: "unknown" });
});

test("recallPart() takes nothing that is torn, edited or not there for a part", async (t) => {
  const { cache, digest } = await remembered(t);
  const file = path.join(cache, "parts", digest.slice(0, 2), digest.slice(2));
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("print('ä')", "print('b')"));
  const edited = recallPart(digest, cache)?.find(({ path: name }) => name.endsWith("mapper.py"));
  assert.deepEqual(edited?.content, { type: "unknown" });
  await writeFile(file, text.replace("src/mapper.py", "src/other.py"));
  assert.equal(recallPart(digest, cache), undefined);
  await writeFile(file, text.slice(0, -10));
  assert.equal(recallPart(digest, cache), undefined);
  await writeFile(file, "{}");
  assert.equal(recallPart(digest, cache), undefined);
  assert.equal(recallPart("0".repeat(64), cache), undefined);
  assert.equal(recallPart("../escaped", cache), undefined);
  assert.equal(recallPart(digest, undefined), undefined);
});
