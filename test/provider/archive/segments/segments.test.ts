/** Where the tar stream is cut into segments, and what tells one from another. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  contentSize,
  filesOf,
  segmentKey,
  segmentsOf,
} from "../../../../provider/archive/segments/segments.ts";
import type { ManifestFile, Part } from "../../../../provider/manifest/manifest.ts";

const MiB = 1 << 20;

function file(path: string, sizeBytes: number, sha256: string = "a"): ManifestFile {
  return { path, mode: 0o644, sizeBytes, sha256, content: { type: "text", text: "" } };
}

function part(files: readonly ManifestFile[]): Part {
  return { key: "lib/", kind: "upload-path", root: "lib", files, digest: "", sizeBytes: 0 };
}

function keysOf(files: readonly ManifestFile[]): readonly string[] {
  return [...segmentsOf(part(files))].map(segmentKey);
}

const sizes = fc.array(fc.oneof(fc.nat(40_000), fc.nat(3 * MiB)), { maxLength: 200 });

test("segmentsOf() cuts any part into all of its files, in order, none too large", () => {
  fc.assert(
    fc.property(sizes, (list) => {
      const files = list.map((size, index) => file(`lib/${index}`, size));
      const segments = [...segmentsOf(part(files))];
      assert.deepEqual([...new Set(segments.flatMap(filesOf))], files);
      for (const segment of segments) {
        assert.ok(contentSize(segment) <= 3 * MiB);
      }
      const total = segments.reduce((sum, segment) => sum + contentSize(segment), 0);
      assert.equal(
        total,
        list.reduce((sum, size) => sum + size, 0),
      );
    }),
    { numRuns: 50 },
  );
});

/** Whether a segment may end at a file of that name before it is as large as one may be. */
function isCut(path: string): boolean {
  return [...segmentsOf(part([file(path, MiB), file("after", 1)]))].length === 2;
}

test("segmentsOf() ends a segment that is large enough, whatever the names of its files", () => {
  const names = Array.from({ length: 400 }, (_, index) => `lib/${index}`);
  const uncut = names.filter((name) => !isCut(name));
  assert.ok(uncut.length > 200 && uncut.length < names.length, `${uncut.length} names`);
  const lengths = [...segmentsOf(part(uncut.map((name) => file(name, 100_000))))].map(contentSize);
  // The first multiple that is not below 2 MiB.
  assert.deepEqual(new Set(lengths.slice(0, -1)), new Set([2_100_000]));
});

test("segmentsOf() keeps most cuts when one file changes, grows, comes or goes", () => {
  const files = Array.from({ length: 3000 }, (_, index) => file(`lib/module_${index}.py`, 9000));
  const before = keysOf(files);
  assert.ok(before.length > 20, `${before.length} segments`);
  const others = {
    changed: files.with(1000, file("lib/module_1000.py", 9000, "b")),
    grown: files.with(1000, file("lib/module_1000.py", 30_000, "b")),
    come: files.toSpliced(1000, 0, file("lib/module_999a.py", 9000)),
    gone: files.toSpliced(1000, 1),
  };
  for (const [fact, list] of Object.entries(others)) {
    const known = new Set(before);
    const added = keysOf(list).filter((key) => !known.has(key));
    assert.ok(added.length >= 1 && added.length <= 3, `${fact}: ${added.length} other segments`);
  }
});

test("segmentKey() differs by path, mode, content, size and place", () => {
  const one = file("lib/x", 5);
  const large = file("lib/large", 3 * MiB);
  const keys = [
    [one],
    [{ ...one, path: "lib/y" }],
    [{ ...one, mode: 0o755 as const }],
    [{ ...one, sha256: "b" }],
    [{ ...one, sizeBytes: 6 }],
    [one, file("lib/z", 1)],
    [large],
  ].flatMap(keysOf);
  assert.equal(keys.length, 9, "the large file has three pieces");
  assert.equal(new Set(keys).size, keys.length);
});
