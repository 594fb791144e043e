/** `ytcode local --data` at places that cannot be used: one message, exit status 1, nothing left. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import type { TestContext } from "node:test";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { NEEDS_MOUNT, runOnDisk } from "../../tools/mounted-disk.ts";
import { clientFor, temporaryDirectory } from "../../tools/local-cluster.ts";

const MAIN = path.resolve(import.meta.dirname, "../../../cli/main.ts");

/** Far longer than a start takes: a command that hangs fails the test instead of the whole run. */
const HANG_MS = 60_000;

/** A user who owns nothing, where the tests run as root; otherwise whoever runs them. */
const OTHER_USER = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const PROC = existsSync("/proc/self")
  ? {}
  : { skip: "NOT RUN: this system has no /proc, a place that cannot be made" };

/** The environment of a start: without a cache, which would be the user's. */
const ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env["PATH"], YTCODE_CACHE_DIR: "off" };

/** Runs the command, which must fail, and gives what it printed on stderr. */
function refusal(directory: string, args: readonly string[], options: object = {}): string {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [MAIN, "local", ...args], {
    cwd: directory,
    env: ENVIRONMENT,
    encoding: "utf8",
    timeout: HANG_MS,
    killSignal: "SIGKILL",
    ...options,
  });
  assert.deepEqual({ status, signal, stdout }, { status: 1, signal: null, stdout: "" }, stderr);
  return stderr;
}

/** What there is in a directory, all the way down. */
async function contentOf(directory: string): Promise<readonly string[]> {
  return (await readdir(directory, { recursive: true })).toSorted();
}

function message(directory: string, reason: string): string {
  return `ytcode: Cannot use "${directory}" as the data directory of the local cluster: ${reason}\n`;
}

test("ytcode local refuses a place that cannot be made", PROC, async (t) => {
  const directory = await temporaryDirectory(t);
  for (const place of ["/proc/nope/d", "/proc/nope"]) {
    assert.equal(
      refusal(directory, ["--data", place]),
      message(place, 'the system does not let "/proc/nope" be made'),
    );
  }
  assert.deepEqual(await contentOf(directory), []);
});

test("ytcode local refuses what is no directory", async (t) => {
  const directory = await temporaryDirectory(t);
  const file = path.join(directory, "file");
  await writeFile(file, "");
  for (const place of ["file", "file/below"]) {
    assert.equal(
      refusal(directory, ["--data", place]),
      message(path.join(directory, place), `"${file}" is not a directory`),
    );
  }
  assert.deepEqual(await contentOf(directory), ["file"]);
});

test("ytcode local refuses the directory of another user", async (t) => {
  const directory = await temporaryDirectory(t);
  await chmod(directory, 0o755);
  const readable = spawnSync(process.execPath, [MAIN, "--version"], { ...OTHER_USER });
  if (readable.status !== 0) {
    t.skip("NOT RUN: another user cannot run the command where it is checked out");
    return;
  }
  for (const [name, mode] of [
    ["closed", 0o000],
    ["read-only", 0o555],
  ] as const) {
    await mkdir(path.join(directory, name));
    await chmod(path.join(directory, name), mode);
  }
  for (const place of ["closed", "closed/below", "read-only"]) {
    assert.equal(
      refusal(directory, ["--data", place], OTHER_USER),
      message(path.join(directory, place), "permission denied"),
    );
  }
  await chmod(path.join(directory, "closed"), 0o755);
  assert.deepEqual(await contentOf(directory), ["closed", "read-only"]);
});

/** Runs the command with a file system of its own at `disk` below the directory. */
function outcomeOnDisk(directory: string, mountOptions: string, place: string) {
  const command = [process.execPath, MAIN, "local", "--data", place];
  const options = { cwd: directory, env: ENVIRONMENT };
  return runOnDisk(path.join(directory, "disk"), mountOptions, command, options);
}

test("ytcode local refuses a read-only file system", NEEDS_MOUNT, async (t) => {
  const directory = await temporaryDirectory(t);
  await mkdir(path.join(directory, "disk"));
  for (const place of ["disk/empty", "disk/new/er"]) {
    assert.deepEqual(outcomeOnDisk(directory, "ro", place), {
      status: 1,
      stderr: message(path.join(directory, place), "the file system is read-only"),
      output: "empty\n",
    });
  }
});

test("ytcode local refuses a full disk at whichever step it is full", NEEDS_MOUNT, async (t) => {
  const directory = await temporaryDirectory(t);
  await mkdir(path.join(directory, "disk"));
  // One page: the journal has none. Then inodes, of which the file system has two from the start: for
  // what is made, the owner file, the journal, and the directory of chunks, one after another.
  const full: readonly (readonly [string, string])[] = [
    ["disk/empty", "size=4k"],
    ...[2, 3, 4, 5, 6].map((count) => ["disk/new/er", `nr_inodes=${count}`] as const),
  ];
  for (const [place, mountOptions] of full) {
    assert.deepEqual(
      outcomeOnDisk(directory, mountOptions, place),
      {
        status: 1,
        stderr: message(path.join(directory, place), "the disk is full"),
        output: "empty\n",
      },
      `${mountOptions} ${place}`,
    );
  }
});

async function startOnPort(t: TestContext, dataDirectory: string): Promise<string> {
  const cluster = await startLocalCluster({ dataDirectory });
  t.after(() => cluster.close());
  return new URL(cluster.url).port;
}

test("ytcode local leaves nothing behind when its port is in use", async (t) => {
  const directory = await temporaryDirectory(t);
  const port = await startOnPort(t, await temporaryDirectory(t));
  const inUse = `ytcode: Cannot start the local cluster on port ${port}: it is in use\n`;
  assert.equal(refusal(directory, ["--port", port, "--data", "new/er"]), inUse);
  assert.deepEqual(await contentOf(directory), []);
  await mkdir(path.join(directory, "empty"));
  assert.equal(refusal(directory, ["--port", port, "--data", "empty"]), inUse);
  assert.deepEqual(await contentOf(directory), ["empty"]);
});

test("ytcode local keeps the data that it found when it cannot start", async (t) => {
  const directory = await temporaryDirectory(t);
  const port = await startOnPort(t, await temporaryDirectory(t));
  const dataDirectory = path.join(directory, "data");
  const before = await startLocalCluster({ dataDirectory });
  await clientFor(before.url).run("create", { type: "file", path: "//tmp/kept" });
  await clientFor(before.url).write("//tmp/kept", "content");
  await before.close();
  assert.match(refusal(directory, ["--port", port, "--data", "data"]), /it is in use/);
  const after = await startLocalCluster({ dataDirectory, lockTimeoutMs: 0 });
  t.after(() => after.close());
  assert.equal(await clientFor(after.url).read("//tmp/kept"), "content");
});

test("ytcode local says in one line that its data are damaged, and leaves them", async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(path.join(directory, "journal"), "nonsense\nmore of it\n");
  assert.equal(
    refusal(directory, ["--data", "."]),
    `ytcode: Data of the local cluster are damaged: ${directory}/journal has a bad line at byte 0\n`,
  );
  assert.ok((await contentOf(directory)).includes("journal"));
});

test("ytcode local says in one line that an owner file is empty, and whether to remove it", async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(path.join(directory, "owner.3"), "");
  const reason = `"${directory}/owner.3" does not say which process uses it; remove that file if none does`;
  assert.equal(refusal(directory, ["--data", "."]), message(directory, reason));
  assert.deepEqual(await contentOf(directory), ["owner.3"]);
});

test("ytcode local says in one line that nothing can be written, and keeps its data", async (t) => {
  const directory = await temporaryDirectory(t);
  const dataDirectory = path.join(directory, "data");
  const before = await startLocalCluster({ dataDirectory });
  await clientFor(before.url).run("create", { type: "map_node", path: "//tmp/kept" });
  await before.close();
  const found = await contentOf(dataDirectory);
  const command = [process.execPath, MAIN, "local", "--data", "data"];
  const script = 'ulimit -f 0; exec "$@"';
  const { status, stderr } = spawnSync("sh", ["-c", script, "sh", ...command], {
    cwd: directory,
    env: ENVIRONMENT,
    encoding: "utf8",
    timeout: HANG_MS,
    killSignal: "SIGKILL",
  });
  assert.equal(stderr, message(dataDirectory, "the system lets no file grow so large"));
  assert.equal(status, 1);
  assert.deepEqual(await contentOf(dataDirectory), found);
  const after = await startLocalCluster({ dataDirectory, lockTimeoutMs: 0 });
  t.after(() => after.close());
  assert.deepEqual(await clientFor(after.url).get("//tmp"), { kept: {} });
});

test("ytcode local says in one line that its data cannot be read", async (t) => {
  const directory = await temporaryDirectory(t);
  await mkdir(path.join(directory, "journal"));
  assert.match(
    refusal(directory, ["--data", "."]),
    /^ytcode: Cannot use "[^"]*" as the data directory of the local cluster: EISDIR: [^\n]*\n$/,
  );
});
