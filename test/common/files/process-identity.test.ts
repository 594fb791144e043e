/** Telling a process that still runs from one that has ended, whoever has its id now. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import test from "node:test";
import { isAlive, processSpace, startTimeOf } from "../../../common/files/process-identity.ts";

const LINUX_ONLY = existsSync("/proc/self/stat")
  ? {}
  : { skip: "NOT RUN: only Linux tells when a process started" };

/** A process that runs until it is ended. */
function startProcess() {
  return spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
}

test("isAlive() knows this process, with and without the time of its start", () => {
  assert.equal(isAlive({ pid: process.pid, started: startTimeOf(process.pid) }), true);
  assert.equal(isAlive({ pid: process.pid, started: undefined }), true);
});

test("isAlive() knows a process of another user, who lets nobody signal it", () => {
  assert.equal(isAlive({ pid: 1, started: undefined }), true);
});

test("isAlive() knows that a process has ended", async () => {
  const child = startProcess();
  const pid = child.pid ?? 0;
  const started = startTimeOf(pid);
  assert.equal(isAlive({ pid, started }), true);
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.equal(isAlive({ pid, started }), false);
  assert.equal(isAlive({ pid, started: undefined }), false);
  assert.equal(startTimeOf(pid), undefined);
});

test(
  "isAlive() takes no other process with the same id for the one it is asked about",
  LINUX_ONLY,
  () => {
    assert.equal(isAlive({ pid: process.pid, started: "before the reboot" }), false);
  },
);

test(
  "isAlive() takes no process for running that waits for its parent only",
  LINUX_ONLY,
  async (t) => {
    // A shell that never waits for its child; the child's id is the first line that it prints.
    const parent = spawn("sh", ["-c", "sh -c 'echo $$' & exec tail -f /dev/null"]);
    t.after(() => parent.kill("SIGKILL"));
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line));
    while (startTimeOf(pid) !== undefined) {
      await delay(10);
    }
    assert.doesNotThrow(() => process.kill(pid, 0), "the process is still listed");
    assert.equal(isAlive({ pid, started: undefined }), false);
  },
);

test(
  "processSpace() differs in another namespace, where ids mean other processes",
  LINUX_ONLY,
  () => {
    const script =
      'import("./common/files/process-identity.ts").then((m) => process.stdout.write(m.processSpace() ?? "none"))';
    const run = (command: readonly string[]) =>
      spawnSync(command[0] ?? "", [...command.slice(1), process.execPath, "--eval", script], {
        encoding: "utf8",
      });
    assert.equal(run(["env"]).stdout, processSpace());
    const other = run(["unshare", "--map-root-user", "--pid", "--fork", "--mount-proc"]);
    // Where no namespaces can be made there is nothing to tell apart.
    if (other.status === 0) {
      const [boot = ""] = processSpace()?.split(" ") ?? [];
      assert.ok(other.stdout.startsWith(`${boot} pid:[`), other.stdout);
      assert.notEqual(other.stdout, processSpace());
    }
  },
);

test(
  "startTimeOf() is the same each time, and differs between processes",
  LINUX_ONLY,
  async (t) => {
    // One tick of the clock is ten milliseconds.
    const child = startProcess();
    t.after(() => child.kill("SIGKILL"));
    const own = startTimeOf(process.pid);
    assert.equal(startTimeOf(process.pid), own);
    assert.notEqual(startTimeOf(child.pid ?? 0), own);
  },
);
