/** What an earlier listing saves a walk, and each change that it must see all the same. */
import assert from "node:assert/strict";
import { rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { walkSource } from "../../../../provider/pipeline/files/file-list.ts";
import type { Listing } from "../../../../provider/pipeline/files/listing.ts";
import { vouchesForEntries } from "../../../../common/cache/directory-times.ts";
import { addToTree, makeTree } from "../../../tools/temporary-tree.ts";

/** Times in listings are those of the files, which were made just now: this makes them old enough. */
function asIfOld(listing: Listing): Listing {
  const observedAtMs = Date.now() + 3_600_000;
  return {
    ...listing,
    directories: listing.directories.map((one) => ({ ...one, observedAtMs })),
    files: listing.files.map((one) => ({ ...one, observedAtMs, value: "known" })),
  };
}

/** The paths of a listing; with a star those that are not known. */
function shown({ files }: Listing): readonly string[] {
  return files.map(({ file, value }) => `${file.relativePath}${value === undefined ? "*" : ""}`);
}

test("walkSource() gives the very listing of before when nothing has changed", async (t) => {
  const source = await makeTree(t, {
    "a/b": "1",
    "a/c/.ytignore": "x\n",
    "a/c/x": "",
    "a/c/y": "",
  });
  await symlink("a/b", path.join(source, "link"));
  const before = asIfOld(await walkSource({ source }));
  const again = await walkSource({ source }, before);
  assert.equal(again === before, vouchesForEntries(source));
  assert.deepEqual(shown(again), ["a/b", "a/c/y", "link"]);
});

test("walkSource() lists a directory again in which something has come or gone", async (t) => {
  const source = await makeTree(t, { "a/b": "1", "a/c": "1", "d/e": "" });
  const before = asIfOld(await walkSource({ source }));
  await rm(path.join(source, "a/b"));
  await addToTree(source, { "a/f/g": "" });
  assert.deepEqual(shown(await walkSource({ source }, before)), ["a/c", "a/f/g*", "d/e"]);
});

test("walkSource() sees an edited file, for which its directory has no new time", async (t) => {
  const source = await makeTree(t, { "a/b": "1", "a/c": "1" });
  const before = asIfOld(await walkSource({ source }));
  await writeFile(path.join(source, "a/b"), "2");
  assert.deepEqual(shown(await walkSource({ source }, before)), ["a/b*", "a/c"]);
});

test("walkSource() sees an edited ignore file, and one that comes", async (t) => {
  const source = await makeTree(t, { "a/.ytignore": "x\n", "a/x": "", "a/y": "", "a/c/y": "" });
  const before = asIfOld(await walkSource({ source }));
  assert.deepEqual(shown(before), ["a/c/y", "a/y"]);
  await writeFile(path.join(source, "a/.ytignore"), "y\n");
  assert.deepEqual(shown(await walkSource({ source }, before)), ["a/x*"]);
  await writeFile(path.join(source, ".ytignore"), "a/c/\n");
  await writeFile(path.join(source, "a/.ytignore"), "x\n");
  assert.deepEqual(shown(await walkSource({ source }, before)), ["a/y"]);
});

test("walkSource() trusts no directory that was listed within a tick of its change", async (t) => {
  const source = await makeTree(t, { "a/b": "1" });
  const before = await walkSource({ source });
  await writeFile(path.join(source, "a/c"), "2");
  const now = await walkSource({ source });
  // As if the new file had come in the same tick: the listing lacks it, and the times are the same.
  const directories = now.directories.map((one) => ({
    ...one,
    observedAtMs: Math.max(one.signature.mtimeMs, one.signature.ctimeMs),
  }));
  const again = await walkSource({ source }, { ...asIfOld(before), directories });
  assert.deepEqual(shown(again), ["a/b", "a/c*"]);
});

test("walkSource() sees where a link leads now, by links outside of the source, too", async (t) => {
  const folder = await makeTree(t, { "lib/x": "", "one/a": "", "two/b": "" });
  const source = path.join(folder, "lib");
  await symlink("one", path.join(folder, "current"));
  await symlink("../current", path.join(source, "link"));
  const before = asIfOld(await walkSource({ source }));
  assert.deepEqual(shown(before), ["link/a", "x"]);
  await rm(path.join(folder, "current"));
  await symlink("two", path.join(folder, "current"));
  assert.deepEqual(shown(await walkSource({ source }, before)), ["link/b*", "x"]);
});

test("walkSource() sees that a source has another real path, with the same files in it", async (t) => {
  const folder = await makeTree(t, { "one/lib/a/b": "" });
  await symlink("one", path.join(folder, "current"));
  const source = path.join(folder, "current/lib");
  const before = asIfOld(await walkSource({ source }));
  await rename(path.join(folder, "one"), path.join(folder, "two"));
  await rm(path.join(folder, "current"));
  await symlink("two", path.join(folder, "current"));
  const { files, directories } = await walkSource({ source }, before);
  assert.deepEqual(
    files.map(({ file }) => path.relative(folder, file.linkedPath)),
    ["two/lib/a/b"],
  );
  assert.deepEqual(
    directories.map(({ realPath }) => path.relative(folder, realPath)),
    ["two/lib", "two/lib/a"],
  );
});

test("walkSource() refuses the same of several links that lead nowhere, whatever is known", async (t) => {
  const folder = await makeTree(t, { "source/a/b": "1", "source/m": "", target: "" });
  const source = path.join(folder, "source");
  await symlink("../../target", path.join(source, "a/link"));
  await symlink("../target", path.join(source, "z"));
  const before = asIfOld(await walkSource({ source }));
  await rm(path.join(folder, "target"));
  const messageOf = (known?: Listing): Promise<unknown> =>
    walkSource({ source }, known).catch(String);
  assert.match(String(await messageOf()), /"a\/link" as it leads nowhere/);
  assert.equal(await messageOf(before), await messageOf());
});
