/** A directory among the temporary files, where anybody may have made one of its name before. */
import assert from "node:assert/strict";
import { lstatSync } from "node:fs";
import { chmod, mkdir, symlink } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { REPOSITORY, runProgram } from "../../ytjobs/run-python.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const MODULE = pathToFileURL(path.join(REPOSITORY, "common/files/own-temporary-directory.ts")).href;
const FOLDER = `ytcode-${process.getuid?.() ?? "user"}`;

/** Asks for the directory of a place, with a temporary folder of its own; gives the path, or the message. */
async function ask(temporary: string, place = "/srv/a:b"): Promise<string> {
  const script = `
    import { ensureOwnTemporaryDirectory } from ${JSON.stringify(MODULE)};
    try {
      console.log(ensureOwnTemporaryDirectory(${JSON.stringify(place)}, "run"));
    } catch (error) {
      console.log(error.name + ": " + error.message);
    }`;
  const args = ["--input-type=module", "--eval", script];
  const { stdout } = await runProgram(process.execPath, args, { env: { TMPDIR: temporary } });
  return stdout.trimEnd();
}

test("ensureOwnTemporaryDirectory() gives a place one directory, which nobody else may write", async (t) => {
  const temporary = await makeTree(t);
  const directory = await ask(temporary);
  assert.equal(path.dirname(directory), path.join(temporary, FOLDER));
  assert.match(path.basename(directory), /^a_b-[0-9a-f]{12}$/);
  assert.ok(lstatSync(directory).isDirectory());
  assert.equal(lstatSync(path.dirname(directory)).mode & 0o777, 0o700);
  assert.equal(await ask(temporary), directory);
  assert.notEqual(await ask(temporary, "/srv/b/a:b"), directory);
});

for (const [what, make] of [
  [
    "that others may write",
    async (folder: string) => {
      await mkdir(folder);
      await chmod(folder, 0o777);
    },
  ],
  ["that is a link", async (folder: string) => symlink(path.dirname(folder), folder)],
] as const) {
  test(`ensureOwnTemporaryDirectory() refuses a folder ${what}`, async (t) => {
    const temporary = await makeTree(t);
    const folder = path.join(temporary, FOLDER);
    await make(folder);
    assert.equal(
      await ask(temporary),
      `UserError: Cannot run in "${folder}" as others may write there: remove it, or set TMPDIR to a folder of your own`,
    );
  });
}

test("ensureOwnTemporaryDirectory() says so when there is no temporary folder", async () => {
  assert.equal(
    await ask("/proc/nowhere"),
    'UserError: Cannot run as neither "/srv/a:b" nor "/proc/nowhere" can be written: ' +
      "ENOENT: no such file or directory, mkdir '/proc/nowhere/" +
      `${FOLDER}'; set TMPDIR to a folder that can be written`,
  );
});
