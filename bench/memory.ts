/** The most memory that packing a tree of 2 GB holds: from nothing, after an edit, and with no change. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { makeStage } from "./python-tree.ts";

const run = promisify(execFile);
const REPOSITORY = fileURLToPath(new URL("..", import.meta.url));
const PROGRAM = fileURLToPath(new URL("peak-memory.mjs", import.meta.url));

/** The tree, 2 GB in all: small files as of code, some larger ones as of models. */
const SIZES = [
  { count: 20_000, sizeBytes: 20_000 },
  { count: 400, sizeBytes: 2_000_000 },
  { count: 4, sizeBytes: 200_000_000 },
] as const;

/** Measures; gives the lines of the report. */
export async function* benchMemory(): AsyncGenerator<string> {
  await run("npm", ["run", "build"], { cwd: REPOSITORY });
  const folder = await mkdtemp(path.join(tmpdir(), "bench-memory-"));
  try {
    const pipeline = path.join(folder, "pipeline");
    await makeLargePipeline(pipeline);
    yield "memory: a tree of 2 GB (the aim is less than 300 MB)";
    yield `  cold: ${await peakOf(folder, pipeline)} MB`;
    await appendFile(path.join(pipeline, "lib/0/0/7"), "edited");
    yield `  one file edited: ${await peakOf(folder, pipeline)} MB`;
    yield `  no change: ${await peakOf(folder, pipeline)} MB`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function peakOf(folder: string, pipeline: string): Promise<string> {
  const { stdout } = await run(process.execPath, [PROGRAM, "build", pipeline], {
    env: { ...process.env, YTCODE_CACHE_DIR: path.join(folder, "cache") },
  });
  return /^peak (?<peak>\d+)$/m.exec(stdout)?.groups?.["peak"] ?? "unknown";
}

async function makeLargePipeline(pipeline: string): Promise<void> {
  await makeStage(pipeline);
  await writeFile(
    path.join(pipeline, "configs/config.yaml"),
    "stages: { enabled_stages: [one] }\npipeline: { upload_paths: [{ source: lib }] }\n",
  );
  for (const [group, { count, sizeBytes }] of SIZES.entries()) {
    for (let index = 0; index < count; index++) {
      const directory = path.join(pipeline, "lib", String(group), String(Math.floor(index / 100)));
      await mkdir(directory, { recursive: true });
      await writeFile(
        path.join(directory, String(index)),
        contentOf(`${group} ${index}`, sizeBytes),
      );
    }
  }
}

/** Bytes that compress to a half, as code and models do at best and worst. */
function contentOf(seed: string, sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  let block = createHash("sha512").update(seed).digest();
  for (let offset = 0; offset < sizeBytes; offset += 128) {
    block = createHash("sha512").update(block).digest();
    block.copy(bytes, offset);
  }
  return bytes;
}
