/** Locks of stacks: whose they are, when they are taken over, and how the Pulumi CLI's own are judged. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import test from "node:test";
import type { TestContext } from "node:test";
import { processSpace, startTimeOf } from "../../../common/files/process-identity.ts";
import { userName } from "../../../common/user.ts";
import { cancelLocks, describeHolder, lockStack } from "../../../engine/state/lock.ts";
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

/** A lock that this engine has written here. */
function ownLock(pid: number, started: string | undefined): Record<string, unknown> {
  const { timestamp, ...holder } = lockByCli(pid, "2026-01-02T03:04:05Z");
  return { ...holder, timestamp, started, space: processSpace() };
}

function refusal(holder: Record<string, unknown>): object {
  return {
    name: "UserError",
    message:
      `Cannot change stack "dev": it is locked, held by ${String(holder["username"])}@${String(holder["hostname"])} (pid ${String(holder["pid"])}) since ${String(holder["timestamp"])}: ` +
      'wait for that to end, or run "ytcode cancel --stack dev" when it is gone',
  };
}

test("lockStack() writes what the Pulumi CLI writes, and when and where its process started", async (t) => {
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
    ...(processSpace() === undefined ? {} : { space: processSpace() }),
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
  await assert.rejects(lockStack(store), refusal(JSON.parse(text)));
  await lock.release();
  await (await lockStack(store)).release();
});

test("lockStack() takes over from a process that has ended", LINUX_ONLY, async (t) => {
  const store = await makeStore(t, { "dead.json": ownLock(NO_PID, "boot 1") });
  const lock = await lockStack(store);
  assert.deepEqual(lock.staleLocks, [`process ${NO_PID}, which took it at 2026-01-02T03:04:05Z`]);
  assert.ok(!existsSync(path.join(store.paths.locks, "dead.json")));
  await lock.release();
});

test(
  "lockStack() takes over when the id of its own lock's process is another's now",
  LINUX_ONLY,
  async (t) => {
    const store = await makeStore(t, { "dead.json": ownLock(process.pid, "boot 1") });
    const lock = await lockStack(store);
    assert.equal(lock.staleLocks.length, 1);
    await lock.release();
  },
);

/** Locks whose processes cannot be looked at from here, although the host has the name of this one. */
const FOREIGN = {
  "of the CLI, which does not tell where it runs": lockByCli(NO_PID, "2026-01-02T03:04:05Z"),
  "of an earlier release": { ...lockByCli(NO_PID, "2026-01-02T03:04:05Z"), started: "boot 1" },
  "of another container": {
    ...ownLock(NO_PID, "boot 1"),
    space: `${processSpace()?.split(" ")[0] ?? ""} pid:[1]`,
  },
  "of before a restart, or of a machine of the same name": {
    ...ownLock(NO_PID, "boot 1"),
    space: "another-boot pid:[4026531836]",
  },
};

for (const [whose, holder] of Object.entries(FOREIGN)) {
  test(`lockStack() respects a lock ${whose}`, async (t) => {
    const store = await makeStore(t, { "foreign.json": holder });
    await assert.rejects(lockStack(store), refusal(holder));
    assert.deepEqual(await readdir(store.paths.locks), ["foreign.json"]);
  });
}

test("cancelLocks() removes all locks, and tells whose they were", async (t) => {
  const store = await makeStore(t, {
    "cli.json": lockByCli(7, "2026-01-02T03:04:05Z"),
    "half.json": {},
  });
  const holders = await cancelLocks(store);
  assert.deepEqual(holders.map(describeHolder).toSorted(), [
    `someone@${hostname()} (pid 7) since 2026-01-02T03:04:05Z`,
    "unknown@unknown (pid 0) since unknown",
  ]);
  await (await lockStack(store)).release();
});

test("lockStack() respects the lock of another machine, whatever its process", async (t) => {
  const holder = { ...lockByCli(NO_PID, "2026-01-02T03:04:05Z"), hostname: "elsewhere" };
  const store = await makeStore(t, { "foreign.json": holder });
  await assert.rejects(lockStack(store), refusal(holder));
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
  await file.writeFile(JSON.stringify(ownLock(NO_PID, "boot 1")));
  await file.close();
  await assert.rejects(locking, refusal(holder));
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
