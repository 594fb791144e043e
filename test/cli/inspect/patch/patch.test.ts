/** Patches between archives, as `git apply` and `patch` apply them. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import fc from "fast-check";
import { compareArchives } from "../../../../cli/inspect/compare/compare-archives.ts";
import { findHunks } from "../../../../cli/inspect/patch/hunks.ts";
import { itemsOf } from "../../../../cli/inspect/items.ts";
import { openArchiveFile } from "../../../../cli/inspect/open/open-archive-file.ts";
import { makePatch } from "../../../../cli/inspect/patch/patch.ts";
import { UserError } from "../../../../common/errors/user-error.ts";
import { filesIn, isInstalled, output } from "../../../tools/readers.ts";
import type { ReadFile } from "../../../tools/readers.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";
import type { Tree } from "../../../tools/temporary-tree.ts";
import { pythonTar, tarOf } from "../make-archive.ts";

async function patchBetween(before: string, after: string): Promise<Buffer> {
  const [old, now] = [
    await openArchiveFile(before, "before"),
    await openArchiveFile(after, "after"),
  ];
  const changes = compareArchives(itemsOf(old.entries), itemsOf(now.entries));
  return makePatch(changes, old, now);
}

/** The programs that apply patches. */
const PROGRAMS = ["git", "patch"] as const;
type Program = (typeof PROGRAMS)[number];

/** What a tree is once the patch has been applied by the given program. */
async function applied(
  t: TestContext,
  program: Program,
  tree: Tree,
  patch: Buffer,
): Promise<readonly ReadFile[]> {
  const folder = await makeTree(t, tree);
  const file = path.join(await makeTree(t), "the.patch");
  await writeFile(file, patch);
  const git = ["-C", folder, "apply", "--whitespace=nowarn", file];
  // --binary: else it takes CR LF for the line end of another system.
  const posix = ["-p1", "--silent", "--force", "--binary", "-d", folder, "-i", file];
  await output(program, program === "git" ? git : posix);
  return sorted(await filesIn(folder));
}

function sorted(files: readonly ReadFile[]): readonly ReadFile[] {
  return (
    files
      // All that a patch says of a mode is whether its owner may execute; the rest is up to the umask.
      .map((file) => ({ ...file, mode: file.mode & 0o100 }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  );
}

const TEN_LINES = Array.from({ length: 10 }, (_, index) => `line ${index}\n`).join("");

const BEFORE: Tree = {
  "changed.py": TEN_LINES,
  "removed.py": "gone\n",
  "removed empty": "",
  "old place/moved.py": "moves and stays the same\n",
  "old place/moved and executable": "moves\n",
  executable: "#!/bin/sh\n",
  "both.sh": { text: "#!/bin/sh\n", mode: 0o755 },
  "no end": "a\nb",
  "end added": "a",
  "end removed": "a\n",
  "crlf.txt": "one\r\ntwo\r\nthree\n",
  "latin1.txt": Buffer.from("caf\xe9\nna\xefve\n", "latin1"),
  'ünïcödé "quoted" and \\ \t tabbed': "a\n",
  "new\nline": "a\n",
  "cr\rin the middle.txt": "one\rtwo\n",
  unchanged: "stays\n",
  "--- a/looks.like": "--- a\n+++ b\n@@ -1,1 +1,1 @@\n",
};

const AFTER: Tree = {
  "changed.py": TEN_LINES.replace("line 1\n", "").replace("line 8\n", "line eight\nand a half\n"),
  "added.py": "new\n",
  "added empty": "",
  "deep/added.sh": { text: "#!/bin/sh\n", mode: 0o755 },
  "new place/moved.py": "moves and stays the same\n",
  "new place/moved and executable": { text: "moves\n", mode: 0o755 },
  executable: { text: "#!/bin/sh\n", mode: 0o755 },
  "both.sh": "#!/bin/sh\necho\n",
  "no end": "a\nc",
  "end added": "a\n",
  "end removed": "a",
  "crlf.txt": "one\r\n2\r\nthree\r\n",
  "latin1.txt": Buffer.from("caf\xe9\nna\xefver\n", "latin1"),
  'ünïcödé "quoted" and \\ \t tabbed': "b\n",
  "new\nline": "b\n",
  "cr\rin the middle.txt": "one\rthree\n",
  unchanged: "stays\n",
  "--- a/looks.like": "--- a\n+++ c\n@@ -1,1 +1,1 @@\n",
};

/** One test for each program that applies patches, skipped where the system does not have it. */
function testEach(title: string, run: (t: TestContext, program: Program) => Promise<void>): void {
  for (const program of PROGRAMS) {
    test(title.replace("{program}", program), async (t) => {
      if (await isInstalled(program)) {
        return run(t, program);
      }
      t.skip(`NOT RUN: there is no ${program} on PATH`);
    });
  }
}

testEach("makePatch() writes what {program} applies", async (t, program) => {
  // The one program cannot make a file of such a name.
  const { "new\nline": _, ...before } = BEFORE;
  const { "new\nline": __, ...after } = AFTER;
  const [old, now] = program === "git" ? [BEFORE, AFTER] : [before, after];
  const patch = await patchBetween(await tarOf(t, old), await tarOf(t, now));
  const wanted = sorted(await filesIn(await makeTree(t, now)));
  assert.ok(patch.length > 0);
  assert.deepEqual(await applied(t, program, old, patch), wanted);
});

testEach("makePatch() writes patches that {program} applies, for any texts", async (t, program) => {
  const line = fc.constantFrom(
    "",
    "a",
    "b",
    "c",
    "-",
    "+",
    " ",
    "@@ -1 +1 @@",
    "\\",
    "é\xff",
    "\r",
  );
  const text = fc
    .tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom("\n", ""))
    .map(([lines, end]) => Buffer.from(lines.join("\n") + (lines.length > 0 ? end : ""), "latin1"));
  const name = fc.constantFrom("a", "b", "c d", "e/f", "e/g", "h/i/j", "k", "l", "m", "n");
  const tree = fc
    .uniqueArray(fc.tuple(name, text), { selector: ([key]) => key, minLength: 6 })
    .map((entries): Tree => Object.fromEntries(entries));
  await fc.assert(
    fc.asyncProperty(tree, tree, async (before, after) => {
      const patch = await patchBetween(await tarOf(t, before), await tarOf(t, after));
      const wanted = sorted(await filesIn(await makeTree(t, after)));
      if (patch.length === 0) {
        return;
      }
      assert.deepEqual(await applied(t, program, before, patch), wanted);
    }),
    { numRuns: 25 },
  );
});

testEach("makePatch() says what it lacks in lines that {program} skips", async (t, program) => {
  const large = "0123456789abcde\n".repeat(65_536);
  const before: Tree = {
    "blob.bin": "a\0b",
    "large.txt": large,
    "lib/.env": "TOKEN=old-secret\n",
    "lib/key.pem": "-----BEGIN\n",
    "secret.key": "moved-secret\n",
    text: "a\n",
    "large.csv": `${large}x`,
    dir: { link: "text" },
  };
  const after: Tree = {
    "blob.bin": "a\0bc",
    "large.txt": large,
    "lib/.env": "TOKEN=new-secret\n",
    "other.key": "moved-secret\n",
    text: "b\n",
    "large.csv": `${large}y`,
    dir: { link: "lib" },
  };
  const patch = await patchBetween(await tarOf(t, before), await tarOf(t, after));
  assert.equal(
    patch.toString(),
    `# Not in this patch: dir changed (symlink; 0 B to 0 B)
# Not in this patch: large.csv changed (large; 1.0 MiB to 1.0 MiB)
# Not in this patch: lib/.env changed (looks like a secret; 17 B to 17 B)
# Not in this patch: lib/key.pem removed (looks like a secret; 11 B to nothing)
# Not in this patch: blob.bin changed (binary; 3 B to 4 B)
diff --git a/secret.key b/other.key
similarity index 100%
rename from secret.key
rename to other.key
diff --git a/text b/text
--- a/text
+++ b/text
@@ -1,1 +1,1 @@
-a
+b
`,
  );
  await applied(t, program, { text: "a\n", "secret.key": "moved-secret\n" }, patch);
});

test("makePatch() leaves out names that lead outside", async (t) => {
  const before = await pythonTar(t, [{ name: "a", data: "1\n" }]);
  const after = await pythonTar(t, [
    { name: "a", data: "2\n" },
    { name: "../x\n--- a/y", data: "1\n" },
    { name: "/etc/passwd", data: "root\n" },
  ]);
  const lines = (await patchBetween(before, after)).toString().split("\n");
  assert.deepEqual(lines.slice(0, 3), [
    '# Not in this patch: "../x\\012--- a/y" added (its name leads outside; nothing to 2 B)',
    "# Not in this patch: /etc/passwd added (its name leads outside; nothing to 5 B)",
    "diff --git a/a b/a",
  ]);
});

test("makePatch() notices that an archive changed after it was compared", async (t) => {
  const before = await tarOf(t, { a: "1\n" });
  const after = await tarOf(t, { a: "2\n" });
  const [old, now] = [
    await openArchiveFile(before, "before"),
    await openArchiveFile(after, "after"),
  ];
  const changes = compareArchives(itemsOf(old.entries), itemsOf(now.entries));
  const { readFile } = await import("node:fs/promises");
  await writeFile(after, await readFile(await tarOf(t, { a: "3\n" })));
  await assert.rejects(
    makePatch(changes, old, now),
    new UserError('Cannot inspect "after" as it changed while it was read: run it again'),
  );
});

function manyLines(mark: string): string {
  return Array.from({ length: 40_000 }, (_, index) => `${mark}${(index * 7919) % 40_000}\n`).join(
    "",
  );
}

test("findHunks() takes bounded time for texts with nothing in common", () => {
  const shared = ["one\n", "two\n", "three\n", "four\n"].join("");
  const started = performance.now();
  const [hunk = "", ...more] = findHunks(
    shared + manyLines("a") + shared,
    shared + manyLines("b") + shared,
  );
  assert.ok(performance.now() - started < 20_000);
  assert.deepEqual(more, []);
  const lines = hunk.split("\n");
  assert.equal(lines[0], "@@ -2,40006 +2,40006 @@");
  assert.deepEqual(lines.slice(1, 5), [" two", " three", " four", "-a0"]);
  assert.deepEqual(lines.slice(-4), [" one", " two", " three", ""]);
});
