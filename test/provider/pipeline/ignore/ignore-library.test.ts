/** What the library `ignore` reads otherwise than git when it is given whole lines, as docs/ignore.md has it. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import ignore from "ignore";
import { IgnoreRules } from "../../../../provider/pipeline/ignore/ignore-rules.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";
import { askGit, initRepository, writeCase } from "./git-check-ignore.ts";

/** A row of the table in docs/ignore.md. */
interface Row {
  /** The ignore file, at the top. */
  readonly rules: string;
  readonly file: string;
  /** Whether git excludes the file; the library says the opposite. */
  readonly isExcluded: boolean;
  readonly why: string;
  readonly where: "ignore-line.ts" | "name-pattern.ts" | "pattern.ts";
}

const ROWS: readonly Row[] = [
  {
    rules: "a**/b",
    file: "ax/y/b",
    isExcluded: true,
    why: "`**` behind plain text begins a pattern of its own",
    where: "pattern.ts",
  },
  {
    rules: "a**/b",
    file: "ab",
    isExcluded: true,
    why: "... and stands for nothing, too",
    where: "pattern.ts",
  },
  {
    rules: "**\\/b",
    file: "x/y/b",
    isExcluded: true,
    why: "an escaped slash is a slash to the `**` before it",
    where: "pattern.ts",
  },
  {
    rules: "?",
    file: "é",
    isExcluded: false,
    why: "`?` takes a byte, not a letter",
    where: "ignore-line.ts",
  },
  {
    rules: "[!a]",
    file: "é",
    isExcluded: false,
    why: "so does a class",
    where: "ignore-line.ts",
  },
  {
    rules: "??",
    file: "é",
    isExcluded: true,
    why: "a letter of two bytes is two",
    where: "ignore-line.ts",
  },
  {
    rules: "data",
    file: "DATA",
    isExcluded: false,
    why: "case counts (it does not by the library's default)",
    where: "pattern.ts",
  },
  {
    rules: "d?ta",
    file: "DATA",
    isExcluded: false,
    why: "... and where the library matches",
    where: "name-pattern.ts",
  },
  {
    rules: "a\0b",
    file: "a",
    isExcluded: true,
    why: "a line ends at a NUL",
    where: "ignore-line.ts",
  },
];

const shownRules = (rules: string): string => rules.replaceAll("\0", "␀");

/** As docs/ignore.md shows it, but for the width of columns. */
function markdownRow({ rules, file, isExcluded, why, where }: Row): string {
  const [git, library] = isExcluded ? ["out", "in"] : ["in", "out"];
  return `| \`${shownRules(rules)}\` | \`${file}\` | ${git} | ${library} | ${why} | \`${where}\` |`;
}

for (const row of ROWS) {
  const { rules, file, isExcluded } = row;
  test(`IgnoreRules decide as git, not as the library, on ${shownRules(rules)} and ${file}`, async (t) => {
    const repository = await makeTree(t);
    await initRepository(repository);
    const directory = path.join(repository, "case");
    writeCase(directory, { directories: [], ignoreFiles: { "": rules }, entries: [file] });
    const [answer] = await askGit(repository, [["case", [file]]]);
    assert.equal(answer?.isExcluded, isExcluded);
    assert.equal(IgnoreRules.at(directory).excludes(file, false), isExcluded);
    assert.equal(ignore().add(rules).ignores(file), !isExcluded);
  });
}

test("docs/ignore.md has a row for each of these, and no other", async () => {
  const page = await readFile(new URL("../../../../docs/ignore.md", import.meta.url), "utf8");
  const lines = page.split("\n").filter((line) => line.startsWith("| `"));
  const rows = lines
    .map((line) => line.replace(/ {2,}\|/g, " |"))
    .filter((line) => line.includes(".ts`"));
  assert.deepEqual(rows, ROWS.map(markdownRow));
});
