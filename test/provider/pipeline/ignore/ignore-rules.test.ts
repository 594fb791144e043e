/** What the rules leave out of a listing: always what git, asked itself, would leave out. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import fc from "fast-check";
import { listFiles } from "../../../../provider/pipeline/files/file-list.ts";
import {
  BUILT_IN_EXCLUDES,
  IGNORE_FILE,
} from "../../../../provider/pipeline/ignore/ignore-rules.ts";
import { UserError } from "../../../../common/errors/user-error.ts";
import { addToTree, makeTree } from "../../../tools/temporary-tree.ts";
import type { Tree } from "../../../tools/temporary-tree.ts";
import type { IgnoreCase } from "./git-check-ignore.ts";
import { ignoreCase } from "./ignore-cases.ts";

const run = promisify(execFile);

/** What git would list, asked of git itself: the judge of every case in this file. */
class Git {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(test_: TestContext): Promise<Git> {
    const folder = await makeTree(test_, { "built-in": `${BUILT_IN_EXCLUDES.join("\n")}\n` });
    await run("git", ["init", "--quiet", "--bare", path.join(folder, "repository")]);
    return new Git(folder);
  }

  /** A new folder for one tree. */
  async makeFolder(tree: Tree): Promise<string> {
    const folder = await mkdtemp(path.join(this.#folder, "tree-"));
    await addToTree(folder, tree);
    return folder;
  }

  /** The files that no rule excludes, sorted; ignore files are ours to leave out. */
  async list(tree: string): Promise<readonly string[]> {
    const repository = ["--git-dir", path.join(this.#folder, "repository"), "--work-tree", tree];
    // Rules of directories come before those of `--exclude-from` (dir.c, last_matching_pattern).
    const rules = [
      `--exclude-per-directory=${IGNORE_FILE}`,
      `--exclude-from=${path.join(this.#folder, "built-in")}`,
    ];
    const { stdout } = await run("git", [...repository, "ls-files", "--others", "-z", ...rules], {
      cwd: tree,
    });
    const files = stdout.split("\0").filter((file) => file !== "");
    return files.filter((file) => path.basename(file) !== IGNORE_FILE).toSorted();
  }
}

async function packed(source: string, rulesFrom: string = source): Promise<readonly string[]> {
  return (await listFiles({ source, rulesFrom })).map((file) => file.relativePath).toSorted();
}

function at(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

function treeOf({ directories, ignoreFiles, entries }: IgnoreCase): Tree {
  const files = entries.filter((entry) => !directories.includes(entry));
  const rules = Object.entries(ignoreFiles).map(([folder, text]) => [
    at(folder, IGNORE_FILE),
    text,
  ]);
  return Object.fromEntries([...files.map((file) => [file, ""]), ...rules]);
}

/** What random cases meet too seldom: rules, the directory of their ignore file, and files. */
const HARD_CASES = [
  ["a lone slash", "/\n", "lib", ["lib/a", "lib/b/c", "a"]],
  ["a lone slash that is taken back", "!/\n", "lib", ["lib/a", "a"]],
  ["letters of the other case", "a\nB\n", "", ["A", "a", "B", "b"]],
  ["letters of the other case below", "a\nB\n", "lib", ["lib/A", "lib/a", "lib/B", "lib/b"]],
  ["spaces at the end", "a\\ \nb \nc\\\\ \n", "", ["a", "a ", "a  ", "b", "b ", "c\\", "c\\ "]],
  ["spaces at the end, below", "a\\  \n", "lib", ["lib/a", "lib/a ", "lib/a  ", "lib/a   "]],
  ["a letter of two bytes", "?\n[!a]\n", "", ["a", "é", "b", "ab"]],
  ["a letter of two bytes, as two", "??\n", "lib", ["lib/é", "lib/a", "lib/ab", "lib/日"]],
  ["stars behind text", "a**/b\n", "", ["ab", "a/b", "ax/b", "ax/y/b", "b", "x/ab"]],
  ["stars behind text, below", "/x/a**/b\n", "l", ["l/x/ab", "l/x/ax/y/b", "x/ab", "l/a/b"]],
  ["stars behind text, twice", "a**/b**/c\n", "", ["abc", "ab/c", "ax/bx/c", "a/y/b/z/c", "c"]],
  ["stars behind text, at the end", "x/a**\n!x/a/b/\n", "", ["x/a/b/c", "x/ab", "x/b"]],
  ["stars, stars and slashes", "ab**//*\na**/**/\n", "", ["ab/a", "ab/c/d", "a/a", "b/a"]],
  [
    "names that end in dots",
    "a[.]?\na?[.]*/b\nx**/[.]*\n",
    "",
    ["a..", "a./b", "x../c", "x./a", "xa"],
  ],
  [
    "slashes within brackets",
    "a[b/]c\n/d[!/]e\n*[/]f\n",
    "",
    ["abc", "d/e", "dxe", "x/dxe", "a/f", "f"],
  ],
  ["slashes within brackets, below", "/x[b/]*[/-a]\n", "l", ["l/xba", "l/xb0", "l/x/a", "l/xb/a"]],
  ["slashes that are escaped", "**\\/b\nx\\/**/c\n", "", ["x/y/b", "x/y/z/c", "x/c", "c"]],
  ["Windows line ends", "data/\r\n/top/\r\n*.x\r\n", "", ["d/data/a", "top/a", "d/top/a", "b.x"]],
  ["Windows line ends, below", "data/\r\n", "lib", ["lib/d/data/a", "lib/data/a", "data/a"]],
  ["a carriage return at the end", "/\r", "lib", ["lib/a"]],
  ["a directory with a name like a pattern", "b\n!/c/b\n", "[a]*", ["[a]*/b", "[a]*/c/b", "a/b"]],
  ["a file below what is excluded", "b/\n!b/keep\n", "lib", ["lib/b/keep", "lib/b/x"]],
  ["what is taken back step by step", "/*\n!/a/\n/a/*\n!/a/b\n", "", ["a/b", "a/c", "d"]],
] as const;

for (const [fact, rules, folder, files] of HARD_CASES) {
  test(`listFiles() leaves out what git would: ${fact}`, async (t) => {
    const git = await Git.make(t);
    const entries = [...files, at(folder, "other.txt")].map((file) => [file, ""]);
    const tree = await git.makeFolder({
      ...Object.fromEntries(entries),
      [at(folder, IGNORE_FILE)]: rules,
    });
    assert.deepEqual(await packed(tree), await git.list(tree));
  });
}

/** A tree, and one of the directories that its files are in. */
const caseWithSource = ignoreCase.chain((one) => {
  const tree = treeOf(one);
  const directories = Object.keys(tree).map((file) => path.posix.dirname(file));
  return fc.record({ tree: fc.constant(tree), source: fc.constantFrom(...directories) });
});

test("listFiles() leaves out what git would leave out, on random trees and rules", async (t) => {
  const git = await Git.make(t);
  await fc.assert(
    fc.asyncProperty(ignoreCase, async (one) => {
      const folder = await git.makeFolder(treeOf(one));
      assert.deepEqual(await packed(folder), await git.list(folder));
      await rm(folder, { recursive: true });
    }),
    { numRuns: 150 },
  );
});

test("listFiles() leaves out what git would leave out of one directory of a larger tree", async (t) => {
  const git = await Git.make(t);
  await fc.assert(
    fc.asyncProperty(caseWithSource, async ({ tree, source }) => {
      const folder = await git.makeFolder(tree);
      const start = source === "." ? "" : `${source}/`;
      const wanted = (await git.list(folder))
        .filter((file) => file.startsWith(start))
        .map((file) => file.slice(start.length));
      const listing = packed(path.join(folder, source), folder);
      if (wanted.length === 0) {
        // Everything in it is excluded, or it is so itself.
        assert.deepEqual(await listing.catch(refusedAsExcluded(source)), []);
      } else {
        assert.deepEqual(await listing, wanted.toSorted());
      }
      await rm(folder, { recursive: true });
    }),
    { numRuns: 80 },
  );
});

function refusedAsExcluded(source: string): (error: unknown) => readonly string[] {
  return (error) => {
    const message = error instanceof UserError ? error.message : String(error);
    const start = `Cannot pack "${source}" as `;
    assert.equal(message.slice(0, start.length), start);
    assert.match(
      message.slice(start.length),
      /^(?:.*\.ytignore, line \d+, `.+`, excludes it: remove|the built-in rule `.+` excludes it: take it back with).* the source$/s,
    );
    return [];
  };
}

test("listFiles() leaves out what is built in, unless a rule takes it back", async (t) => {
  const files = {
    ".DS_Store": "",
    ".build/source.tar.gz": "",
    ".dev/x": "",
    ".git/config": "",
    ".hg/x": "",
    ".ipynb_checkpoints/x": "",
    ".mypy_cache/x": "",
    ".pytest_cache/x": "",
    ".ruff_cache/x": "",
    ".svn/x": "",
    ".venv/bin/python": "",
    "__pycache__/a.py": "",
    "a.py": "",
    "lib/__pycache__/b.py": "",
    "lib/.git": "gitdir: ../.git/modules/lib",
    "lib/a.pyc": "",
    "lib/a.pyd": "",
    "lib/a.pyi": "",
    "lib/a.pyo": "",
    "my.egg-info/PKG-INFO": "",
    "node_modules/x.js": "",
    "venv/bin/python": "",
  };
  const folder = await makeTree(t, files);
  assert.deepEqual(await packed(folder), ["a.py", "lib/a.pyi"]);
  await addToTree(folder, { ".ytignore": "!*\n" });
  assert.deepEqual(await packed(folder), Object.keys(files).toSorted());
});

test("listFiles() reads ignore files with a byte order mark and Windows line ends", async (t) => {
  const folder = await makeTree(t, {
    ".ytignore": "\uFEFF*.log\r\ndata/\r\n# a comment\r\n\r\n!keep.log",
    "a.log": "",
    "keep.log": "",
    "data/x": "",
    "# a comment": "",
    "lib/.ytignore/x": "a directory of that name holds no rules",
  });
  assert.deepEqual(await packed(folder), ["# a comment", "keep.log"]);
});

test("listFiles() refuses an ignore file that is not UTF-8, and says in which line", async (t) => {
  const text = Buffer.concat([Buffer.from("é\r\n\nf"), Buffer.from([0xfc]), Buffer.from("r\n")]);
  const folder = await makeTree(t, { "lib/.ytignore": text });
  await assert.rejects(packed(folder), {
    name: "UserError",
    argument: "pipeline",
    message: `Cannot read "${folder}/lib/.ytignore" as line 3 is not UTF-8 text: save the file as UTF-8`,
  });
});

test("listFiles() refuses an ignore file that is a link, whose rules git would not read", async (t) => {
  const folder = await makeTree(t, { rules: "*.log", "lib/.ytignore": { link: "../rules" } });
  await assert.rejects(packed(folder), {
    name: "UserError",
    argument: "pipeline",
    message: `Cannot read "${folder}/lib/.ytignore" as it is a symbolic link: put a file in its place`,
  });
});
