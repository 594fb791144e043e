/** What Ctrl-C and its like do to a development run, on real processes. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { access, readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { hasTerminals } from "../../tools/terminal.ts";
import { isRunning, makeStages, runCommand, startRun } from "./run-command.ts";

/** Says that it is up, with its own process id and that of a child, and waits for ever. */
const WAIT = `
import os, subprocess, sys, time
child = subprocess.Popen(["sleep", "1000"])
print("half", flush=True)
open("pids.new", "w").write(f"{os.getpid()} {child.pid}")
os.rename("pids.new", "pids")
print("up", file=sys.stderr, flush=True)
time.sleep(1000)
`;

/** Ignores what asks it to end, and makes its child ignore it too. */
const STUBBORN = `
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
${WAIT}`;

/** Ends with status 0 when it is asked to. */
const POLITE = `
import signal, sys, time
def stop(number, frame):
    print("whole")
    sys.exit(0)
signal.signal(signal.SIGINT, stop)
print("up", file=sys.stderr, flush=True)
time.sleep(1000)
`;

async function pidsIn(sandbox: string): Promise<number[]> {
  return (await readFile(path.join(sandbox, "pids"), "utf8")).split(" ").map(Number);
}

for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  test(`ytcode run passes ${signal} on, and leaves no process and no output`, async (t) => {
    const folder = await makeStages(t, { "wait/src/mapper.py": WAIT }, { "out.jsonl": "old" });
    const run = await startRun(t, folder, [".", "wait", "--output", "out.jsonl"]);
    await run.saw("up\n");
    run.child.kill(signal);
    const { status: ended, stderr } = await run.finished;
    assert.equal(ended, status);
    assert.match(
      stderr,
      new RegExp(`\\[Run\\] Stopping \\(${signal}\\); press again to kill it\n`),
    );
    assert.ok(
      stderr.endsWith(
        `ytcode: Interrupted by ${signal}: the map of the stage "wait" ran in ".dev/sandbox_stdin->out"\n`,
      ),
      stderr,
    );
    const pids = await pidsIn(path.join(folder, ".dev/sandbox_stdin->out"));
    assert.deepEqual(await Promise.all(pids.map(isRunning)), [false, false]);
    assert.equal(await readFile(path.join(folder, "out.jsonl"), "utf8"), "old");
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.includes("partial")),
      [],
    );
  });
}

test("ytcode run kills a stage that does not end, at the second signal", async (t) => {
  const folder = await makeStages(t, { "wait/src/mapper.py": STUBBORN });
  const run = await startRun(t, folder, [".", "wait"]);
  await run.saw("up\n");
  run.child.kill("SIGINT");
  await run.saw("Stopping");
  const pids = await pidsIn(path.join(folder, ".dev/sandbox_stdin->wait"));
  assert.deepEqual(await Promise.all(pids.map(isRunning)), [true, true]);
  // A signal within 0.3 s of the first counts as the same press.
  await delay(500);
  run.child.kill("SIGINT");
  assert.equal((await run.finished).status, 130);
  assert.deepEqual(await Promise.all(pids.map(isRunning)), [false, false]);
});

/** Starts a command on a terminal, and closes that when a file has appeared. */
const CLOSED_TERMINAL = `
import os, pty, select, sys
started, *command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
while not os.path.exists(started):
    if select.select([terminal], [], [], 0.05)[0]:
        os.read(terminal, 65536)
os.close(terminal)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

test("ytcode run leaves no process when its terminal is closed", async (t) => {
  if (!(await hasTerminals())) {
    return t.skip("NOT RUN: this system gives no pseudo-terminals");
  }
  const folder = await makeStages(t, { "wait/src/mapper.py": WAIT }, { "in.jsonl": "" });
  const sandbox = path.join(folder, ".dev/sandbox_in->wait");
  const launcher = ["python3", "-c", CLOSED_TERMINAL, path.join(sandbox, "pids")];
  const args = [".", "wait", "--input", "in.jsonl"];
  const { status, stderr } = await runCommand(t, folder, args, { launcher });
  assert.equal(status, 129, stderr);
  const pids = await pidsIn(sandbox);
  assert.deepEqual(await Promise.all(pids.map(isRunning)), [false, false]);
});

test("ytcode run tells of an interruption also when the stage ends well", async (t) => {
  const folder = await makeStages(t, { "wait/src/mapper.py": POLITE }, { "out.jsonl": "old" });
  const run = await startRun(t, folder, [".", "wait", "--output", "out.jsonl"]);
  await run.saw("up\n");
  run.child.kill("SIGINT");
  assert.equal((await run.finished).status, 130);
  assert.equal(await readFile(path.join(folder, "out.jsonl"), "utf8"), "old");
  const partial = path.join(folder, ".dev/sandbox_stdin->out/output.jsonl.partial");
  assert.equal(await readFile(partial, "utf8"), "whole\n");
});

test("ytcode run ends while it waits for rows, and keeps the last sandbox", async (t) => {
  const folder = await makeStages(t, { "copy/src/mapper.py": "open('mark', 'w')" });
  await runCommand(t, folder, [".", "copy"]);
  const run = await startRun(t, folder, [".", "copy"], { stdin: "pipe" });
  run.child.stdin?.write("{}\n");
  const taking = path.join(folder, ".dev/.new_sandbox_stdin->copy/input.jsonl");
  while ((await readFile(taking, "utf8").catch(() => "")) === "") {
    await delay(10);
  }
  run.child.kill("SIGINT");
  assert.equal((await run.finished).status, 130);
  await access(path.join(folder, ".dev/sandbox_stdin->copy/mark"));
  assert.deepEqual((await readdir(path.join(folder, ".dev"))).toSorted(), [
    ".gitignore",
    ".locks",
    "sandbox_stdin->copy",
  ]);
});

test("ytcode run goes on where a killed run has left off", async (t) => {
  const folder = await makeStages(t, { "wait/src/mapper.py": WAIT });
  const run = await startRun(t, folder, [".", "wait"]);
  await run.saw("up\n");
  const pids = await pidsIn(path.join(folder, ".dev/sandbox_stdin->wait"));
  // What no process can catch leaves the stage behind: it is ended here.
  run.child.kill("SIGKILL");
  await once(run.child, "exit");
  for (const pid of pids) {
    process.kill(pid, "SIGKILL");
  }
  const again = await startRun(t, folder, [".", "wait"]);
  await again.saw("up\n");
  again.child.kill("SIGTERM");
  assert.equal((await again.finished).status, 143);
});
