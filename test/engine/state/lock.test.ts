/** Locks of stacks: whose they are, when they are taken over, and how the Pulumi CLI's own are judged. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import test from "node:test";
import type { TestContext } from "node:test";
import { startTimeOf } from "../../../common/files/process-identity.ts";
import { userName } from "../../../common/user.ts";
import { lockStack } from "../../../engine/state/lock.ts";
import { StackStore } from "../../../engine/state/stack-store.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const LINUX_ONLY = existsSync("/proc/self/stat")
  ? {}
  : { skip: "NOT RUN: only Linux tells when a process started" };

/** No system gives so high an id. */
const NO_PID = 2 ** 30;

/** A stack with locks that others have left, by the names of their files. */
async function makeStore(
  t: TestContext,
  locks: Readonly<Record<string, Record<string, unknown>>> = {},
): Promise<StackStore> {
  const store = new StackStore(await makeTree(t), { project: "shop", stack: "dev" });
  await mkdir(store.paths.locks, { recursive: true });
  for (const [name, content] of Object.entries(locks)) {
    await writeFile(path.join(store.paths.locks, name), JSON.stringify(content));
  }
  return store;
}

/** A lock as the Pulumi CLI writes it. */
function lockByCli(pid: number, timestamp: string): Record<string, unknown> {
  return { pid, username: "someone", hostname: hostname(), timestamp };
}

function refusal(store: StackStore, name: string, holder: Record<string, unknown>): object {
  const file = path.join(store.paths.locks, name);
  return {
    name: "UserError",
    message:
      'Cannot change stack "dev": another operation has locked it, wait for it to end, or delete the lock when its process is gone\n' +
      `  ${file}: held by ${String(holder["username"])}@${String(holder["hostname"])} (pid ${String(holder["pid"])}) since ${String(holder["timestamp"])}`,
  };
}

test("lockStack() writes what the Pulumi CLI writes, and when its process started", async (t) => {
  const store = await makeStore(t);
  const lock = await lockStack(store);
  const [name = ""] = await readdir(store.paths.locks);
  const content: Record<string, unknown> = JSON.parse(
    await readFile(path.join(store.paths.locks, name), "utf8"),
  );
  const { timestamp, ...others } = content;
  const started = startTimeOf(process.pid);
  assert.deepEqual(others, {
    pid: process.pid,
    username: userName(),
    hostname: hostname(),
    ...(started === undefined ? {} : { started }),
  });
  assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  await lock.release();
  assert.deepEqual(await readdir(store.paths.locks), []);
});

test("lockStack() refuses a second time, and names the holder", async (t) => {
  const store = await makeStore(t);
  const lock = await lockStack(store);
  const [name = ""] = await readdir(store.paths.locks);
  const text = await readFile(path.join(store.paths.locks, name), "utf8");
  await assert.rejects(lockStack(store), refusal(store, name, JSON.parse(text)));
  await lock.release();
  await (await lockStack(store)).release();
});

test("lockStack() takes over from a process that has ended", async (t) => {
  const holder = lockByCli(NO_PID, "2026-01-02T03:04:05Z");
  const store = await makeStore(t, { "dead.json": holder });
  const lock = await lockStack(store);
  assert.deepEqual(lock.staleLocks, [`process ${NO_PID}, which took it at 2026-01-02T03:04:05Z`]);
  assert.ok(!existsSync(path.join(store.paths.locks, "dead.json")));
  await lock.release();
});

test(
  "lockStack() takes over when the id of its own lock's process is another's now",
  LINUX_ONLY,
  async (t) => {
    const timestamp = new Date().toISOString();
    const holder = { ...lockByCli(process.pid, timestamp), started: "before the reboot 1" };
    const store = await makeStore(t, { "dead.json": holder });
    const lock = await lockStack(store);
    assert.deepEqual(lock.staleLocks, [`process ${process.pid}, which took it at ${timestamp}`]);
    await lock.release();
  },
);

test(
  "lockStack() takes over a lock of the CLI when the process with its id started later",
  LINUX_ONLY,
  async (t) => {
    const timestamp = "2026-01-02T03:04:05.123456789+01:00";
    const store = await makeStore(t, { "dead.json": lockByCli(process.pid, timestamp) });
    const lock = await lockStack(store);
    assert.deepEqual(lock.staleLocks, [`process ${process.pid}, which took it at ${timestamp}`]);
    await lock.release();
  },
);

test("lockStack() respects a lock of the CLI that was written after its process started", async (t) => {
  const holder = lockByCli(process.pid, new Date().toISOString());
  const store = await makeStore(t, { "cli.json": holder });
  await assert.rejects(lockStack(store), refusal(store, "cli.json", holder));
  assert.deepEqual(await readdir(store.paths.locks), ["cli.json"]);
});

test("lockStack() respects a lock of the CLI whose time cannot be read", async (t) => {
  const holder = lockByCli(process.pid, "yesterday");
  const store = await makeStore(t, { "cli.json": holder });
  await assert.rejects(lockStack(store), refusal(store, "cli.json", holder));
});

test("lockStack() respects the lock of another machine, whatever its process", async (t) => {
  const holder = { ...lockByCli(NO_PID, "2026-01-02T03:04:05Z"), hostname: "elsewhere" };
  const store = await makeStore(t, { "foreign.json": holder });
  await assert.rejects(lockStack(store), refusal(store, "foreign.json", holder));
});

test("lockStack() looks again when its own lock is written: two may have seen none", async (t) => {
  const store = await makeStore(t);
  // What reads this file waits for who writes it: the first look ends when we want it to.
  const pipe = path.join(store.paths.locks, "pipe.json");
  assert.equal(spawnSync("mkfifo", [pipe]).status, 0);
  const locking = lockStack(store);
  const file = await open(pipe, "w");
  const holder = lockByCli(process.pid, new Date().toISOString());
  await writeFile(path.join(store.paths.locks, "second.json"), JSON.stringify(holder));
  await file.writeFile(JSON.stringify(lockByCli(NO_PID, "2026-01-02T03:04:05Z")));
  await file.close();
  await assert.rejects(locking, refusal(store, "second.json", holder));
  assert.deepEqual(await readdir(store.paths.locks), ["second.json"], "its own lock is removed");
});

test("lockStack() says in one message that the state cannot be written, and where it could", async (t) => {
  const folder = await makeTree(t, { state: "a file" });
  const store = new StackStore(path.join(folder, "state"), { project: "shop", stack: "dev" });
  await assert.rejects(lockStack(store), {
    name: "UserError",
    message:
      `Cannot lock stack "dev" as its state cannot be written: EEXIST: file already exists, mkdir '${folder}/state': ` +
      `directory is "${store.paths.locks}"; name a place that can be written in PULUMI_BACKEND_URL (file:///path)`,
  });
});

test(
  "lockStack() ends where Node's own way of making directories would try for ever",
  LINUX_ONLY,
  async () => {
    const store = new StackStore("/proc/nope/state", { project: "shop", stack: "dev" });
    await assert.rejects(lockStack(store), { name: "UserError", message: /^Cannot lock stack/ });
  },
);
