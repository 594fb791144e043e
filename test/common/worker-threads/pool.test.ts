/** Worker threads: what comes back from them, and what happens when one of them ends. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { WorkerPool } from "../../../common/worker-threads/pool.ts";
import type { ThreadTask } from "../../../common/worker-threads/task.ts";
import { echo, exitWith, failWhenSet, makeBytes, makeFunction, refuse, taskOf } from "./tasks.ts";

const ECHO = taskOf(echo);

/** Runs a task as the first one of a pool, and gives the thread that was started for it. */
async function runFirst<Input>(
  pool: WorkerPool,
  task: ThreadTask<Input, unknown>,
  input: Input,
): Promise<{ readonly worker: Worker; readonly outcome: Promise<unknown> }> {
  // Node tells of each thread that is started; nothing else here starts one at the same time.
  const started = once(process, "worker");
  const outcome = pool.run(task, input);
  outcome.catch(() => undefined);
  const [worker]: unknown[] = await started;
  assert.ok(worker instanceof Worker);
  return { worker, outcome };
}

test("WorkerPool runs more tasks than it has threads, each once", async () => {
  const pool = new WorkerPool(2);
  const values = Array.from({ length: 20 }, (_, index) => index);
  const outcomes = await Promise.all(values.map((value) => pool.run(ECHO, value)));
  assert.deepEqual(
    outcomes.map(({ value }) => value),
    values,
  );
  const threads = new Set(outcomes.map(({ thread }) => thread));
  assert.equal(threads.size, 2);
  assert.ok(!threads.has(0), "none ran on the calling thread");
});

test("WorkerPool rejects with what a task throws, and goes on with the same thread", async () => {
  const pool = new WorkerPool(1);
  const { thread } = await pool.run(ECHO, 1);
  await assert.rejects(pool.run(taskOf(refuse), "no"), { name: "RangeError", message: "no" });
  assert.deepEqual(await pool.run(ECHO, 2), { value: 2, thread });
});

test("WorkerPool brings bytes over, large ones too", async () => {
  const pool = new WorkerPool(1);
  for (const length of [0, 10, 5_000_000]) {
    const { bytes, note } = await pool.run(taskOf(makeBytes), length);
    assert.equal(note, "made");
    assert.ok(Buffer.from(bytes).equals(Buffer.alloc(length, 7)));
  }
});

test("WorkerPool rejects a task that its module does not export, or whose outcome cannot be sent", async () => {
  const pool = new WorkerPool(1);
  const unknown = {
    module: ECHO.module,
    run: Object.defineProperty(() => 1, "name", { value: "x" }),
  };
  await assert.rejects(pool.run(unknown, undefined), {
    name: "TypeError",
    message: 'Cannot run a task as its module exports no such function: "x"',
  });
  await assert.rejects(pool.run(taskOf(makeFunction), undefined), Error);
  assert.equal((await pool.run(ECHO, 3)).value, 3);
});

test("WorkerPool rejects the task of a thread that ends, and runs the next ones on another", async () => {
  const pool = new WorkerPool(1);
  const ended = pool.run(taskOf(exitWith), 3);
  const next = pool.run(ECHO, 4);
  await assert.rejects(ended, {
    name: "Error",
    message: "A worker thread ended before its task: exit code is 3",
  });
  assert.equal((await next).value, 4);
});

test("WorkerPool does without a thread that has ended while it had nothing to do", async () => {
  const pool = new WorkerPool(1);
  const { worker, outcome } = await runFirst(pool, ECHO, 5);
  await outcome;
  const { threadId } = worker;
  await worker.terminate();
  const { value, thread } = await pool.run(ECHO, 6);
  assert.equal(value, 6);
  assert.notEqual(thread, threadId);
});

test("WorkerPool does without a thread that has failed while it had nothing to do", async () => {
  const pool = new WorkerPool(1);
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { worker, outcome } = await runFirst(pool, taskOf(failWhenSet), flag);
  await outcome;
  const ended = once(worker, "exit");
  Atomics.store(flag, 0, 1);
  await assert.rejects(ended, { name: "RangeError", message: "set" });
  assert.equal((await pool.run(ECHO, 7)).value, 7);
});

test("idle threads keep no process alive", async () => {
  const program = `
    const { sharedWorkers } = await import(${JSON.stringify(import.meta.resolve("../../../common/worker-threads/pool.ts"))});
    const { echo, taskOf } = await import(${JSON.stringify(ECHO.module)});
    console.log((await sharedWorkers().run(taskOf(echo), 8)).value);
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { timeout: 60_000 },
  );
  assert.equal(stdout, "8\n");
});
