/** The assembled tree against one that is made anew: whatever was remembered, wanted, and done to it in between. */
import assert from "node:assert/strict";
import { lstatSync } from "node:fs";
import {
  chmod,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { AssembledTree } from "../../../../provider/archive/build/assembled-tree.ts";
import type { TreeBefore } from "../../../../provider/archive/build/assembled-tree.ts";
import { copyFiles } from "../../../../provider/archive/build/copy-files.ts";
import { lookAtPlaces } from "../../../../provider/archive/build/tree-places.ts";
import type { TreePlaces } from "../../../../provider/archive/build/tree-places.ts";
import { vouchesForEntries } from "../../../../common/cache/directory-times.ts";
import { compareBytes } from "../../../../common/text/compare-bytes.ts";
import { sha256 } from "../../../../provider/manifest/digests.ts";
import type { ManifestFile } from "../../../../provider/manifest/manifest.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

const ROUNDS = 30;

/** Longer than a file is too young for its signature, in ms. */
const SETTLED_MS = 30;

function wantedFile(place: string, text: string, mode: 0o644 | 0o755 = 0o644): ManifestFile {
  const sizeBytes = Buffer.byteLength(text);
  return { path: place, mode, sizeBytes, sha256: sha256(text), content: { type: "text", text } };
}

/** Brings a tree to what is wanted; also gives which files were written. */
function assemble(
  tree: string,
  files: readonly ManifestFile[],
  before?: TreeBefore,
): { readonly places: TreePlaces; readonly written: readonly string[] } {
  const assembled = AssembledTree.prepare(tree, files, before);
  const toFill = files.map((file) => ({ file, copy: assembled.placeToFill(file) }));
  assert.deepEqual(copyFiles(toFill), { type: "copied" });
  assembled.filled(files);
  const written = toFill.filter(({ copy }) => copy !== undefined).map(({ file }) => file.path);
  return { places: assembled.finish(), written };
}

function lookedAt(tree: string, places: TreePlaces): TreeBefore {
  return { places, same: lookAtPlaces(tree, places) };
}

/** Everything in a tree, as text. */
async function contentsOf(tree: string): Promise<readonly string[]> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry) => {
    const place = path.join(entry.parentPath, entry.name);
    const name = path.relative(tree, place);
    if (entry.isFile()) {
      const mode = (lstatSync(place).mode & 0o777).toString(8);
      return `${name} ${mode} ${await readFile(place, "utf8")}`;
    }
    return entry.isDirectory() ? `${name}/` : `${name} is something else`;
  });
  return (await Promise.all(lines)).toSorted();
}

function wait(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
}

/** Numbers that look random, and are the same for the same seed. */
function chanceOf(seed: string): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = sha256(state);
    return Number.parseInt(state.slice(0, 8), 16) % limit;
  };
}

/** Few names, so that what is a file in one round is a directory in another. */
function wantedAtRandom(below: (limit: number) => number): readonly ManifestFile[] {
  const files = new Map<string, ManifestFile>();
  for (let count = 5 + below(20); count > 0; count--) {
    const place = Array.from({ length: 1 + below(3) }, () => "abc"[below(3)]).join("/");
    const isFree = [...files.keys()].every(
      (other) => !other.startsWith(`${place}/`) && !place.startsWith(`${other}/`),
    );
    if (isFree) {
      files.set(place, wantedFile(place, `text ${below(4)}`, below(2) === 0 ? 0o644 : 0o755));
    }
  }
  return [...files.values()].toSorted((a, b) => compareBytes(a.path, b.path));
}

async function tamper(
  tree: string,
  aside: string,
  below: (limit: number) => number,
): Promise<void> {
  const places = await readdir(tree, { recursive: true });
  const place = path.join(tree, places.toSorted()[below(places.length)] ?? "a");
  const isFile = lstatSync(place).isFile();
  const ways: readonly (() => Promise<unknown>)[] = [
    () => rm(place, { recursive: true }),
    () =>
      rename(place, path.join(aside, "moved")).then(() =>
        symlink(path.join(aside, "moved"), place),
      ),
    () => rename(place, `${place}${below(9)}`),
    () => (isFile ? writeFile(place, "edited") : writeFile(path.join(place, "stranger"), "")),
    () => (isFile ? writeFile(place, "texT 1") : mkdir(path.join(place, "new"))),
    () => (isFile ? link(place, path.join(aside, "linked")) : chmod(place, 0o711)),
    () => chmod(place, 0o700),
    () => utimes(place, 1000, 1000),
    () => rm(tree, { recursive: true }),
    () => Promise.resolve(),
  ];
  await ways[below(ways.length)]?.();
}

test("AssembledTree makes the tree of a first build after random changes of what is wanted and of the tree", async (t) => {
  const below = chanceOf("assembled");
  const folder = await makeTree(t);
  const tree = path.join(folder, "tree");
  let places: TreePlaces | undefined;
  let files = wantedAtRandom(below);
  for (let round = 0; round < ROUNDS; round++) {
    files = below(3) > 0 ? files : wantedAtRandom(below);
    const fresh = path.join(await makeTree(t), "tree");
    assemble(fresh, files);
    const done = assemble(tree, files, places === undefined ? undefined : lookedAt(tree, places));
    assert.deepEqual(await contentsOf(tree), await contentsOf(fresh), `round ${round}`);
    // Some rounds remember only what was young, or what the tree was a while ago.
    places = places === undefined || below(4) > 0 ? done.places : places;
    if (below(3) > 0) {
      await wait();
    }
    if (below(2) > 0) {
      await tamper(tree, await makeTree(t), below);
    }
  }
});

test("AssembledTree writes only what differs, and knows the rest by one look", async (t) => {
  const tree = path.join(await makeTree(t), "tree");
  const files = ["a/b/c", "a/b/d", "a/e", "f/g"].map((place) => wantedFile(place, place));
  const young = assemble(tree, files).places;
  await wait();
  const { places, written } = assemble(tree, files, lookedAt(tree, young));
  assert.deepEqual(written, []);
  const { same } = lookedAt(tree, places);
  const directories = vouchesForEntries(tree) ? [1, 1, 1, 1] : [0, 0, 0, 0];
  assert.deepEqual([...same], [...directories, 1, 1, 1, 1]);
  const edited = files.map((file) => (file.path === "a/e" ? wantedFile("a/e", "edited") : file));
  const done = assemble(tree, [...edited, wantedFile("h/i", "")], { places, same });
  assert.deepEqual(done.written, ["a/e", "h/i"]);
  await wait();
  assert.deepEqual(await contentsOf(tree), [
    "a/",
    "a/b/",
    "a/b/c 644 a/b/c",
    "a/b/d 644 a/b/d",
    "a/e 644 edited",
    "f/",
    "f/g 644 f/g",
    "h/",
    "h/i 644 ",
  ]);
  const again = assemble(tree, edited.slice(1), lookedAt(tree, done.places));
  assert.deepEqual(again.written, []);
  assert.deepEqual(await contentsOf(tree), [
    "a/",
    "a/b/",
    "a/b/d 644 a/b/d",
    "a/e 644 edited",
    "f/",
    "f/g 644 f/g",
  ]);
});
