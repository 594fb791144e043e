/** Printing when nobody reads to the end, and where nothing can be written. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { REPOSITORY } from "../../ytjobs/run-python.ts";

const MAIN = path.join(REPOSITORY, "cli/main.ts");
const PIPELINE = {
  "configs/config.yaml": "stages: {enabled_stages: [a]}\n",
  "stages/a/src/mapper.py": "",
  "stages/a/config.yaml": "",
};

test("ytcode plan ends quietly when nobody reads its report to the end", async (t) => {
  const files = Array.from({ length: 2000 }, (_, index) => [`stages/a/src/m${index}.py`, ""]);
  const folder = await makeTree(t, { ...PIPELINE, ...Object.fromEntries(files) });
  const child = spawn(process.execPath, [MAIN, "plan", ".", "--json"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors = text(child.stderr);
  child.stdout.once("data", () => child.stdout.destroy());
  const [status] = await once(child, "close");
  assert.equal(await errors, "");
  assert.equal(status, 0);
});

/** Linux's device that is always full. */
const FULL = "/dev/full";

const COMMANDS: readonly (readonly string[])[] = [
  ["--help"],
  ["--version"],
  ["up", "--help"],
  ["plan", "."],
  ["plan", ".", "--json"],
  ["plan", ".", "--explain", "stages/a/src/mapper.py"],
  ["build", "."],
  ["inspect", "source.tar.gz"],
  ["inspect", "source.tar.gz", "--json"],
  ["inspect", "source.tar.gz", "--diff", "."],
  ["local"],
];

for (const command of COMMANDS) {
  test(`ytcode ${command.join(" ")} says in one line that its output cannot be written`, async (t) => {
    if (!existsSync(FULL)) {
      t.skip(`NOT RUN: there is no ${FULL} on this machine`);
      return;
    }
    const folder = await makeTree(t, PIPELINE);
    if (command[0] === "inspect") {
      const built = await runYtcode(["build", "."], { cwd: folder });
      assert.equal(built.status, 0, built.stderr);
    }
    const args = command.map((arg) => (arg === "source.tar.gz" ? ".build/source.tar.gz" : arg));
    await using full = await open(FULL, "w");
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      stdio: ["ignore", full.fd, "pipe"],
    });
    t.after(() => child.kill("SIGKILL"));
    assert.ok(child.stderr);
    const errors = text(child.stderr);
    const [status] = await once(child, "close");
    assert.equal(await errors, "ytcode: Cannot write to standard output: the disk is full\n");
    assert.equal(status, 1);
  });
}

test("a command whose messages cannot be written has status 1, and prints its report", async (t) => {
  if (!existsSync(FULL)) {
    t.skip(`NOT RUN: there is no ${FULL} on this machine`);
    return;
  }
  // Where the page is stands on stderr.
  const folder = await makeTree(t, PIPELINE);
  await using full = await open(FULL, "w");
  const child = spawn(process.execPath, [MAIN, "plan", ".", "--html", "plan.html"], {
    cwd: folder,
    stdio: ["ignore", "pipe", full.fd],
  });
  assert.ok(child.stdout);
  const report = text(child.stdout);
  const [status] = await once(child, "close");
  assert.match(await report, /stages\/a/);
  assert.equal(status, 1);
});
