/** What differs between two archives: added, removed, changed and renamed files. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  afterOf,
  beforeOf,
  compareArchives,
} from "../../../../cli/inspect/compare/compare-archives.ts";
import { itemsOf, packedMode } from "../../../../cli/inspect/items.ts";
import type { Item } from "../../../../cli/inspect/items.ts";

function file(name: string, content: string, mode = 0o644): Item {
  const sizeBytes = content.length;
  return {
    path: name,
    name,
    type: "file",
    mode,
    sizeBytes,
    sha256: content,
    linkTarget: undefined,
  };
}

function link(name: string, linkTarget: string): Item {
  const type = "symlink";
  return { path: name, name, type, mode: 0o777, sizeBytes: 0, sha256: undefined, linkTarget };
}

function compare(before: readonly Item[], after: readonly Item[]): readonly string[] {
  return compareArchives(itemsOf(before), itemsOf(after)).map((change) => {
    const names = [beforeOf(change), afterOf(change)].map((item) => item?.name ?? "");
    return `${change.type} ${names.join(" > ")}`;
  });
}

test("compareArchives() names what was added, removed and changed, sorted", () => {
  const before = [file("b", "1"), file("c", "2"), file("same", "3")];
  const after = [file("same", "3"), file("c", "other"), file("a", "4")];
  assert.deepEqual(compare(before, after), ["added  > a", "removed b > ", "changed c > c"]);
});

test("compareArchives() takes a mode for different only when a file becomes executable or not", () => {
  assert.deepEqual(compare([file("a", "1", 0o600)], [file("a", "1", 0o664)]), []);
  assert.deepEqual(compare([file("a", "1", 0o644)], [file("a", "1", 0o755)]), ["changed a > a"]);
});

test("compareArchives() sees a file that moved, under the same file name if there is a choice", () => {
  const before = [file("a/x", "1"), file("a/y", "1"), file("gone", "2")];
  const after = [file("b/y", "1"), file("b/z", "1"), file("c", "2", 0o755)];
  assert.deepEqual(compare(before, after), [
    "renamed a/y > b/y",
    "renamed a/x > b/z",
    "renamed gone > c",
  ]);
});

test("compareArchives() takes no copy, no empty file and no link for one that moved", () => {
  assert.deepEqual(compare([file("a", "1")], [file("a", "1"), file("b", "1")]), ["added  > b"]);
  assert.deepEqual(compare([file("a", "")], [file("b", "")]), ["removed a > ", "added  > b"]);
  assert.deepEqual(compare([link("a", "x")], [link("b", "x")]), ["removed a > ", "added  > b"]);
});

test("compareArchives() compares links by where they lead, and with files", () => {
  assert.deepEqual(compare([link("a", "x")], [link("a", "x")]), []);
  assert.deepEqual(compare([link("a", "x")], [link("a", "y")]), ["changed a > a"]);
  assert.deepEqual(compare([link("a", "x")], [file("a", "x")]), ["changed a > a"]);
});

test("itemsOf() keeps the last of two entries with one name, and no directories", () => {
  const folder: Item = { ...file("d", ""), type: "directory", sha256: undefined };
  const entries = [file("a", "1"), folder, { ...file("a", "2"), path: "./a" }];
  assert.deepEqual(Array.from(itemsOf(entries).values()), [entries[2]]);
});

function facts(items: Iterable<Item>): readonly string[] {
  return Array.from(items, (one) => `${one.name} ${one.sha256} ${packedMode(one)}`).toSorted();
}

test("compareArchives() finds changes that turn the one archive into the other", () => {
  const item = fc
    .tuple(
      fc.constantFrom("a", "b", "c", "d/a", "d/b", "e/a"),
      fc.constantFrom("", "1", "2", "3"),
      fc.constantFrom(0o644, 0o755),
    )
    .map(([name, content, mode]) => file(name, content, mode));
  const archive = fc.uniqueArray(item, { selector: ({ name }) => name });
  fc.assert(
    fc.property(archive, archive, (before, after) => {
      const changes = compareArchives(itemsOf(before), itemsOf(after));
      const result = new Map(before.map((one) => [one.name, one]));
      for (const change of changes) {
        const old = beforeOf(change);
        if (old !== undefined) {
          assert.ok(result.delete(old.name));
        }
      }
      for (const change of changes) {
        const now = afterOf(change);
        if (now !== undefined) {
          result.set(now.name, now);
        }
        if (change.type === "renamed") {
          assert.equal(change.before.sha256, change.after.sha256);
        }
      }
      assert.deepEqual(facts(result.values()), facts(after));
    }),
  );
});
