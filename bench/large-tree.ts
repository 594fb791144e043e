/**
 * Packing a tree of 100,000 files and about 1 GB, as a company's shared library may be: from nothing, after an edit of one
 * file, and with no change, against the same peers as the smaller tree, but for upstream's packer. Takes a quarter of an
 * hour, and 15 GB below the folder for temporary files.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { compile, PackingRows } from "./packing-rows.ts";
import { makeStage, standardLibrary } from "./python-tree.ts";

const FILES = 100_000;

/** Larger ones are left out, which leaves 10 kB for each, in bytes. */
const MAX_FILE_BYTES = 64 << 10;

const RUNS = 2;

/** Measures; gives the lines of the report. */
export async function* benchLargeTree(): AsyncGenerator<string> {
  await compile();
  const folder = await mkdtemp(path.join(tmpdir(), "bench-large-tree-"));
  try {
    const first = path.join(folder, "cold");
    yield `made ${((await makeLargePipeline(first)) / 1e9).toFixed(2)} GB`;
    await cp(first, path.join(folder, "edited"), { recursive: true });
    const rows = new PackingRows({ folder, runs: RUNS, edited: "lib/copy_3/ast.py" });
    yield* rows.cold();
    yield* rows.edited();
    yield* rows.unchanged("edited");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes copies of the standard library, no two files of one content; gives the size of all, in bytes. */
async function makeLargePipeline(pipeline: string): Promise<number> {
  const texts = await codeIn(await standardLibrary());
  let sizeBytes = 0;
  for (let count = 0; count < FILES;) {
    const copy = `copy_${Math.floor(count / texts.length)}`;
    for (const [name, text] of texts.slice(0, FILES - count)) {
      const file = path.join(pipeline, "lib", copy, name);
      await mkdir(path.dirname(file), { recursive: true });
      const changed = `${text}# ${copy}\n`;
      await writeFile(file, changed, "latin1");
      sizeBytes += changed.length;
      count += 1;
    }
  }
  await makeStage(pipeline);
  await writeFile(
    path.join(pipeline, "configs/config.yaml"),
    "stages: { enabled_stages: [one] }\npipeline: { upload_paths: [{ source: lib }] }\n",
  );
  return sizeBytes;
}

/** Python files in a folder, but for large ones, by their paths in it; each byte is a character. */
async function codeIn(folder: string): Promise<readonly (readonly [string, string])[]> {
  const names = await readdir(folder, { recursive: true });
  const code: (readonly [string, string])[] = [];
  for (const name of names.toSorted()) {
    if (!name.endsWith(".py") || name.includes("site-packages")) {
      continue;
    }
    const text = await readFile(path.join(folder, name), "latin1");
    if (text.length <= MAX_FILE_BYTES) {
      code.push([name, text]);
    }
  }
  return code;
}
