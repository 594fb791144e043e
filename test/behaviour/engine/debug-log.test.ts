/** What `NODE_DEBUG=ytcode` tells of an operation: each step with its time, and no properties. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { Fixture } from "./fixture.ts";

const ENGINE = new URL("../../../engine/index.ts", import.meta.url).href;

test("NODE_DEBUG=ytcode prints the engine's steps with their times, and no property", async (t) => {
  const fixture = await Fixture.create();
  t.after(() => fixture.remove());
  await fixture.program(
    `new Thing("a", { label: "a-visible-value", secret: pulumi.secret("a-hidden-value") });`,
  );
  // In a process of its own: Node reads the variable once.
  const script = `
    import { runStackOperation } from ${JSON.stringify(ENGINE)};
    const silent = { write: () => true };
    const options = { projectDirectory: ".", stack: "dev", stdout: silent, stderr: silent };
    await runStackOperation({ operation: "up", ...options });`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", script],
    {
      cwd: fixture.directory,
      env: fixture.environment({ NODE_DEBUG: "ytcode" }),
      encoding: "utf8",
    },
  );
  assert.equal(status, 0, stderr);
  const steps = stderr
    .split("\n")
    .map((line) => /^YTCODE \d+: (.*): took \d+\.\d ms$/.exec(line)?.[1])
    .filter((step) => step !== undefined);
  const urn = "urn:pulumi:dev::fixture::pulumi-nodejs:dynamic/test:Thing::a";
  assert.deepEqual(
    steps.filter((step) => step.endsWith(urn)),
    [`provider: checking ${urn}`, `provider: creating ${urn}`, `engine: create ${urn}`],
  );
  for (const step of [
    "connect to the provider",
    "write the state",
    "run the program",
    "wait for the program to end",
  ]) {
    assert.ok(steps.includes(`engine: ${step}`), stderr);
  }
  assert.doesNotMatch(stderr, /a-visible-value|a-hidden-value/);
});
