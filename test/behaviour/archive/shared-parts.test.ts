/** Many pipelines that pack the same module, built by one process as an update does. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { configurationWith } from "../../tools/small-pipeline.ts";
import { addToTree, makeTree } from "../../tools/temporary-tree.ts";
import type { SharedBuilds } from "../../tools/build-many.ts";

const PROGRAM = fileURLToPath(new URL("../../tools/build-many.ts", import.meta.url));
const PIPELINES = 200;
const SHARED_FILES = 45;

/** Text that compresses, but is another in each file. */
function sharedText(index: number): string {
  return Array.from(
    { length: 2000 },
    (_, line) => `value_${index}_${line} = ${line * index}\n`,
  ).join("");
}

const isLinux = process.platform === "linux";
const skip = isLinux ? false : "NOT RUN: only Linux counts the bytes that a process reads";

test("200 pipelines that share a module read, hash and compress it once", { skip }, async (t) => {
  const folder = await makeTree(t, {
    "modules/shared/__init__.py": "",
    ...Object.fromEntries(
      Array.from({ length: SHARED_FILES }, (_, index) => [
        `modules/shared/m${index}.py`,
        sharedText(index),
      ]),
    ),
  });
  for (let index = 0; index < PIPELINES; index++) {
    await addToTree(folder, {
      [`p${index}/configs/config.yaml`]: configurationWith("upload_modules: [shared]"),
      [`p${index}/stages/run/config.yaml`]: `number: ${index}\n`,
      [`p${index}/stages/run/src/mapper.py`]: `print(${index})\n`,
    });
  }
  const sizes = Array.from({ length: SHARED_FILES }, (_, index) => sharedText(index).length);
  const sharedBytes = sizes.reduce((sum, size) => sum + size, 0);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [PROGRAM, ...Array.from({ length: PIPELINES }, (_, index) => path.join(folder, `p${index}`))],
    {
      maxBuffer: 1 << 26,
      env: {
        ...process.env,
        PYTHONPATH: path.join(folder, "modules"),
        YTCODE_CACHE_DIR: path.join(folder, "cache"),
      },
    },
  );
  const { digests, bytesRead, compressedBytes, ownBytes }: SharedBuilds = JSON.parse(stdout);
  assert.equal(new Set(digests).size, PIPELINES, "each archive is another");
  // Not twice the module: all pipelines together read it once, and little beside it.
  assert.ok(
    bytesRead < 1.5 * sharedBytes + ownBytes * 2 + 4_000_000,
    `${bytesRead} bytes are read`,
  );
  assert.ok(bytesRead >= sharedBytes, `${bytesRead} bytes are read`);
  assert.equal(compressedBytes, sharedBytes + ownBytes);
  const archives = await Promise.all(
    [0, PIPELINES - 1].map((index) =>
      readFile(path.join(folder, `p${index}/.build/source/shared/m7.py`), "utf8"),
    ),
  );
  assert.deepEqual(archives, [sharedText(7), sharedText(7)]);
});
