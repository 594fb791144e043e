/** A part as the preview shows it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { partDigest, sha256, shortDigest } from "../../../provider/manifest/digests.ts";
import { fileDigests } from "../../../provider/manifest/file-digests.ts";
import type { ManifestFile, Part } from "../../../provider/manifest/manifest.ts";

function fileOf(path: string, text = path, mode: 0o644 | 0o755 = 0o644): ManifestFile {
  return {
    path,
    mode,
    sizeBytes: text.length,
    sha256: sha256(text),
    content: { type: "text", text },
  };
}

function partOf(root: string, files: readonly ManifestFile[]): Part {
  return { key: `${root}/`, kind: "upload-path", root, files, digest: "", sizeBytes: 0 };
}

function manyFiles(directory: string, count: number): readonly ManifestFile[] {
  return Array.from({ length: count }, (_, index) => fileOf(`${directory}/f${index}`));
}

test("fileDigests() maps files, by their paths in the part, to short digests", () => {
  const part = partOf("data/lib", [
    fileOf("data/lib/a.py", "a"),
    fileOf("data/lib/bin/run", "b", 0o755),
  ]);
  assert.deepEqual(fileDigests(part), {
    "a.py": "ca978112ca1b",
    "bin/run": "3e23e8160039+x",
  });
});

test("fileDigests() names a part that is a file by its last component", () => {
  const part = partOf("data/words.txt", [fileOf("data/words.txt", "a")]);
  assert.deepEqual(fileDigests(part), { "words.txt": "ca978112ca1b" });
});

test("fileDigests() names wrappers by their file names", () => {
  const wrapper = "operation_wrapper_run_map.sh";
  assert.deepEqual(fileDigests(partOf("", [fileOf(wrapper, "a", 0o755)])), {
    [wrapper]: "ca978112ca1b+x",
  });
});

test("fileDigests() writes names that Pulumi would hide, or JavaScript take amiss, otherwise", () => {
  const names = ["__init__.py", "__pycache", "__proto__", "sub/__init__.py", "_x", "constructor"];
  const part = partOf(
    "lib",
    names.map((name) => fileOf(`lib/${name}`)),
  );
  assert.deepEqual(Object.keys(fileDigests(part)), [
    "./__init__.py",
    "./__pycache",
    "./__proto__",
    "sub/__init__.py",
    "_x",
    "constructor",
  ]);
});

test("fileDigests() shows each of 200 files", () => {
  const shown = fileDigests(partOf("lib", manyFiles("lib", 200)));
  assert.equal(Object.keys(shown).length, 200);
  assert.equal(shown["f7"], shortDigest(sha256("lib/f7")));
});

test("fileDigests() rolls 201 files of one directory up into one digest", () => {
  const files = manyFiles("lib", 201);
  assert.deepEqual(fileDigests(partOf("lib", files)), {
    "./": `${shortDigest(partDigest(files))} (201 files)`,
  });
});

test("fileDigests() rolls up as deep as 200 entries allow", () => {
  const deep = manyFiles("lib/a/deep", 150);
  const flat = manyFiles("lib/b", 60);
  const hidden = manyFiles("lib/__h/x", 2);
  const single = fileOf("lib/c/only");
  const shallow = fileOf("lib/top.py", "a", 0o755);
  const start = fileOf("lib/__init__.py", "a");
  const files = [...deep, ...flat, ...hidden, single, shallow, start];
  assert.deepEqual(fileDigests(partOf("lib", files)), {
    "a/deep/": `${shortDigest(partDigest(deep))} (150 files)`,
    "b/f0": shortDigest(sha256("lib/b/f0")),
    ...Object.fromEntries(
      flat.map((file) => [file.path.slice("lib/".length), shortDigest(file.sha256)]),
    ),
    "./__h/x/": `${shortDigest(partDigest(hidden))} (2 files)`,
    "c/only": shortDigest(single.sha256),
    "top.py": "ca978112ca1b+x",
    "./__init__.py": "ca978112ca1b",
  });
});

test("fileDigests() shows a rename in a directory that is rolled up with one file in it", () => {
  const others = Array.from({ length: 150 }, (_, index) => fileOf(`lib/d${index}/x/y`));
  const more = manyFiles("lib/z/x", 80);
  const before = fileDigests(partOf("lib", [...others, ...more, fileOf("lib/one/x/old", "same")]));
  const after = fileDigests(partOf("lib", [...others, ...more, fileOf("lib/one/x/new", "same")]));
  assert.match(before["one/x/"] ?? "", /^[0-9a-f]{12} \(1 file\)$/);
  assert.notEqual(before["one/x/"], after["one/x/"]);
});

test("fileDigests() changes whatever file of a rolled-up directory changes", () => {
  const files = manyFiles("lib/a", 300);
  const shown = fileDigests(partOf("lib", files));
  for (const index of [0, 150, 299]) {
    const changed = files.map((file, at) => (at === index ? fileOf(file.path, "edited") : file));
    assert.notDeepEqual(fileDigests(partOf("lib", changed)), shown);
  }
});
