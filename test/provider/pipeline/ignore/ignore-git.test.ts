/** Each decision and the rule that it is due to, compared with git's on random trees. */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import {
  IGNORE_FILE,
  BUILT_IN_EXCLUDES,
  IgnoreRules,
} from "../../../../provider/pipeline/ignore/ignore-rules.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";
import { askGit, initRepository, writeCase } from "./git-check-ignore.ts";
import type { Answer, IgnoreCase } from "./git-check-ignore.ts";
import { ignoreCase } from "./ignore-cases.ts";

/** About ten entries each. */
const CASES = 2000;

test("decide() names the rule that git names, on thousands of random trees", async (t) => {
  const repository = await makeTree(t);
  await initRepository(repository);
  const seed = randomInt(2 ** 31);
  const cases = fc.sample(ignoreCase, { numRuns: CASES, seed });
  for (const [index, one] of cases.entries()) {
    writeCase(path.join(repository, `c${index}`), one);
  }
  const questions = cases.map((one, index) => [`c${index}`, one.entries] as const);
  const judged = await askGit(repository, questions);
  let next = 0;
  for (const [index, one] of cases.entries()) {
    const ours = answersOf(path.join(repository, `c${index}`), one);
    const gits = judged.slice(next, (next += one.entries.length));
    assert.deepEqual(ours, gits, `seed ${seed}, case ${index}: ${JSON.stringify(one)}`);
  }
});

/** What we say of a case's entries, each asked of the rules of the directory that it is in. */
function answersOf(directory: string, one: IgnoreCase): readonly Answer[] {
  const known = new Map([["", IgnoreRules.at(directory)]]);
  const rulesOf = (place: string): IgnoreRules => {
    const found = known.get(place);
    if (found !== undefined) {
      return found;
    }
    const rules = rulesOf(parentOf(place)).enter(place);
    known.set(place, rules);
    return rules;
  };
  return one.entries.map((entry) => {
    const isDirectory = one.directories.includes(entry);
    const rules = rulesOf(parentOf(entry));
    const { isExcluded, rule } = rules.decide(entry, isDirectory);
    assert.equal(rules.excludes(entry, isDirectory), isExcluded);
    if (rule === undefined) {
      return { isExcluded, rule: "none" };
    }
    if (rule.type === "built-in") {
      return { isExcluded, rule: `built-in:${BUILT_IN_EXCLUDES.indexOf(rule.text) + 1}` };
    }
    const place = path.relative(directory, rule.file.slice(0, -IGNORE_FILE.length));
    return { isExcluded, rule: `${place}:${rule.line}` };
  });
}

function parentOf(entry: string): string {
  return entry.slice(0, Math.max(0, entry.lastIndexOf("/")));
}
