/** Patterns that take a matcher which goes back for ever, and the classes of bytes. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { compilePattern } from "../../../../provider/pipeline/ignore/pattern.ts";
import { IgnoreRules } from "../../../../provider/pipeline/ignore/ignore-rules.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";
import { askGit, initRepository, writeCase } from "./git-check-ignore.ts";

/** In ms: far more than it takes, far less than an explosion would. */
const BOUND = 10_000;

/** Patterns that a matcher which goes back tries in more ways than it has time for. */
const SLOW_PATTERNS = [
  "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
  "*a?*a?*a?*a?*a?*a?*a?*a?*b",
  "*[ab]*[ab]*[ab]*[ab]*[ab]*[ab]*c",
  // The last byte is no plain one, which would tell the names apart at once.
  "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*[cd]",
  "*[ab]*[ab]*[ab]*[ab]*[ab]*[ab]*[cd]",
  // Classes that hold a slash, which no name has.
  "*[+-~]*[+-~]*[+-~]*[+-~]*[+-~]*[{-}]",
  "*[a/]*[/a]*[a\\/]*[/a]*[/a]*[cd]",
  "*[a/-.]*[a/-.]*[a/-.]*[a/-.]*[a/-.]*[cd]",
  `${"*".repeat(1000)}b`,
  `${"*a".repeat(12)}b`,
  "**/a/**/a/**/a/**/b",
  "a**/a**/a**/a**/b",
  `${"**/".repeat(4)}b`,
  "/**/*a*/**/*a*/**/*a*b",
  "**/*/**/*/**/b*b",
  `[${"[:".repeat(500)}b]`,
];

const DEEP = Array.from({ length: 60 }, () => "a").join("/");
const LONG_NAMES = ["a".repeat(255), `${"a".repeat(254)}b`, DEEP, `${DEEP}/b`, `${DEEP}/ab`];

test("IgnoreRules decide patterns that are made to be slow as git does, in bounded time", async (t) => {
  const repository = await makeTree(t);
  await initRepository(repository);
  for (const [index, pattern] of SLOW_PATTERNS.entries()) {
    writeCase(path.join(repository, `c${index}`), {
      directories: [],
      ignoreFiles: { "": pattern },
      entries: [],
    });
  }
  const judged = await askGit(
    repository,
    SLOW_PATTERNS.map((_, index) => [`c${index}`, LONG_NAMES] as const),
  );
  const start = performance.now();
  const ours = SLOW_PATTERNS.flatMap((_, index) => {
    const rules = IgnoreRules.at(path.join(repository, `c${index}`));
    return LONG_NAMES.map((name) => rules.excludes(name, false));
  });
  const took = performance.now() - start;
  assert.deepEqual(
    ours,
    judged.map((answer) => answer.isExcluded),
  );
  assert.equal(ours.includes(true) && ours.includes(false), true);
  assert.ok(took < BOUND, `took ${took} ms`);
});

const DEEPEST = "a/".repeat(2000);

for (const [fact, pattern, text, isMatch] of [
  ["a dozen globstars, and no match", `**/${"a/**/".repeat(12)}b*`, `${DEEPEST}a`, false],
  ["a dozen globstars, and a match", `**/${"a/**/".repeat(12)}b*`, `${DEEPEST}b`, true],
  ["as many globstars as directories", `${"**/*a*/".repeat(2000)}*b`, `${DEEPEST}b`, true],
  ["more globstars than directories", `${"**/*a*/".repeat(2001)}*b`, `${DEEPEST}b`, false],
  ["a wildcard for each letter", `${"*?".repeat(255)}*b*`, "a".repeat(255), false],
  ["a line of a megabyte", "*a".repeat(500_000), "a".repeat(255), false],
  ["a megabyte of directories", `${"**/".repeat(350_000)}b`, "a/b", true],
  ["a megabyte of brackets", `${"[[:".repeat(350_000)}a]`, "a", true],
] as const) {
  test(`compilePattern() takes bounded time for ${fact}`, () => {
    const start = performance.now();
    assert.equal(compilePattern(pattern)(text), isMatch);
    assert.ok(performance.now() - start < BOUND);
  });
}

test("compilePattern() knows the classes of bytes that git knows", async (t) => {
  const classes = "alnum alpha blank cntrl digit graph lower print punct space upper xdigit".split(
    " ",
  );
  const bytes = Array.from({ length: 127 }, (_, index) => String.fromCharCode(index + 1));
  const names = bytes.filter((byte) => byte !== "/" && byte !== ".").map((byte) => `x${byte}`);
  const repository = await makeTree(t);
  await initRepository(repository);
  const places = classes.flatMap((name) => [`[[:${name}:]]`, `[![:${name}:]]`]);
  for (const [index, place] of places.entries()) {
    writeCase(path.join(repository, `c${index}`), {
      directories: [],
      ignoreFiles: { "": `x${place}` },
      entries: [],
    });
  }
  const judged = await askGit(
    repository,
    places.map((_, index) => [`c${index}`, names] as const),
  );
  const ours = places.flatMap((_, index) => {
    const rules = IgnoreRules.at(path.join(repository, `c${index}`));
    return names.map((name) => rules.excludes(name, false));
  });
  assert.deepEqual(
    ours,
    judged.map((answer) => answer.isExcluded),
  );
});
