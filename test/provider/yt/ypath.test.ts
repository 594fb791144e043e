/** Cypress paths: escaping, joining, splitting, checking. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { UserError } from "../../../common/errors/user-error.ts";
import {
  assertNodePath,
  attributeYPath,
  canonicalYPath,
  escapeYPathLiteral,
  findNodePathProblem,
  joinYPath,
  parentYPath,
  splitYPath,
} from "../../../provider/yt/ypath.ts";

test("escapeYPathLiteral() escapes every character with a meaning of its own", () => {
  assert.equal(escapeYPathLiteral("a/b@c&d*e[f{g\\h"), "a\\/b\\@c\\&d\\*e\\[f\\{g\\\\h");
});

test("escapeYPathLiteral() writes control characters as bytes and leaves other text", () => {
  assert.equal(escapeYPathLiteral("a\tb\u007fюэ"), "a\\x09b\\x7fюэ");
});

test("escapeYPathLiteral() refuses a name that no node can have", () => {
  assert.throws(
    () => escapeYPathLiteral(""),
    new UserError("Cannot use an empty name in a Cypress path"),
  );
  assert.throws(
    () => escapeYPathLiteral("ю".repeat(2049)),
    new UserError(`Cannot use name "${"ю".repeat(40)}…" in a Cypress path: longer than 4096 bytes`),
  );
});

test("joinYPath() and splitYPath() agree on any names", () => {
  const name = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" });
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
      const path = joinYPath("/", ...names);
      assert.deepEqual(
        splitYPath(path),
        names.map((item) => escapeYPathLiteral(item)),
      );
      assert.equal(findNodePathProblem(path), undefined);
    }),
  );
});

test("parentYPath() takes off one name, escaped slashes and all", () => {
  assert.equal(parentYPath("//home/a\\/b/c"), "//home/a\\/b");
  assert.equal(parentYPath("//home/a\\/b"), "//home");
  assert.equal(parentYPath("//home"), "/");
});

test("attributeYPath() addresses an attribute", () => {
  assert.equal(attributeYPath("//home/x", "md5"), "//home/x/@md5");
});

test("assertNodePath() accepts paths of nodes below the root", () => {
  for (const path of ["//home", "//home/x/build", "//home/a\\[1]", "//home/\\x0a", "//home/ю"]) {
    assertNodePath(path);
  }
});

const badPaths = {
  "home/x": 'a Cypress path begins with "//", like "//home/user/build"',
  "/home/x": 'a Cypress path begins with "//", like "//home/user/build"',
  "#1-2-3-4": 'a Cypress path begins with "//", like "//home/user/build"',
  "//": "it names no node",
  "//home/x/": 'it ends with a slash: write "//home/x"',
  "//home//x": "it has an empty component",
  "//home/a\\]": '"\\]" is no escape sequence of a Cypress path',
  "//home/@x":
    '"@" has a meaning of its own in a Cypress path: write "\\@" for the plain character',
  "//home/x[1]":
    '"[" has a meaning of its own in a Cypress path: write "\\[" for the plain character',
};

test("assertNodePath() refuses a line break and shows it on one line", () => {
  assert.throws(
    () => assertNodePath("//home/x\n", "build folder", "buildFolder"),
    new UserError(
      'Cannot use "//home/x\\u{a}" as build folder: it holds a line break or another control ' +
        'character: write it on one line, without "|" or ">"',
      { argument: "buildFolder" },
    ),
  );
});

for (const [path, problem] of Object.entries(badPaths)) {
  test(`assertNodePath() refuses "${path}" and says why`, () => {
    assert.throws(
      () => assertNodePath(path, "build folder", "buildFolder"),
      new UserError(`Cannot use "${path}" as build folder: ${problem}`, {
        argument: "buildFolder",
      }),
    );
  });
}

const spellings = {
  "//home/a": ["//home/a", "//home/\\x61", "//\\x68ome/a"],
  "//home/a\\/b": ["//home/a\\/b", "//home/a\\x2fb", "//home/a\\x2Fb"],
  "//home/\\\\": ["//home/\\\\", "//home/\\x5c"],
  "//home/ю😀": ["//home/ю😀", "//home/\\xd1\\x8e😀", "//home/ю\\xf0\\x9f\\x98\\x80"],
  "//home/\\x0a": ["//home/\\x0a", "//home/\\x0A"],
  // Not UTF-8, so that there is no text for it.
  "//home/\\xff\\x61": ["//home/\\xff\\x61", "//home/\\xFFa"],
  // No paths of nodes: as they are.
  "//home/": ["//home/"],
  "home/\\x61": ["home/\\x61"],
};

for (const [wanted, texts] of Object.entries(spellings)) {
  test(`canonicalYPath() gives ${wanted} for each of its spellings`, () => {
    for (const text of texts) {
      assert.equal(canonicalYPath(text), wanted, text);
    }
  });
}
