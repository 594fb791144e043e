/** The parts and digests of an archive, recognised by the names in it. */
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { itemsOf } from "../../../../cli/inspect/items.ts";
import { areKeysCertain, partsOf } from "../../../../cli/inspect/show/parts.ts";
import { buildArchive } from "../../../../provider/archive/build/build.ts";
import { readArchive } from "../../../../provider/archive/read/read-archive.ts";
import type { ArchiveEntry } from "../../../../provider/archive/read/read-archive.ts";
import type { Manifest } from "../../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../../provider/manifest/read-manifest.ts";
import { configurationWith, makePipeline } from "../../../tools/small-pipeline.ts";
import type { Tree } from "../../../tools/temporary-tree.ts";
import { tarOf } from "../make-archive.ts";

async function build(
  t: TestContext,
  changes: Tree,
): Promise<{ manifest: Manifest; entries: readonly ArchiveEntry[] }> {
  const manifest = await readManifest({ pipelineDirectory: await makePipeline(t, changes) });
  const { file } = await buildArchive(manifest);
  const { entries } = await readArchive(createReadStream(file), { name: "x" });
  return { manifest, entries };
}

function assertAsManifest(manifest: Manifest, { parts, digest }: ReturnType<typeof partsOf>): void {
  const shown = parts.map((part) => ({
    key: part.key,
    digest: part.digest,
    sizeBytes: part.sizeBytes,
  }));
  assert.deepEqual(
    shown,
    manifest.parts.map(({ key, digest: partDigest, sizeBytes }) => ({
      key,
      digest: partDigest,
      sizeBytes,
    })),
  );
  assert.equal(digest, manifest.digest);
}

test("partsOf() finds the manifest's parts and digests again, by names alone", async (t) => {
  const { manifest, entries } = await build(t, {
    "configs/config.yaml": configurationWith(
      "upload_paths: [{source: lib}, {source: words.txt}, {source: __odd__}, {source: wrappers}]",
    ),
    "lib/deep/er/x.py": "x",
    "lib/run.sh": { text: "#!/bin/sh", mode: 0o755 },
    "words.txt": "words",
    "__odd__/a": "a",
    "wrappers/mine": "not a generated one",
  });
  const found = partsOf(itemsOf(entries).values(), { keys: [], areAll: false });
  assertAsManifest(manifest, found);
  assert.deepEqual(
    found.parts.map(({ key }) => key),
    ["./__odd__/", "lib/", "wrappers/", "stages/run", "./words.txt", "./wrappers/", "ytjobs/"],
  );
  assert.equal(areKeysCertain(found.parts), false);
});

test("partsOf() finds parts in folders and empty ones when it is told their keys", async (t) => {
  const { manifest, entries } = await build(t, {
    "configs/config.yaml":
      "stages:\n  enabled_stages: [run, nothing]\n" +
      "pipeline:\n  pack_stages: all\n  upload_paths:\n    - {source: lib, target: deep/lib}\n    - {source: words.txt, target: deep/words.txt}\n",
    "stages/nothing/src/": "",
    "lib/x.py": "x",
    "words.txt": "words",
  });
  const items = Array.from(itemsOf(entries).values());
  const keys = manifest.parts.map(({ key }) => key);
  assert.ok(keys.includes("deep/lib") && keys.includes("stages/nothing"), keys.join());
  assertAsManifest(manifest, partsOf(items, { keys, areAll: true }));
  const guessed = partsOf(items, { keys: [], areAll: false });
  assert.notEqual(guessed.digest, manifest.digest);
  assert.deepEqual(
    guessed.parts.map(({ key }) => key),
    ["deep/", "wrappers/", "stages/run", "ytjobs/"],
  );
  const hinted = partsOf(items, { keys: [...keys, "not/there"], areAll: false });
  assert.deepEqual(
    hinted.parts.map(({ key }) => key),
    keys.filter((key) => key !== "stages/nothing"),
  );
});

test("partsOf() gives what tar packed under another umask the digest of what was built", async (t) => {
  const { manifest, entries } = await build(t, {});
  assert.ok(entries.length > 5);
  const tree: Record<string, Tree[string]> = {};
  for (const file of manifest.parts.flatMap((part) => part.files)) {
    const { readFile } = await import("node:fs/promises");
    const text =
      file.content.type === "text" ? file.content.text : await readFile(file.content.file);
    tree[file.path] = { text, mode: file.mode === 0o755 ? 0o700 : 0o660 };
  }
  const archive = await tarOf(t, tree);
  const other = await readArchive(createReadStream(archive), { name: "x" });
  const found = partsOf(itemsOf(other.entries).values(), { keys: [], areAll: false });
  assertAsManifest(manifest, found);
  assert.equal(areKeysCertain(found.parts), true);
});
