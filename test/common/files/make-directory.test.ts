/** Making directories: what is made, what is refused, and that nothing is left of what failed. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { makeDirectory, removeEmptyDirectories } from "../../../common/files/make-directory.ts";
import { temporaryDirectory } from "../../tools/local-cluster.ts";

test("makeDirectory() makes what is missing, and says what", async (t) => {
  const base = await temporaryDirectory(t);
  const [one, two, three] = ["a", "a/b", "a/b/c"].map((name) => path.join(base, name));
  assert.deepEqual(makeDirectory(path.join(base, "a")), [one]);
  assert.deepEqual(makeDirectory(path.join(base, "a/b/c")), [two, three]);
  assert.deepEqual(makeDirectory(path.join(base, "a/b/c")), []);
  assert.ok((await stat(path.join(base, "a/b/c"))).isDirectory());
});

test("makeDirectory() gives the permissions to all that it makes", async (t) => {
  const base = await temporaryDirectory(t);
  makeDirectory(path.join(base, "a/b"), 0o700);
  for (const name of ["a", "a/b"]) {
    assert.equal((await stat(path.join(base, name))).mode & 0o777, 0o700);
  }
});

test("makeDirectory() follows links to directories", async (t) => {
  const base = await temporaryDirectory(t);
  await mkdir(path.join(base, "target"));
  await symlink("target", path.join(base, "link"));
  assert.deepEqual(makeDirectory(path.join(base, "link")), []);
  makeDirectory(path.join(base, "link/below"));
  assert.deepEqual(await readdir(path.join(base, "target")), ["below"]);
});

test("makeDirectory() names what is in the way, and leaves nothing that it has made", async (t) => {
  const base = await temporaryDirectory(t);
  await writeFile(path.join(base, "file"), "");
  await symlink("nowhere", path.join(base, "dangling"));
  const refused: readonly (readonly [string, string, string])[] = [
    ["file", "file", "EEXIST"],
    ["file/a/b", "file", "EEXIST"],
    ["dangling", "dangling", "EEXIST"],
    ["dangling/a", "dangling", "EEXIST"],
    [`new/er/${"x".repeat(300)}/a`, `new/er/${"x".repeat(300)}`, "ENAMETOOLONG"],
  ];
  for (const [place, culprit, code] of refused) {
    assert.throws(() => makeDirectory(path.join(base, place)), {
      code,
      path: path.join(base, culprit),
    });
  }
  assert.deepEqual((await readdir(base)).toSorted(), ["dangling", "file"]);
});

test(
  "makeDirectory() gives up where the system makes nothing",
  existsSync("/proc/self") ? {} : { skip: "NOT RUN: this system has no /proc" },
  () => {
    assert.throws(() => makeDirectory("/proc/nope/d"), { code: "ENOENT", path: "/proc/nope" });
  },
);

test("removeEmptyDirectories() stops at the first that is in use", async (t) => {
  const base = await temporaryDirectory(t);
  const made = makeDirectory(path.join(base, "a/b/c"));
  await writeFile(path.join(base, "a/used"), "");
  removeEmptyDirectories(made);
  assert.deepEqual(await readdir(base, { recursive: true }), ["a", "a/used"]);
  await rm(path.join(base, "a"), { recursive: true });
  removeEmptyDirectories(made);
});
