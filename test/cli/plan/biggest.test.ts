/** The biggest files and folders of a plan, and shares of the whole. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { biggestOf, findBiggest } from "../../../provider/manifest/biggest.ts";
import { formatShare } from "../../../cli/plan/format-share.ts";

function part(
  root: string,
  sizes: Readonly<Record<string, number>>,
): Parameters<typeof findBiggest>[0] {
  return { root, files: Object.entries(sizes).map(([path, sizeBytes]) => ({ path, sizeBytes })) };
}

function sizesOf({ files }: ReturnType<typeof part>): Readonly<Record<string, number>> {
  return Object.fromEntries(files.map(({ path, sizeBytes }) => [path, sizeBytes]));
}

type Parts = readonly ReturnType<typeof part>[];

/** As a plan finds them, which knows of each part no more than it names. */
function biggestFiles(parts: Parts, count: number) {
  return biggestOf(
    parts.flatMap((one) => findBiggest(one, count).files),
    count,
  );
}

function biggestFolders(parts: Parts, count: number) {
  return biggestOf(
    parts.flatMap((one) => findBiggest(one, count).folders),
    count,
  );
}

test("biggestOf() finds files over all parts, equals in order, and none that is empty", () => {
  const parts = [part("a", { "a/x": 2, "a/y": 0 }), part("b", { "b/x": 5, "b/y": 2, "b/z": 1 })];
  assert.deepEqual(biggestFiles(parts, 3), [
    { path: "b/x", sizeBytes: 5 },
    { path: "a/x", sizeBytes: 2 },
    { path: "b/y", sizeBytes: 2 },
  ]);
  assert.equal(biggestFiles(parts, 10).length, 4);
});

test("biggestOf() of folders leaves out parts, and folders that only wrap another", () => {
  const parts = [
    part("a", {
      "a/top": 100,
      "a/wrap/deep/x": 81,
      "a/wrap/y": 19,
      "a/half/deep/x": 8,
      "a/half/y": 2,
    }),
    part("stages/s", { "stages/s/src/lib/x": 50 }),
    part("", { "wrapper.sh": 10 }),
  ];
  assert.deepEqual(biggestFolders(parts, 10), [
    { path: "a/wrap/deep", sizeBytes: 81, fileCount: 1 },
    { path: "stages/s/src/lib", sizeBytes: 50, fileCount: 1 },
    { path: "a/half", sizeBytes: 10, fileCount: 2 },
    { path: "a/half/deep", sizeBytes: 8, fileCount: 1 },
  ]);
  assert.equal(biggestFolders(parts, 2).length, 2);
});

test("what is known of each part is enough to tell the biggest of all", () => {
  const name = fc.constantFrom("a", "b", "c");
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
  const files = fc.dictionary(path, fc.nat(100), { maxKeys: 12 });
  // Side by side, as targets have to be, also in a folder that is no part.
  const roots = ["lib/x", "lib/xy", "lib-x", "stages/s"];
  fc.assert(
    fc.property(fc.tuple(...roots.map(() => files)), (contents) => {
      const parts = roots.map((root, index) =>
        part(
          root,
          Object.fromEntries(
            Object.entries(contents[index] ?? {}).map(([file, size]) => [
              `${root}/${file}.py`,
              size,
            ]),
          ),
        ),
      );
      const whole = part("", Object.assign({}, ...parts.map(sizesOf)));
      const all = biggestFolders([whole], Infinity).filter(({ path: folder }) =>
        roots.some((root) => folder.startsWith(`${root}/`)),
      );
      assert.deepEqual(biggestFolders(parts, 3), all.slice(0, 3));
    }),
  );
});

test("formatShare() rounds down, and tells little from nothing", () => {
  assert.deepEqual(
    [
      formatShare(0, 5),
      formatShare(1, 1000),
      formatShare(2, 3),
      formatShare(5, 5),
      formatShare(0, 0),
    ],
    ["0%", "<1%", "66%", "100%", "0%"],
  );
});
