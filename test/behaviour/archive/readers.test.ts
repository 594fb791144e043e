/** Archives are read alike by the programs and libraries that will read them. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { buildArchive } from "../../../provider/archive/build/build.ts";
import type { BuiltArchive } from "../../../provider/archive/build/build.ts";
import { compareBytes } from "../../../common/text/compare-bytes.ts";
import type { Manifest } from "../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import type { Tree } from "../../tools/temporary-tree.ts";
import { filesIn, isInstalled, output, READERS } from "../../tools/readers.ts";
import type { ReadFile } from "../../tools/readers.ts";

// More than a segment of the gzip stream, and random, so that nothing can be guessed.
const BLOB = randomBytes((5 << 20) + 13);

const NAMES: Tree = {
  "a b.txt": "spaces",
  "line\nend": "a newline",
  "tab\tand\rreturn": "control characters",
  "quote'\"`$(x)": "quotes",
  "-rf": "a dash",
  "@list": "an at sign",
  "back\\slash": "",
  " leading and trailing ": "",
  "ünïcödé/русский/日本.txt": "no ASCII",
  "ünïcödé/line\nend": "no ASCII, and a newline",
  "𝒜🙂": "beyond the basic plane",
  [`${"d".repeat(60)}/${"e".repeat(60)}/f`]: "100 and more, with a place to split",
  ["n".repeat(120)]: "100 and more in one name",
  ["é".repeat(120)]: "240 bytes in one name",
  [`${"é".repeat(127)}e`]: "as long as a name can be",
  [`${`${"l".repeat(99)}/`.repeat(40)}end`]: "more than 4,000 bytes",
  "caf\u00e9": "one way to write it",
  "cafe\u0301": "the other",
  [`${"p/".repeat(90)}${"q".repeat(90)}/${"r".repeat(200)}`]: "more than 256",
  [`${"s".repeat(155)}/${"t".repeat(100)}`]: "just fits",
  [`${"s".repeat(156)}/${"t".repeat(100)}`]: "just does not",
  empty: "",
  "run.sh": { text: "#!/bin/sh", mode: 0o700 },
  "other.sh": { text: "#!/bin/sh", mode: 0o575 },
  private: { text: "secret", mode: 0o600 },
  block: "x".repeat(512),
  "block and one": "x".repeat(513),
  blob: { text: BLOB, mode: 0o400 },
  "blob 2": { text: BLOB.subarray(0, (1 << 20) + 1), mode: 0o755 },
};

/** As long as the field of a name, and no directory to split it at. */
const LONG = "n".repeat(100);

async function build(t: TestContext): Promise<{ manifest: Manifest; built: BuiltArchive }> {
  const files = Object.entries(NAMES).map(([name, entry]) => [`lib/${name}`, entry]);
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith(
      "upload_paths: [{source: lib, target: bücher/lib}, {source: nothing.txt}, " +
        `{source: ${LONG}}]`,
    ),
    // A part that is one header and nothing else.
    "nothing.txt": "",
    [LONG]: "100 in one name, at the top",
    ...Object.fromEntries(files),
  });
  const manifest = await readManifest({ pipelineDirectory });
  return { manifest, built: await buildArchive(manifest) };
}

async function wantedFiles(manifest: Manifest): Promise<readonly ReadFile[]> {
  const files = manifest.parts.flatMap((part) => part.files);
  return Promise.all(
    files.map(async ({ path: place, mode, content }) => ({
      path: place,
      mode,
      text: content.type === "text" ? content.text : await readFile(content.file, "latin1"),
    })),
  );
}

function sorted(files: readonly ReadFile[]): readonly ReadFile[] {
  return files.toSorted((a, b) => compareBytes(a.path, b.path));
}

function headsOf(files: readonly ReadFile[]): readonly unknown[] {
  return files.map(({ path: place, mode, text }) => [place, mode.toString(8), text.length]);
}

/** Compares names first, so that a failure does not print megabytes. */
function assertSameFiles(actual: readonly ReadFile[], wanted: readonly ReadFile[]): void {
  assert.deepEqual(headsOf(actual), headsOf(wanted));
  const different = actual.filter(({ text }, index) => text !== wanted[index]?.text);
  assert.deepEqual(
    different.map((file) => file.path),
    [],
  );
}

/** Of a mode only the owner's bits: the others are up to the umask. */
function withOwnersMode(files: readonly ReadFile[]): readonly ReadFile[] {
  return files.map((file) => ({ ...file, mode: file.mode & 0o700 }));
}

test("buildArchive() writes an archive that every reader reads alike", async (t) => {
  const { manifest, built } = await build(t);
  const wanted = await wantedFiles(manifest);
  assert.ok(wanted.length > 25);
  const folder = await makeTree(t);
  for (const [name, read] of Object.entries(READERS)) {
    await t.test(name, async (reading) => {
      if (name === "bsdtar" && !(await isInstalled("bsdtar"))) {
        reading.skip("NOT RUN: there is no bsdtar on PATH");
        return;
      }
      const files = await read(built.file, path.join(folder, name));
      assertSameFiles(sorted(files), sorted(wanted));
    });
  }
  await t.test("gzip", async () => {
    assert.equal(await output("gzip", ["--test", built.file]), "");
    const blob = await readFile(built.file);
    assert.equal(blob.length, built.sizeBytes);
  });
});

/**
 * A ustar header has 100 bytes for a name and 155 for the directories before it, all ASCII or
 * decomposed. A name that takes all of the 100 is written with a directory before it, or as pax.
 */
function needsPax(place: string): boolean {
  const bytes = Buffer.from(place).toString("latin1");
  const isPlain = place.length === bytes.length || place !== place.normalize("NFC");
  const fits = bytes.length < 100 || /^.{1,155}\/.{1,100}$/s.test(bytes);
  return !isPlain || !fits;
}

test("buildArchive() writes entries in byte order, of nobody, at no time", async (t) => {
  const { manifest, built } = await build(t);
  const code = `
import json, sys, tarfile
with tarfile.open(sys.argv[1]) as archive:
    print(json.dumps([
        [m.name, oct(m.mode), m.mtime, m.uid, m.gid, m.uname, m.gname, m.isreg(), sorted(m.pax_headers)]
        for m in archive
    ]))
`;
  const entries: unknown = JSON.parse(await output("python3", ["-c", code, built.file]));
  const wanted = (await wantedFiles(manifest)).map(({ path: place, mode }) => [
    place,
    `0o${mode.toString(8)}`,
    0,
    0,
    0,
    "",
    "",
    true,
    needsPax(place) ? ["path"] : [],
  ]);
  assert.deepEqual(entries, wanted);
});

test("buildArchive() assembles the tree that the archive holds", async (t) => {
  const { manifest, built } = await build(t);
  const [actual, wanted] = [await filesIn(built.tree), await wantedFiles(manifest)];
  assertSameFiles(withOwnersMode(sorted(actual)), withOwnersMode(sorted(wanted)));
});

test("buildArchive() writes an archive in which every altered byte is noticed", async (t) => {
  const pipelineDirectory = await makePipeline(t);
  const { file } = await buildArchive(await readManifest({ pipelineDirectory }));
  const bytes = await readFile(file);
  const folder = await makeTree(t);
  const altered = path.join(folder, "altered.tar.gz");
  // The header's time, flags and system (4 to 9) say nothing about the contents.
  for (let at = 10; at < bytes.length; at += Math.ceil(bytes.length / 20)) {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 0x10;
    await writeFile(altered, copy);
    await assert.rejects(output("gzip", ["--test", altered]), /ended with status 1/);
  }
  await writeFile(altered, bytes.subarray(0, -1));
  await assert.rejects(output("gzip", ["--test", altered]), /unexpected end of file/);
});
