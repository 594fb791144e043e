/** Temporary directories are gone afterwards, however the process ends that made them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { makeTemporaryDirectory } from "../../../common/files/temporary-directory.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const MODULE = pathToFileURL(
  path.join(import.meta.dirname, "../../../common/files/temporary-directory.ts"),
).href;

/** Makes two, of which one is removed, fills the other, says so and goes on for ever. */
const PROGRAM = `
import { writeFileSync } from "node:fs";
import { makeTemporaryDirectory } from ${JSON.stringify(MODULE)};
{
  using first = makeTemporaryDirectory("test");
}
const { path } = makeTemporaryDirectory("test");
writeFileSync(path + "/file", "");
console.log("made");
process.stdin.once("data", (text) => eval(String(text)));
`;

test("makeTemporaryDirectory() makes one for a block, and leaves signals as they were", () => {
  const before = process.listenerCount("SIGINT");
  let made: string;
  {
    using directory = makeTemporaryDirectory("test");
    made = directory.path;
    assert.ok(existsSync(made));
  }
  assert.equal(existsSync(made), false);
  assert.equal(process.listenerCount("SIGINT"), before);
});

for (const [end, send, status] of [
  ["ends by itself", "process.exit(7)", 7],
  ["throws", "throw new Error('unexpected')", 1],
  ["is interrupted", "SIGINT", 130],
  ["is asked to end", "SIGTERM", 143],
  ["loses its terminal", "SIGHUP", 129],
] as const) {
  test(`makeTemporaryDirectory() leaves nothing when the process ${end}`, async (t) => {
    const folder = await makeTree(t);
    const child = spawn(process.execPath, ["--input-type=module", "--eval", PROGRAM], {
      env: { PATH: process.env["PATH"], TMPDIR: folder },
      stdio: ["pipe", "pipe", "ignore"],
    });
    t.after(() => child.kill("SIGKILL"));
    const ended = once(child, "exit");
    await once(child.stdout, "data");
    assert.equal((await readdir(folder)).length, 1);
    if (send === "SIGINT" || send === "SIGTERM" || send === "SIGHUP") {
      child.kill(send);
    } else {
      child.stdin.write(send);
    }
    assert.deepEqual(await ended, [status, null]);
    assert.deepEqual(await readdir(folder), []);
  });
}
