/**
 * All is done in a checkout that cannot be written, by a user whom the system does not know and who has
 * no home: `docker run --user 54321 --volume "$PWD:/src:ro"`. Only the temporary folder can be written.
 */
import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { startTestCluster } from "../../tools/test-cluster.ts";
import { AS_OTHER_USER, makeReadOnly, NEEDS_OTHER_USER } from "../../tools/other-user.ts";
import type { Finished } from "../../ytjobs/run-python.ts";
import { runProgram } from "../../ytjobs/run-python.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { makeProject, succeed, writeStack } from "./project.ts";

const FOLDER = "//home/examples/word_count/build";
const PIPELINE = "examples/word_count";

/** A project that only root may change, and what another user does there. */
interface Checkout {
  readonly directory: string;
  /** The only folder that they may write. */
  readonly temporary: string;
  readonly ytcode: (
    args: readonly string[],
    environment?: Readonly<Record<string, string | undefined>>,
  ) => Promise<Finished>;
}

/** @param mode of the archive of word_count */
async function makeCheckout(
  t: TestContext,
  proxy: string,
  mode: "dev" | "prod",
): Promise<Checkout> {
  const project = await makeProject(t, ["word_count"]);
  const { directory } = project;
  const config = path.join(directory, PIPELINE, "configs/config.yaml");
  const text = await readFile(config, "utf8");
  await writeFile(config, text.replace(/mode: \w+/, `mode: ${mode}`));
  await writeStack(project, "dev", {
    "yt:proxy": proxy,
    "pulumi-yt-code:pipelines": [{ name: "word_count", directory: PIPELINE }],
  });
  await makeReadOnly(directory);
  const temporary = await makeTree(t);
  await chmod(temporary, 0o777);
  await mkdir(path.join(temporary, "state"), { mode: 0o777 });
  await chmod(path.join(temporary, "state"), 0o777);
  const [program = "", ...rest] = AS_OTHER_USER;
  return {
    directory,
    temporary,
    ytcode: (args, environment = {}) =>
      runProgram(program, [...rest, process.execPath, "cli/main.ts", ...args], {
        cwd: directory,
        env: {
          YTCODE_ENGINE: "embedded",
          HOME: undefined,
          YTCODE_CACHE_DIR: undefined,
          TMPDIR: temporary,
          PULUMI_BACKEND_URL: `file://${temporary}/state`,
          PULUMI_CONFIG_PASSPHRASE: "",
          ...environment,
        },
      }),
  };
}

test(
  "ytcode does all of its work in a checkout that cannot be written",
  NEEDS_OTHER_USER,
  async (t) => {
    const { url, raw, cluster } = await startTestCluster(t);
    const { directory, temporary, ytcode } = await makeCheckout(t, url, "prod");
    const left = async (): Promise<readonly string[]> => (await readdir(temporary)).toSorted();

    assert.match(await succeed(ytcode(["plan", PIPELINE])), /stages\/count_words/);

    const archive = path.join(temporary, "code.tar.gz");
    assert.match(
      await succeed(ytcode(["build", PIPELINE, "--output", archive])),
      new RegExp(`^${archive}\n {2}size `),
    );
    assert.deepEqual(await left(), ["code.tar.gz", "state"], "its build is gone");

    assert.match(await succeed(ytcode(["preview"])), /\+ .*yt:CodeArchive +word_count +create/);
    cluster.inject({
      command: "commit_transaction",
      action: { type: "error", code: 901, message: "Access denied" },
    });
    assert.match((await ytcode(["up"])).stdout, /Access denied/);
    assert.deepEqual(await left(), ["code.tar.gz", "state"], "its build is gone");

    assert.match(await succeed(ytcode(["up"])), /\+ .*yt:CodeArchive +word_count +created/);
    assert.deepEqual(await left(), ["code.tar.gz", "state"], "its build is gone");
    assert.deepEqual(await raw.read(`${FOLDER}/source.tar.gz`), await readFile(archive));
    assert.match(await succeed(ytcode(["preview"])), /2 unchanged/);

    const rows = path.join(temporary, "rows.jsonl");
    await writeFile(rows, '{"text": "one two one"}\n');
    const args = ["run", PIPELINE, "count_words", "--operation", "map", "--input", rows];
    const run = await ytcode(args);
    assert.equal(run.status, 0, run.stderr);
    const place = /cannot be written: running in "(.*)"\n/.exec(run.stderr)?.[1] ?? "";
    assert.equal(path.dirname(place), path.join(temporary, "ytcode-54321"));
    assert.match(
      await readFile(path.join(place, ".dev/sandbox_rows->count_words/output.jsonl"), "utf8"),
      /"one"/,
    );

    assert.match(await succeed(ytcode(["destroy"])), /- 2 deleted/);
    assert.equal(await raw.exists(FOLDER), false);
    const names = (await readdir(path.join(directory, PIPELINE))).toSorted();
    assert.deepEqual(
      names.filter((name) => name.startsWith(".")),
      [],
    );
  },
);

test("ytcode says in one line that a build needs a place", NEEDS_OTHER_USER, async (t) => {
  const { url } = await startTestCluster(t);
  const { directory, temporary, ytcode } = await makeCheckout(t, url, "dev");
  const build = `Cannot build in "${directory}/${PIPELINE}/.build" as it cannot be written: make its directory writable`;
  const built = await ytcode(["build", PIPELINE]);
  assert.deepEqual(
    [built.status, built.stderr],
    [1, `ytcode: ${build}, or name a file elsewhere with --output\n`],
  );
  const up = await ytcode(["up"]);
  assert.equal(up.status, 1);
  assert.ok(
    up.stdout.includes(`${build}, or publish in mode "prod", which leaves no build there`),
    up.stdout,
  );
  assert.doesNotMatch(up.stdout + up.stderr, /^ +at /m);
  const nowhere = { TMPDIR: directory };
  const elsewhere = path.join(temporary, "code.tar.gz");
  const refused = await ytcode(["build", PIPELINE, "--output", elsewhere], nowhere);
  assert.deepEqual(
    [refused.status, refused.stderr],
    [
      1,
      `ytcode: Cannot build "${directory}/${PIPELINE}" as no temporary folder can be made in "${directory}": ` +
        "permission denied; set TMPDIR to a folder that can be written\n",
    ],
  );
  const run = await ytcode(["run", PIPELINE, "count_words", "--operation", "map"], nowhere);
  assert.deepEqual(
    [run.status, run.stderr],
    [
      1,
      `ytcode: Cannot run a stage as neither "${directory}/${PIPELINE}" nor "${directory}" can be written: ` +
        "permission denied; set TMPDIR to a folder that can be written\n",
    ],
  );
});

test(
  "the local cluster of a checkout that cannot be written keeps its data elsewhere",
  NEEDS_OTHER_USER,
  async (t) => {
    const { directory, temporary, ytcode } = await makeCheckout(t, "local", "prod");
    const up = await succeed(ytcode(["up"]));
    const data = /the local cluster keeps its data in "(.*)"/.exec(up)?.[1] ?? up;
    assert.equal(path.dirname(path.dirname(data)), path.join(temporary, "ytcode-54321"));
    assert.match(
      await succeed(ytcode(["inspect", "--proxy", "local", FOLDER])),
      /count_words \(map\)/,
    );
    assert.match(await succeed(ytcode(["preview"])), /2 unchanged/);
    assert.match(await succeed(ytcode(["destroy"])), /- 2 deleted/);
    assert.ok(!(await readdir(directory)).includes(".local-cluster"));
  },
);
