/** Does what docs/ci.md says: the steps of a pull request, of a merge and of a tag, with real commands. */
import assert from "node:assert/strict";
import { appendFile, chmod, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import path from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { parse } from "yaml";
import { isRecord } from "../../../common/values/is-record.ts";
import { readCodeBlocks } from "../../tools/document.ts";
import { listen } from "../../tools/listen.ts";
import { addToTree } from "../../tools/temporary-tree.ts";
import { runProgram } from "../../ytjobs/run-python.ts";
import type { Finished } from "../../ytjobs/run-python.ts";
import { makeProject, succeed, writeStack } from "../end-to-end/project.ts";

const DOCUMENT = "docs/ci.md";
const MAPPER = "examples/word_count/stages/count_words/src/mapper.py";

/** A script of a job, and the variables that it gets besides those of the project. */
interface Step {
  readonly script: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The steps of the jobs that change or show something; what a job installs is there already. */
type Jobs = Readonly<Record<"preview" | "dev" | "prod", readonly Step[]>>;

test("The recipe for GitHub shows a preview as a comment, brings dev up, and promotes to prod", async (t) => {
  const { run, directory } = await makeCheckout(t);
  const jobs = await readGitHub();
  // Stands for GitHub's own command, and keeps what it is given.
  await addToTree(directory, {
    "bin/gh": '#!/bin/sh\nprintf "%s\\n" "$@" > gh.txt\ncp "$5" gh.md\n',
  });
  await chmod(path.join(directory, "bin/gh"), 0o755);

  await succeed(run(jobs.dev));
  await appendFile(path.join(directory, MAPPER), "\n# edited\n");
  await succeed(run(jobs.preview));
  assert.equal(
    await readFile(path.join(directory, "gh.txt"), "utf8"),
    "pr\ncomment\n17\n--body-file\ncomment.md\n",
  );
  assertNamesTheStage(await readFile(path.join(directory, "gh.md"), "utf8"));
  await checkRest(run, jobs);

  await t.test("a preview that fails is a comment, too, and fails the job", async () => {
    await addToTree(directory, { "examples/word_count/stages/count_words/src/.env": "A=1\n" });
    const { status } = await run(jobs.preview);
    assert.notEqual(status, 0);
    assert.match(await readFile(path.join(directory, "gh.md"), "utf8"), /^ {4}.*\.env/m);
  });
});

test("The recipe for GitLab does the same", async (t) => {
  if ((await runProgram("curl", ["--version"]).catch(() => undefined))?.status !== 0) {
    t.skip("NOT RUN: there is no curl on PATH");
    return;
  }
  const comments: string[] = [];
  const server = createServer((request, response) => {
    void keepComment(request).finally(() => response.writeHead(201).end("{}"));
  });
  const keepComment = async (request: IncomingMessage): Promise<void> => {
    const body = new URLSearchParams(await text(request)).get("body");
    comments.push(`${request.method} ${request.url} ${body}`);
  };
  const url = `http://127.0.0.1:${await listen(server)}`;
  t.after(() => server.close());
  const { run, directory } = await makeCheckout(t, {
    CI_API_V4_URL: `${url}/api/v4`,
    CI_PROJECT_ID: "3",
    CI_MERGE_REQUEST_IID: "17",
    COMMENT_TOKEN: "token",
  });
  const jobs = await readGitLab();
  await succeed(run(jobs.dev));
  await appendFile(path.join(directory, MAPPER), "\n# edited\n");
  await succeed(run(jobs.preview));
  assert.equal(comments.length, 1);
  assert.match(comments[0] ?? "", /^POST \/api\/v4\/projects\/3\/merge_requests\/17\/notes ###/);
  assertNamesTheStage(comments[0] ?? "");
  const github = await readGitHub();
  for (const name of ["dev", "prod"] as const) {
    const scripts = (steps: readonly Step[]) => steps.map(({ script }) => script);
    assert.deepEqual(scripts(jobs[name]), scripts(github[name]), "which has been run");
  }
});

/** After the pull request: it is merged, and then a tag is set. */
async function checkRest(run: Checkout["run"], jobs: Jobs): Promise<void> {
  assert.match(await succeed(run(jobs.dev)), /word_count: \[Upload\] Code uploaded successfully/);
  assert.match(await succeed(run(jobs.prod)), /yt:CodeArchive +word_count +created/);
  assert.match(await succeed(run(jobs.prod)), /^ {4}2 unchanged$/m);
  const look = (await readCodeBlocks(DOCUMENT)).filter(({ language }) => language === "sh");
  for (const { code } of look) {
    await succeed(run([{ script: code, variables: {} }]));
  }
}

function assertNamesTheStage(comment: string): void {
  assert.match(comment, /### What merging would change in dev\n\n {4}/);
  assert.match(comment, /^ {4}.*word_count +update +\[diff: ~stages\/count_words\]/m);
}

interface Checkout {
  readonly directory: string;
  /** Runs the steps of a job one after the other, as their shells do, until one fails. */
  readonly run: (steps: readonly Step[]) => Promise<Finished>;
}

/** A checkout on a runner, with two stacks and a folder of state that all runs share. */
async function makeCheckout(
  t: TestContext,
  variables: Readonly<Record<string, string>> = {},
): Promise<Checkout> {
  const project = await makeProject(t, ["word_count"]);
  const { directory } = project;
  const names = { name: "word_count" };
  await writeStack(project, "dev", {
    "yt:proxy": "local",
    "pulumi-yt-code:pipelines": [{ ...names, directory: "examples/word_count" }],
  });
  await writeStack(project, "prod", {
    "yt:proxy": "local",
    "pulumi-yt-code:promoteFrom": "dev",
    "pulumi-yt-code:pipelines": [{ ...names, buildFolder: "//home/prod/word_count/build" }],
  });
  await addToTree(directory, {
    "state/": "",
    "bin/npx": `#!/bin/sh\nshift\nexec "${process.execPath}" "${directory}/cli/main.ts" "$@"\n`,
  });
  await chmod(path.join(directory, "bin/npx"), 0o755);
  const run = async (steps: readonly Step[]): Promise<Finished> => {
    const all = { status: 0 as number | null, stdout: "", stderr: "" };
    for (const step of steps.filter(() => all.status === 0)) {
      const { status, stdout, stderr } = await runProgram(
        "bash",
        ["-eo", "pipefail", "-c", step.script],
        {
          cwd: directory,
          env: {
            CI: "true",
            PATH: `${path.join(directory, "bin")}:${process.env["PATH"] ?? ""}`,
            PULUMI_BACKEND_URL: `file://${path.join(directory, "state")}`,
            PULUMI_CONFIG_PASSPHRASE: "a passphrase",
            ...variables,
            ...step.variables,
          },
        },
      );
      all.status = status;
      all.stdout += stdout;
      all.stderr += stderr;
    }
    return all;
  };
  return { directory, run };
}

/** The jobs of the workflow, with what GitHub would put in. */
async function readGitHub(): Promise<Jobs> {
  const { jobs } = await readRecipe(0);
  return jobsOf((name) => {
    const { steps } = record(record(jobs)[name]);
    return list(steps)
      .map(record)
      .filter(({ run }) => run !== undefined && run !== "npm ci")
      .map((step) => ({
        script: String(step["run"]),
        variables: Object.fromEntries(
          Object.entries(record(step["env"] ?? {})).map(([key, value]) => [
            key,
            filledIn(String(value)),
          ]),
        ),
      }));
  });
}

async function readGitLab(): Promise<Jobs> {
  const recipe = await readRecipe(1);
  return jobsOf((name) => [
    { script: list(record(recipe[name])["script"]).join("\n"), variables: {} },
  ]);
}

function jobsOf(stepsOf: (name: string) => readonly Step[]): Jobs {
  return { preview: stepsOf("preview"), dev: stepsOf("dev"), prod: stepsOf("prod") };
}

async function readRecipe(index: number): Promise<Readonly<Record<string, unknown>>> {
  const blocks = (await readCodeBlocks(DOCUMENT)).filter(({ language }) => language === "yaml");
  return record(parse(blocks[index]?.code ?? ""));
}

const VALUES: Readonly<Record<string, string>> = {
  "github.token": "token",
  "github.event.number": "17",
  "secrets.YT_TOKEN": "token",
};

function filledIn(value: string): string {
  return value.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, name: string) => {
    const filled = VALUES[name];
    assert.ok(filled !== undefined, `${name} is not known`);
    return filled;
  });
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  assert.ok(isRecord(value));
  return value;
}

function list(value: unknown): readonly unknown[] {
  assert.ok(Array.isArray(value));
  return value;
}
