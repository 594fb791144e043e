/**
 * The commands in the documents: each block is run, here or in the test of its page, or a comment above it says why it is
 * not: `<!-- not run: it takes an hour -->`.
 */
import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { findCodeBlocks, readDocument } from "../../tools/document.ts";
import type { CodeBlock } from "../../tools/document.ts";
import { REPOSITORY, runProgram } from "../../ytjobs/run-python.ts";
import { makeWorld } from "./world.ts";
import type { Place } from "./world.ts";

const DOCUMENTS = ["README.md", "CONTRIBUTING.md", "docs/*.md"];

/** Pages of which a test of their own runs every block. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "docs/ci.md": "test/behaviour/documentation/ci.test.ts",
  "docs/migrating.md": "test/behaviour/migration/guide.test.ts",
  "docs/running-operations.md": "test/behaviour/documentation/running-operations.test.ts",
};

/** What somebody types who reads on, and what is printed. */
interface Typed {
  readonly place: Place;
  readonly prints: RegExp;
}

/** Pages in the order in which they are read, and what their blocks do; what each block leaves, the next finds. */
const PAGES: Readonly<Record<string, readonly Typed[]>> = {
  "CONTRIBUTING.md": [{ place: "checkout", prints: /CodeArchive +word_count +created/ }],
  "README.md": [
    {
      place: "checkout",
      prints:
        /2 unchanged.*2 unchanged.*CodeArchive +word_count +created.*stages\/count_words.*- 2 deleted/s,
    },
    {
      place: "empty",
      prints: /Project "my-pipelines".*CodeArchive +daily +created.*Pipeline "weekly"/s,
    },
    {
      place: "project",
      prints:
        /^out lib.*lib\/\.ytignore, line 3, "\*\.csv" excludes.*total .*"pear", "count": 1.*: 1 version\n.*No difference.* verified /s,
    },
  ],
  "docs/plan-json.md": [{ place: "project", prints: /"key": "stages\/clean".*true/s }],
  "docs/inspect-json.md": [{ place: "project", prints: /^true\ntrue\n/ }],
  "docs/history-json.md": [{ place: "project", prints: /^[0-9a-f]{64}\n$/ }],
  "docs/clusters.md": [{ place: "project", prints: /^$/ }],
  "docs/security.md": [{ place: "project", prints: /^$/ }],
};

/** Stands in the documents for the first digits of a version's digest. */
const DIGEST = "9f86d081";

const SHELLS = /^(?:sh|bash|shell|console|zsh)$/;

/** Any fence that a shell's code stands behind, however it is written. */
const ANY_FENCE = /^[ >\t]*(?:```|~~~)[ \t]*(?:sh|bash|shell|console|zsh)\b/gm;

test("Each command in the documents is run by a test, or it is said why not", async () => {
  const nobody: string[] = [];
  const run = new Set<string>();
  for await (const page of glob(DOCUMENTS, { cwd: REPOSITORY })) {
    const text = await readDocument(page);
    const blocks = commandsIn(text);
    assert.equal(
      blocks.length,
      text.match(ANY_FENCE)?.length ?? 0,
      `${page}: begin with "\`\`\`sh"`,
    );
    const mine = blocks.filter(({ notRun }) => notRun === undefined);
    if (ELSEWHERE[page] !== undefined) {
      const source = await readFile(path.join(REPOSITORY, ELSEWHERE[page]), "utf8");
      assert.match(source, /readCodeBlocks/);
      assert.deepEqual(mine, blocks, `${page}: ${ELSEWHERE[page]} runs all its blocks`);
      continue;
    }
    const known = PAGES[page]?.length ?? 0;
    nobody.push(...mine.slice(known).map(({ line }) => `${page}:${line}`));
    assert.ok(mine.length >= known, `${page} has fewer blocks than this test runs`);
    run.add(page);
  }
  assert.deepEqual(nobody, [], "Run these here, or say above them why not");
  assert.deepEqual(
    Object.keys(PAGES).filter((page) => !run.has(page)),
    [],
  );
});

test("What the documents tell npm to run is there", async () => {
  const manifest: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
    await readFile(path.join(REPOSITORY, "package.json"), "utf8"),
  );
  const named = new Set<string>();
  for await (const page of glob([...DOCUMENTS, "ARCHITECTURE.md"], { cwd: REPOSITORY })) {
    for (const [, name = ""] of (await readDocument(page)).matchAll(
      /\bnpm run (?:-s )?([\w:]+)/g,
    )) {
      named.add(name);
    }
  }
  assert.ok(named.has("check"), "None are found");
  assert.deepEqual(
    [...named].filter((name) => manifest.scripts[name] === undefined),
    [],
  );
});

test("A reason above a block is of that block alone", () => {
  const text =
    "<!-- not run: an hour -->\n\n```sh\na\n```\n\n```sh\nb\n```\n\n<!-- not run: far -->\n```sh\nc\n```\n\n<!-- not run: x -->\n\nText.\n\n```sh\nd\n```\n";
  assert.deepEqual(
    findCodeBlocks(text).map(({ code, line, notRun }) => [code, line, notRun]),
    [
      ["a\n", 3, "an hour"],
      ["b\n", 7, undefined],
      ["c\n", 12, "far"],
      ["d\n", 20, undefined],
    ],
  );
});

test("The commands in the documents do what is said there", async (t) => {
  const hasJq = (await runProgram("jq", ["--version"]).catch(() => undefined))?.status === 0;
  const world = await makeWorld(t);
  const succeed = async (place: Place, code: string): Promise<string> => {
    const { status, stdout, stderr } = await world.type(place, code);
    assert.equal(status, 0, `${code}\n${stdout}\n${stderr}`);
    return stdout;
  };
  let digest: string | undefined;
  for (const [page, steps] of Object.entries(PAGES)) {
    const blocks = commandsIn(await readDocument(page)).filter(
      ({ notRun }) => notRun === undefined,
    );
    for (const [index, { place, prints }] of steps.entries()) {
      const { code = "", line = 0 } = blocks[index] ?? {};
      await t.test(`${page}:${line}`, async (subtest) => {
        if (/\bjq\b/.test(code) && !hasJq) {
          subtest.skip("NOT RUN: there is no jq on PATH");
          return;
        }
        if (place === "project" && digest === undefined) {
          await succeed(place, "ytcode up");
          digest = digestIn(await succeed(place, "ytcode outputs --json"));
        }
        assert.match(await succeed(place, code.replaceAll(DIGEST, digest ?? DIGEST)), prints);
      });
    }
  }

  await t.test("the tokens are set, and nobody can read them", async () => {
    const settings = await succeed("project", "cat Pulumi.prod.yaml");
    assert.match(settings, /yt:token:\n +secure: v1:/);
    assert.doesNotMatch(settings, /a-token|token-of/);
  });
});

function digestIn(outputs: string): string {
  const { daily }: { readonly daily?: { readonly digest: string } } = JSON.parse(outputs);
  return daily?.digest.slice(0, DIGEST.length) ?? "";
}

function commandsIn(text: string): readonly CodeBlock[] {
  return findCodeBlocks(text).filter(({ language }) => SHELLS.test(language));
}
