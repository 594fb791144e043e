import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import * as path from "node:path";
import test from "node:test";
import { lockDirectory } from "../../../common/files/directory-lock.ts";
import { temporaryDirectory } from "../../tools/local-cluster.ts";

const MODULE = path.resolve(import.meta.dirname, "../../../common/files/directory-lock.ts");

/** A process that takes the lock, says so, and does what `then` says. */
function startHolder(directory: string, then: string) {
  const program = `
    import { lockDirectory } from ${JSON.stringify(MODULE)};
    import * as fs from "node:fs";
    const directory = ${JSON.stringify(directory)};
    const lock = await lockDirectory(directory, 60000);
    ${then}`;
  const args = ["--input-type=module-typescript", "--eval", program];
  return spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
}

test("lockDirectory() refuses a directory that a live process has, and names it", async (t) => {
  const directory = await temporaryDirectory(t);
  const holder = startHolder(directory, 'console.log("locked"); setInterval(() => {}, 1000);');
  t.after(() => holder.kill("SIGKILL"));
  await once(holder.stdout, "data");
  await assert.rejects(lockDirectory(directory, 0), {
    name: "UserError",
    message:
      `Cannot use the data directory of the local cluster as another process has it: ` +
      `directory is "${directory}", process is ${holder.pid}`,
  });
});

test("lockDirectory() takes over from a process that was killed", async (t) => {
  const directory = await temporaryDirectory(t);
  const holder = startHolder(directory, 'console.log("locked"); setInterval(() => {}, 1000);');
  await once(holder.stdout, "data");
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const lock = await lockDirectory(directory, 0);
  lock.release();
});

test("lockDirectory() takes over when a process id has been given to another process", async (t) => {
  const directory = await temporaryDirectory(t);
  const owner = {
    pid: process.pid,
    host: hostname(),
    started: "before the reboot",
    released: false,
  };
  await writeFile(path.join(directory, "owner.7"), JSON.stringify(owner));
  const lock = await lockDirectory(directory, 0);
  assert.deepEqual(await readdir(directory), ["owner.8"]);
  lock.release();
});

test("lockDirectory() cannot judge a process of another machine", async (t) => {
  const directory = await temporaryDirectory(t);
  const owner = { pid: 1, host: "elsewhere", released: false };
  const file = path.join(directory, "owner.1");
  await writeFile(file, JSON.stringify(owner));
  await assert.rejects(lockDirectory(directory, 0), {
    message:
      `Cannot use the data directory of the local cluster as another process has it: ` +
      `directory is "${directory}", process is 1 on "elsewhere" (if that is gone, remove "${file}")`,
  });
});

test("lockDirectory() waits until the directory is released", async (t) => {
  const directory = await temporaryDirectory(t);
  const first = await lockDirectory(directory, 0);
  const second = lockDirectory(directory, 60_000);
  first.release();
  (await second).release();
});

test("lockDirectory() lets one process at a time through, however many see a dead owner", async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(
    path.join(directory, "owner.1"),
    JSON.stringify({ pid: process.pid, host: hostname(), started: "long ago", released: false }),
  );
  // Each adds one to a number in a file, which goes wrong when two do it at once.
  const counter = path.join(directory, "counter");
  await writeFile(counter, "0");
  const work = `
    const value = Number(fs.readFileSync(directory + "/counter", "utf8"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    fs.writeFileSync(directory + "/counter", String(value + 1));
    lock.release();`;
  const processes = Array.from({ length: 6 }, () => startHolder(directory, work));
  const exits = await Promise.all(processes.map((child) => once(child, "exit")));
  assert.deepEqual(
    exits.map(([code]) => code),
    [0, 0, 0, 0, 0, 0],
  );
  assert.equal(await readFile(counter, "utf8"), "6");
});
