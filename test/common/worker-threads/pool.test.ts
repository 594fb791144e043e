import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { hashFiles } from "../../../provider/manifest/hash-files.ts";
import { sharedWorkers, WorkerPool } from "../../../common/worker-threads/pool.ts";
import { runTask } from "../../../provider/archive/build/run-task.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const MiB = 1 << 20;

test("WorkerPool does more tasks than it has threads, as the calling thread would", async (t) => {
  const names = Array.from({ length: 20 }, (_, index) => String(index));
  const folder = await makeTree(t, Object.fromEntries(names.map((name) => [name, name])));
  const tasks = names.map((name) => ({ type: "hash", files: [path.join(folder, name)] }) as const);
  const pool = new WorkerPool(2);
  const outcomes = await Promise.all(tasks.map((task) => pool.run(task)));
  assert.deepEqual(
    outcomes,
    tasks.map((task) => runTask(task)),
  );
});

test("WorkerPool hands on what the file system refuses, with its code", async (t) => {
  const file = path.join(await makeTree(t), "absent");
  const [outcome] = await sharedWorkers().run({ type: "hash", files: [file] });
  assert.deepEqual(outcome, {
    type: "failed",
    error: { code: "ENOENT", message: `ENOENT: no such file or directory, open '${file}'` },
  });
});

test("WorkerPool rejects with what a task throws, and goes on", async (t) => {
  const folder = await makeTree(t, { file: "x" });
  const pool = new WorkerPool(1);
  // A number in place of a path is a mistake of ours, and nothing that the file system refuses.
  const task = JSON.parse('{ "type": "hash", "files": [7] }');
  await assert.rejects(pool.run(task), /argument must be of type string/);
  const [outcome] = await pool.run({ type: "hash", files: [path.join(folder, "file")] });
  assert.equal(outcome?.type, "hashed");
});

test("hashFiles() gives the digests of large files in their order", async (t) => {
  const contents = [40, 1, 3, 20].map((size, index) =>
    Buffer.alloc(size * MiB, `content ${index}`),
  );
  const folder = await makeTree(
    t,
    Object.fromEntries(contents.map((content, index) => [String(index), content])),
  );
  const outcomes = await hashFiles(
    contents.map(({ length }, index) => ({
      file: path.join(folder, String(index)),
      sizeBytes: length,
    })),
  );
  assert.deepEqual(
    outcomes,
    contents.map((content) => ({
      type: "hashed",
      sha256: createHash("sha256").update(content).digest("hex"),
      sizeBytes: content.length,
    })),
  );
});

test("idle threads keep no process alive", async (t) => {
  const folder = await makeTree(t, { file: "x" });
  const pool = new URL("../../../common/worker-threads/pool.ts", import.meta.url).href;
  const program = `
    const { sharedWorkers } = await import(${JSON.stringify(pool)});
    const task = { type: "hash", files: [${JSON.stringify(path.join(folder, "file"))}] };
    console.log((await sharedWorkers().run(task))[0].sizeBytes);
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { timeout: 60_000 },
  );
  assert.equal(stdout, "1\n");
});
