/** What `NODE_DEBUG=ytcode` prints, in processes of their own, as Node reads the variable once. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const MODULE = new URL("../../common/debug-log.ts", import.meta.url).href;

/** Runs a script that has what the module exports. @returns what it printed */
function run(script: string, debug?: string): { readonly stdout: string; readonly stderr: string } {
  const { NODE_DEBUG: _, ...environment } = process.env;
  const source = `import { debugLog, debugStep, debugSteps } from ${JSON.stringify(MODULE)};\n${script}`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", source], {
    encoding: "utf8",
    env: { ...environment, ...(debug === undefined ? {} : { NODE_DEBUG: debug }) },
  });
  assert.equal(child.status, 0, child.stderr);
  return child;
}

test("debugLog() prints a line to stderr, as it is, when NODE_DEBUG asks for ytcode", () => {
  const { stdout, stderr } = run('debugLog("100 %d of %s");', "ytcode");
  assert.match(stderr, /^YTCODE \d+: 100 %d of %s\n$/);
  assert.equal(stdout, "");
});

for (const debug of [undefined, "net"]) {
  test(`debugLog() prints nothing when NODE_DEBUG is ${debug}`, () => {
    assert.equal(run('debugLog("a line");', debug).stderr, "");
  });
}

test("debugSteps() prints each step, with the time since the one before", () => {
  const script = `
    let nowMs = 0;
    performance.now = () => (nowMs += 7.5);
    const done = debugSteps("Boil an egg");
    done("heat the water");
    done("put the egg in");`;
  const { stdout, stderr } = run(script, "ytcode");
  assert.equal(stdout, "");
  assert.match(
    stderr,
    /^YTCODE (\d+): Boil an egg: heat the water, 7\.5 ms\nYTCODE \1: Boil an egg: put the egg in, 7\.5 ms\n$/,
  );
});

test("debugStep() prints how long a step took, and whether it failed", () => {
  const script = `
    let nowMs = 0;
    performance.now = () => (nowMs += 7.5);
    const failed = debugStep("Drop the egg", async () => {
      throw new Error("broken");
    });
    console.log(await debugStep("Boil the egg", async () => "hard"), await failed.catch(String));`;
  const { stdout, stderr } = run(script, "ytcode");
  assert.equal(stdout, "hard Error: broken\n");
  assert.match(stderr, /: Drop the egg: failed after \d+\.\d ms\n/);
  assert.match(stderr, /: Boil the egg: took \d+\.\d ms\n/);
});
