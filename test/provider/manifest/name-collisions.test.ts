/** Names that are one name on other systems. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  findNameCollisions,
  hasNameCollisions,
  mayCollide,
  nameCollisionMessage,
} from "../../../provider/manifest/name-collisions.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { makePipeline } from "../../tools/small-pipeline.ts";

for (const [fact, files, groups] of [
  ["nothing", [], []],
  ["names that are just different", ["a", "b", "ab", "c/b", "é", "e", "ß", "ss", "SS.py"], []],
  ["letters of the other case", ["README", "Readme", "x"], [["README", "Readme"]]],
  ["letters of the other case in a directory", ["A/b/c", "a/B/c"], [["A/b/c", "a/B/c"]]],
  ["directories that only become one", ["A/b", "a/c", "A/d/e"], []],
  ["a file and a directory", ["x/lib", "x/LIB/a", "x/LIB/b"], [["x/lib", "x/LIB/"]]],
  ["two encodings of a letter", ["caf\u00e9", "cafe\u0301"], [["caf\u00e9", "cafe\u0301"]]],
  [
    "encoding and case at once",
    ["\u00c9t\u00e9", "e\u0301te\u0301"],
    [["\u00c9t\u00e9", "e\u0301te\u0301"]],
  ],
  ["small letters with one capital", ["ΟΔΟΣ", "οδος", "οδοσ"], [["ΟΔΟΣ", "οδος", "οδοσ"]]],
  [
    "other alphabets",
    ["Ж", "ж", "𐐀", "𐐨"],
    [
      ["Ж", "ж"],
      ["𐐀", "𐐨"],
    ],
  ],
] as const) {
  test(`findNameCollisions() finds ${fact}`, () => {
    assert.deepEqual(findNameCollisions(files), groups);
  });
}

test("mayCollide() is false only where names that collide do so within one place", () => {
  const name = fc.constantFrom("a", "A", "b", "\u00e9", "E\u0301");
  const place = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
  const part = fc.record({ root: place, inside: fc.array(place, { minLength: 1, maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
      const groups = parts.map(({ root, inside }) => inside.map((file) => `${root}/${file}`));
      if (!mayCollide(parts.map(({ root }) => root)) && !groups.some(hasNameCollisions)) {
        assert.equal(hasNameCollisions(groups.flat()), false);
      }
    }),
  );
  assert.equal(mayCollide(["lib", "stages/one", "stages/two", "./x"]), false);
  assert.equal(mayCollide(["lib/a", "LIB"]), true);
  assert.equal(mayCollide(["", "lib"]), true);
});

test("findNameCollisions() takes little time for 100,000 paths", () => {
  const files = Array.from({ length: 100_000 }, (_, i) => `lib/part_${i % 1000}/módulo_${i}.py`);
  const start = performance.now();
  assert.deepEqual(findNameCollisions([...files, "LIB/PART_7/M\u00d3DULO_7.py"]), [
    ["lib/part_7/módulo_7.py", "LIB/PART_7/M\u00d3DULO_7.py"],
  ]);
  assert.ok(performance.now() - start < 10_000);
});

test("nameCollisionMessage() names five collisions and counts the others", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const upper = names.map((name) => name.toUpperCase());
  assert.equal(
    nameCollisionMessage([...names, ...upper]),
    "Names that differ only by case or by how letters are encoded are one on a Mac or on Windows: " +
      '"a" and "A", "b" and "B", "c" and "C", "d" and "D", "e" and "E" and 2 more; ' +
      "rename or exclude one of each",
  );
  assert.equal(nameCollisionMessage(names), undefined);
});

test("nameCollisionMessage() shows apart what looks the same", () => {
  assert.match(
    nameCollisionMessage(["\u00e9", "e\u0301"]) ?? "",
    /: "é" and "e\\u\{301\}"; rename/,
  );
});

test("readManifest() warns of names that collide, across parts", async (t) => {
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml":
      "stages: {enabled_stages: [run]}\npipeline: {upload_paths: [{source: lib}, {source: lib, target: LIB}]}\n",
    "lib/a.py": "",
  });
  const { warnings } = await readManifest({ pipelineDirectory });
  assert.deepEqual(
    warnings.filter(({ type }) => type === "name-collision"),
    [
      {
        type: "name-collision",
        part: undefined,
        message:
          "Names that differ only by case or by how letters are encoded are one on a Mac or on Windows: " +
          '"lib/a.py" and "LIB/a.py"; rename or exclude one of each',
      },
    ],
  );
});
