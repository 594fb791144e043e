/** `ytcode init`, run as a user runs it: what it makes runs, and nothing that is there is changed. */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { askAll } from "../../../cli/init/ask.ts";
import { plainNameProblem, pulumiNameProblem } from "../../../cli/init/names.ts";
import { OPERATIONS } from "../../../cli/init/stage-template.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import type { Finished } from "../../ytjobs/run-python.ts";

function ytcodeIn(cwd: string, ...args: readonly string[]): Promise<Finished> {
  return runYtcode(args, { cwd });
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

for (const operation of OPERATIONS) {
  test(`init makes a ${operation} stage that can be planned and run as it proposes`, async (t) => {
    const folder = await makeTree(t);
    const made = await ytcodeIn(
      folder,
      "init",
      "infra",
      `--operation=${operation}`,
      "--stage=first",
      "--yes",
      "--no-install",
    );
    assert.deepEqual([made.status, made.stderr], [0, ""]);
    const root = path.join(folder, "infra");
    assert.match(
      made.stdout,
      /^Project "infra" with pipeline "daily" is in infra\n\nNext:\n {2}cd infra\n/,
    );
    const [, run = ""] = /^ {2}npx ytcode (run .*)$/m.exec(made.stdout) ?? [];
    const ran = await ytcodeIn(root, ...run.split(" "));
    assert.equal(ran.status, 0, ran.stderr);
    const plan = await ytcodeIn(root, "plan", "pipelines/daily", "--json");
    const { warnings, mode, buildFolder } = JSON.parse(plan.stdout);
    assert.deepEqual([warnings, mode, buildFolder], [[], "prod", "//home/infra/daily/build"]);
  });
}

test("init adds a pipeline to the project that a folder belongs to, and says how to declare it", async (t) => {
  const root = await makeTree(t, { "Pulumi.yaml": "name: infra\nruntime: nodejs\n", "jobs/": "" });
  const { status, stdout } = await ytcodeIn(path.join(root, "jobs"), "init", "weekly", "--yes");
  assert.equal(status, 0);
  assert.match(stdout, /new YtCodeArchive\("weekly", \{ pipeline: "\.\/jobs\/weekly" \}\)/);
  assert.deepEqual(await filesIn(path.join(root, "jobs/weekly")), [
    ".ytignore",
    "configs/config.yaml",
    "rows.jsonl",
    "stages/clean/config.yaml",
    "stages/clean/src/mapper.py",
  ]);
  await writeFile(path.join(root, "Pulumi.dev.yaml"), "config:\n  yt:pipelines: ./pipelines/*\n");
  const listed = await ytcodeIn(root, "init", "--yes", "--pipeline", "hourly");
  assert.doesNotMatch(listed.stdout, /Declare it/);
  assert.ok((await readdir(path.join(root, "pipelines"))).includes("hourly"));
});

test("init changes nothing that is there, and leaves nothing when something is", async (t) => {
  const tree = { "infra/index.ts": "mine\n", "infra/pipelines/daily/configs/config.yaml": "{}\n" };
  const folder = await makeTree(t, tree);
  const { status, stderr } = await ytcodeIn(folder, "init", "infra", "--yes");
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `ytcode: Cannot make it in "${folder}/infra" as "index.ts", "pipelines/daily/configs/config.yaml" are there: ` +
      "name another folder, or remove what is in the way\n",
  );
  assert.deepEqual(await filesIn(path.join(folder, "infra")), [
    "index.ts",
    "pipelines/daily/configs/config.yaml",
  ]);
  assert.equal(await readFile(path.join(folder, "infra/index.ts"), "utf8"), "mine\n");
});

test("init refuses names that could not be used, before it makes anything", async (t) => {
  const folder = await makeTree(t);
  for (const [option, name] of [
    ["--name", "my infra"],
    ["--pipeline", "../daily"],
    ["--stage", "-x"],
    ["--stack", "org/dev"],
    ["--proxy", ""],
  ] as const) {
    const { status, stderr } = await ytcodeIn(
      folder,
      "init",
      "infra",
      "--yes",
      `${option}=${name}`,
    );
    assert.equal(status, 1);
    assert.ok(stderr.startsWith(`ytcode: Cannot use "${name}" for ${option}: `), stderr);
  }
  assert.equal((await runYtcode(["init", "--operation", "sort"])).status, 2);
  assert.deepEqual(await readdir(folder), []);
});

test("askAll() takes what is proposed, and asks again what cannot be used", async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const questions = [
    { text: "Project", proposed: "infra", problem: pulumiNameProblem },
    { text: "Stage", proposed: "clean", problem: plainNameProblem },
  ];
  const answered = askAll(questions, { input, output });
  for (const answer of ["", "a b", "train"]) {
    input.write(`${answer}\n`);
    await new Promise(setImmediate);
  }
  assert.deepEqual(await answered, ["infra", "train"]);
  assert.match(
    String(output.read()),
    /Project \(infra\): .*Stage \(clean\): .*it must begin with/s,
  );
});

test("askAll() answers nothing when the user ends it", async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const answered = askAll([{ text: "Stage", proposed: "x", problem: plainNameProblem }], {
    input,
    output,
  });
  input.end();
  assert.equal(await answered, undefined);
});
