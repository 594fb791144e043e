/** What is said where the file system refuses. */
import assert from "node:assert/strict";
import { chmod, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { UserError } from "../../../common/errors/user-error.ts";
import { writeAtomically } from "../../../common/files/atomic-write.ts";
import { explainingFileErrors } from "../../../common/files/explaining-file-errors.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

function says(work: () => Promise<unknown>, message: string): Promise<void> {
  return assert.rejects(explainingFileErrors('use "it"', work), new UserError(message));
}

test("explainingFileErrors() says in words what is missing or in the way", async (t) => {
  const folder = await makeTree(t, { file: "", "sub/": "" });
  const at = (name: string): string => path.join(folder, name);
  await says(() => readFile(at("none")), 'Cannot use "it": there is no such file or directory');
  await says(() => readFile(at("sub")), 'Cannot use "it": it is a directory');
  await says(() => mkdir(at("file")), 'Cannot use "it": there is something of that name');
  await says(() => mkdir(at("file/sub")), 'Cannot use "it": a file is where a directory should be');
});

test("explainingFileErrors() names the file that was to be written, not the temporary one", async (t) => {
  const folder = await makeTree(t, { "sub/": "" });
  const file = path.join(folder, "sub/state.json");
  await says(
    () =>
      Promise.reject(
        Object.assign(new Error("x"), {
          code: "EACCES",
          syscall: "open",
          path: path.join(folder, "sub/.state.json.0123456789ab.tmp"),
        }),
      ),
    `Cannot use "it": permission denied: "${file}"`,
  );
  if (process.getuid?.() === 0) {
    t.diagnostic("NOT RUN: for root every folder can be written");
    return;
  }
  await chmod(path.dirname(file), 0o500);
  await says(
    () => writeAtomically(file, "", { mode: 0o600 }),
    `Cannot use "it": permission denied: "${file}"`,
  );
});
