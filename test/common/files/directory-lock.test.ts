/** The lock on a directory: one process at a time, a dead one's taken over, and every fault said. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, open, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import test from "node:test";
import { findAnnounced, lockDirectory } from "../../../common/files/directory-lock.ts";
import { NEEDS_MOUNT, runOnDisk } from "../../tools/mounted-disk.ts";
import { temporaryDirectory } from "../../tools/local-cluster.ts";

const MODULE = path.resolve(import.meta.dirname, "../../../common/files/directory-lock.ts");

/** What the lock is for, and not to wait. */
const AT_ONCE = { purpose: "keep things", timeoutMs: 0 };

/** A process that takes the lock, says so, and does what `then` says. */
function startHolder(directory: string, then: string) {
  const program = `
    import { lockDirectory } from ${JSON.stringify(MODULE)};
    import * as fs from "node:fs";
    const directory = ${JSON.stringify(directory)};
    const lock = await lockDirectory(directory, { purpose: "hold it", timeoutMs: 60000 });
    ${then}`;
  const args = ["--input-type=module-typescript", "--eval", program];
  return spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
}

test("lockDirectory() refuses a directory that a live process has, and names it", async (t) => {
  const directory = await temporaryDirectory(t);
  const holder = startHolder(directory, 'console.log("locked"); setInterval(() => {}, 1000);');
  t.after(() => holder.kill("SIGKILL"));
  await once(holder.stdout, "data");
  await assert.rejects(lockDirectory(directory, AT_ONCE), {
    name: "DirectoryInUseError",
    message: `Cannot keep things: process ${holder.pid} uses it`,
  });
  const worded = { ...AT_ONCE, inUse: (owner: string) => `It is ${owner}'s` };
  await assert.rejects(lockDirectory(directory, worded), {
    name: "DirectoryInUseError",
    message: `It is ${holder.pid}'s`,
  });
  assert.deepEqual(await readdir(directory), ["owner.1"]);
});

test("lockDirectory() takes over from a process that was killed", async (t) => {
  const directory = await temporaryDirectory(t);
  assert.equal(findAnnounced(directory), undefined);
  const holder = startHolder(
    directory,
    'lock.announce("here"); console.log(lock.isHeld()); setInterval(() => {}, 1000);',
  );
  const [said] = await once(holder.stdout, "data");
  assert.equal(String(said), "true\n");
  assert.equal(findAnnounced(directory), "here");
  holder.kill("SIGKILL");
  await once(holder, "exit");
  assert.equal(findAnnounced(directory), undefined);
  const lock = await lockDirectory(directory, AT_ONCE);
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
  const lock = await lockDirectory(directory, AT_ONCE);
  assert.deepEqual(await readdir(directory), ["owner.8"]);
  lock.release();
});

test("lockDirectory() cannot judge a process of another machine", async (t) => {
  const directory = await temporaryDirectory(t);
  const owner = { pid: 1, host: "elsewhere", released: false };
  const file = path.join(directory, "owner.1");
  await writeFile(file, JSON.stringify(owner));
  await assert.rejects(lockDirectory(directory, AT_ONCE), {
    name: "DirectoryInUseError",
    message: `Cannot keep things: process 1 on "elsewhere" (if that is gone, remove "${file}") uses it`,
  });
});

test("lockDirectory() waits until the directory is released", async (t) => {
  const directory = await temporaryDirectory(t);
  const first = await lockDirectory(directory, AT_ONCE);
  const second = lockDirectory(directory, { ...AT_ONCE, timeoutMs: 60_000 });
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

test("lockDirectory() gives way to a higher number that it has not seen at first", async (t) => {
  const directory = await temporaryDirectory(t);
  // A named pipe holds up the process between listing the directory and reading the owner file.
  const pipe = path.join(directory, "owner.1");
  assert.equal(spawnSync("mkfifo", [pipe]).status, 0);
  const program = `
    import { lockDirectory } from ${JSON.stringify(MODULE)};
    const options = { purpose: "keep things", timeoutMs: 0 };
    await lockDirectory(${JSON.stringify(directory)}, options).then(
      () => console.log("locked"),
      (error) => console.log(error.message),
    );`;
  const late = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program]);
  t.after(() => late.kill("SIGKILL"));
  const output = text(late.stdout);
  // Opened only when the process has opened it too.
  const file = await open(pipe, "w");
  const owner = { pid: process.pid, host: hostname(), released: false };
  await writeFile(path.join(directory, "owner.3"), JSON.stringify(owner));
  await file.write(JSON.stringify({ ...owner, released: true }));
  await file.close();
  assert.equal(await output, `Cannot keep things: process ${process.pid} uses it\n`);
  assert.deepEqual((await readdir(directory)).toSorted(), ["owner.1", "owner.3"]);
});

test("lockDirectory() says that the directory is not there", async (t) => {
  const directory = path.join(await temporaryDirectory(t), "missing");
  await assert.rejects(lockDirectory(directory, AT_ONCE), {
    name: "UserError",
    message: `Cannot keep things: "${directory}" is not there`,
  });
});

test("lockDirectory() says so when the directory goes while it waits", async (t) => {
  const directory = path.join(await temporaryDirectory(t), "removed");
  await mkdir(directory);
  const lock = await lockDirectory(directory, AT_ONCE);
  const waiting = lockDirectory(directory, { ...AT_ONCE, timeoutMs: 60_000 });
  await rm(directory, { recursive: true });
  await assert.rejects(waiting, {
    name: "UserError",
    message: `Cannot keep things: "${directory}" is not there`,
  });
  lock.release();
});

test("lockDirectory() says why the system refuses", async (t) => {
  const directory = await temporaryDirectory(t);
  const file = path.join(directory, "file");
  await writeFile(file, "");
  await assert.rejects(lockDirectory(file, AT_ONCE), {
    name: "UserError",
    message: `Cannot keep things: ENOTDIR: not a directory, scandir '${file}'`,
  });
});

test("lockDirectory() says that it may not write, and leaves nothing", async (t) => {
  const directory = await temporaryDirectory(t);
  await chmod(directory, 0o555);
  // The superuser may write anywhere, so that the process has to become somebody else.
  const program = `
    import { lockDirectory } from ${JSON.stringify(MODULE)};
    if (process.getuid() === 0) process.seteuid(65534);
    const options = { purpose: "keep things", timeoutMs: 0 };
    await lockDirectory(${JSON.stringify(directory)}, options).catch((error) => {
      console.log(error.name, error.message);
    });`;
  const args = ["--input-type=module-typescript", "--eval", program];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(stdout, "UserError Cannot keep things: permission denied\n");
  assert.deepEqual(await readdir(directory), []);
});

test(
  "lockDirectory() leaves nothing on a full disk, and releases as well as it can",
  NEEDS_MOUNT,
  async (t) => {
    const disk = await temporaryDirectory(t);
    const program = `
    import { rmSync, writeFileSync } from "node:fs";
    import { lockDirectory } from ${JSON.stringify(MODULE)};
    const disk = process.argv[1];
    const fill = () => {
      try {
        writeFileSync(disk + "/fill", Buffer.alloc(100_000));
      } catch (error) {
        console.log(error.code);
      }
    };
    const lock = () => lockDirectory(disk + "/empty", { purpose: "keep things", timeoutMs: 0 });
    fill();
    await lock().catch((error) => console.log(error.message));
    rmSync(disk + "/fill");
    const held = await lock();
    fill();
    held.release();
    await lock().catch((error) => console.log(error.message.replace(/[0-9]+/, "N")));`;
    const command = [process.execPath, "--input-type=module-typescript", "--eval", program, disk];
    const { status, stderr, output } = runOnDisk(disk, "size=8k", command);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.deepEqual(output.trimEnd().split("\n").toSorted(), [
      "Cannot keep things: process N uses it",
      "Cannot keep things: the disk is full",
      "ENOSPC",
      "ENOSPC",
      "empty",
      "empty/owner.1",
      "fill",
    ]);
  },
);

const unclear: readonly (readonly [string, string])[] = [
  ["an empty", ""],
  ["half of an", '{"pid":12,"host":"here","sta'],
  ["a nameless", '{"host":"here","released":false}'],
  ["an impossible", JSON.stringify({ pid: 0, host: hostname(), released: false })],
  ["a textual", '"owner"'],
];

for (const [what, content] of unclear) {
  test(`lockDirectory() does not guess at ${what} owner file`, async (t) => {
    const directory = await temporaryDirectory(t);
    const file = path.join(directory, "owner.3");
    await writeFile(file, content);
    const waiting = lockDirectory(directory, { ...AT_ONCE, timeoutMs: 60_000 });
    await assert.rejects(waiting, {
      name: "UserError",
      message:
        `Cannot keep things: "${file}" does not say which process uses it; ` +
        "remove that file if none does",
    });
    assert.deepEqual(await readdir(directory), ["owner.3"]);
  });
}

test("lockDirectory() does not look for ever for an owner file that leads nowhere", async (t) => {
  const directory = await temporaryDirectory(t);
  const file = path.join(directory, "owner.3");
  const message =
    `Cannot keep things: "${file}" does not say which process uses it; ` +
    "remove that file if none does";
  await symlink("nowhere", file);
  await assert.rejects(lockDirectory(directory, AT_ONCE), { name: "UserError", message });
  await rm(file);
  await mkdir(file);
  await assert.rejects(lockDirectory(directory, AT_ONCE), { name: "UserError", message });
});

test("lockDirectory() leaves files alone that only look like owner files", async (t) => {
  const directory = await temporaryDirectory(t);
  const others = ["owner.0", "owner.007", "owner.99999999999999999999", "owner.txt"];
  for (const name of others) {
    await writeFile(path.join(directory, name), "");
  }
  const lock = await lockDirectory(directory, AT_ONCE);
  assert.deepEqual((await readdir(directory)).toSorted(), [...others, "owner.1"].toSorted());
  lock.release();
});

test("release() gives nothing back of a directory that somebody else has by now", async (t) => {
  const directory = path.join(await temporaryDirectory(t), "data");
  await mkdir(directory);
  const first = await lockDirectory(directory, AT_ONCE);
  await rm(directory, { recursive: true });
  await mkdir(directory);
  const second = await lockDirectory(directory, AT_ONCE);
  first.release();
  await assert.rejects(lockDirectory(directory, AT_ONCE), { name: "DirectoryInUseError" });
  second.release();
  (await lockDirectory(directory, AT_ONCE)).release();
});

test("release() does without the directory", async (t) => {
  const directory = path.join(await temporaryDirectory(t), "data");
  await mkdir(directory);
  const lock = await lockDirectory(directory, AT_ONCE);
  await rm(directory, { recursive: true });
  lock.release();
});

test("withdraw() leaves a directory as it was before the first lock", async (t) => {
  const directory = await temporaryDirectory(t);
  (await lockDirectory(directory, AT_ONCE)).withdraw();
  assert.deepEqual(await readdir(directory), []);
  (await lockDirectory(directory, AT_ONCE)).release();
  assert.deepEqual(await readdir(directory), ["owner.1"]);
});

test("withdraw() keeps a number that another process may be about to follow", async (t) => {
  const directory = await temporaryDirectory(t);
  (await lockDirectory(directory, AT_ONCE)).release();
  (await lockDirectory(directory, AT_ONCE)).withdraw();
  assert.deepEqual(await readdir(directory), ["owner.2"]);
  (await lockDirectory(directory, AT_ONCE)).release();
});
