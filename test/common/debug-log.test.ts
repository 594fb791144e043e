/** What `NODE_DEBUG=ytcode` prints, in processes of their own, as Node reads the variable once. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const MODULE = new URL("../../common/debug-log.ts", import.meta.url).href;

/** Runs a script that has `debugLog` and `debugStep`. @returns what it printed */
function run(script: string, debug?: string): { readonly stdout: string; readonly stderr: string } {
  const { NODE_DEBUG: _, ...environment } = process.env;
  const source = `import { debugLog, debugStep } from ${JSON.stringify(MODULE)};\n${script}`;
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

test("debugStep() gives what the work gives, and prints how long it took", () => {
  const script = 'console.log(await debugStep("think", async () => 42));';
  const { stdout, stderr } = run(script, "ytcode");
  assert.equal(stdout, "42\n");
  assert.match(stderr, /^YTCODE \d+: think: took \d+\.\d ms\n$/);
});

test("debugStep() throws what the work throws, and prints that it failed", () => {
  const script = `
    const failure = new Error("no");
    const work = async () => { throw failure; };
    console.log(await debugStep("think", work).catch((error) => error === failure));`;
  const { stdout, stderr } = run(script, "ytcode");
  assert.equal(stdout, "true\n");
  assert.match(stderr, /^YTCODE \d+: think: failed after \d+\.\d ms\n$/);
});
