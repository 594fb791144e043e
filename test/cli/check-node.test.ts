/** What a Node says that is too old for ytcode: one line, whichever way it was started. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { isRecord } from "../../common/values/is-record.ts";
import { findOldNode } from "../tools/old-node.ts";
import { makeTree } from "../tools/temporary-tree.ts";
import { REPOSITORY, runProgram } from "../ytjobs/run-python.ts";

/** Whether a script, or nothing, ends before it runs TypeScript on an older Node. */
const isChecked = (text = ""): boolean => /^node cli\/(check-node|start)\.cjs\b/.test(text);

/** Preloaded: a Node that gives itself out for another version. */
const pretend = (version: string): string =>
  `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;

const ADVICE =
  '; run "npm ci --include=dev --ignore-scripts=false", which installs one for the npm scripts here';

/** Starts a file of the command line on a Node that says that it is of a version. */
async function startOn(t: TestContext, version: string, file: string) {
  const folder = await makeTree(t, { "pretend.cjs": pretend(version) });
  const preload = ["--require", path.join(folder, "pretend.cjs")];
  return runProgram(process.execPath, [...preload, path.join(REPOSITORY, file), "--version"]);
}

for (const file of ["cli/main.ts", "cli/start.cjs"]) {
  for (const version of ["12.22.12", "20.20.2", "22.17.1"]) {
    test(`${file} says in one line that Node ${version} is too old`, async (t) => {
      assert.deepEqual(await startOn(t, version, file), {
        status: 1,
        stdout: "",
        stderr: `ytcode needs Node 22.18 or newer, this is ${version}${ADVICE}\n`,
      });
    });
  }

  for (const version of ["22.18.0", "23.0.0", "24.1.0"]) {
    test(`${file} starts on Node ${version}`, async (t) => {
      const { status, stdout, stderr } = await startOn(t, version, file);
      assert.deepEqual([status, stderr], [0, ""]);
      assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
    });
  }
}

test("check-node.cjs wants the Node that package.json names", async () => {
  const manifest: unknown = JSON.parse(
    await readFile(path.join(REPOSITORY, "package.json"), "utf8"),
  );
  const script = await readFile(path.join(REPOSITORY, "cli/check-node.cjs"), "utf8");
  const [, major, minor] = /major: (\d+), minor: (\d+)/.exec(script) ?? [];
  assert.partialDeepStrictEqual(manifest, { engines: { node: `>=${major}.${minor}` } });
});

test("every npm script that runs TypeScript looks at Node first", async () => {
  const manifest: unknown = JSON.parse(
    await readFile(path.join(REPOSITORY, "package.json"), "utf8"),
  );
  assert.ok(isRecord(manifest) && isRecord(manifest["scripts"]));
  const scripts = new Map(
    Object.entries(manifest["scripts"]).map(([name, text]) => [name, String(text)]),
  );
  const bare = [...scripts]
    .filter(
      ([name, text]) =>
        /\bnode\b.*\.ts\b/.test(text) && !isChecked(text) && !isChecked(scripts.get(`pre${name}`)),
    )
    .map(([name]) => name);
  assert.deepEqual(bare, []);
});

test("a Node that is really too old says so in a checkout", async (t) => {
  const old = await findOldNode();
  if (old === undefined) {
    t.skip("NOT RUN: there is no Node older than 22.18 on this machine");
    return;
  }
  assert.deepEqual(await runProgram(old.program, [path.join(REPOSITORY, "cli/start.cjs"), "up"]), {
    status: 1,
    stdout: "",
    stderr: `ytcode needs Node 22.18 or newer, this is ${old.version}${ADVICE}\n`,
  });
});
