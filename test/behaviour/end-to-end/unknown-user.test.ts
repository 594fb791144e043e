/** All is done for a user whom the system does not know and who has no home: `docker run --user 12345`. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { makeProject, succeed, writeStack } from "./project.ts";

const PRELOAD = pathToFileURL(path.join(import.meta.dirname, "../../tools/unknown-user.ts"));
/** The cache is the one that the user has, and not the tests' own. */
const ENVIRONMENT = {
  HOME: undefined,
  NODE_OPTIONS: `--import ${PRELOAD.href}`,
  YTCODE_CACHE_DIR: undefined,
};

test("ytcode does all of its work for an unknown user without a home", async (t) => {
  const project = await makeProject(t, ["word_count"]);
  await writeStack(project, "dev", {
    "yt:proxy": "local",
    "pulumi-yt-code:pipelines": [{ name: "word_count", directory: "examples/word_count" }],
  });
  const ytcode = (...args: readonly string[]) => project.ytcode(args, ENVIRONMENT);
  const before = await readdir(project.directory);

  for (const command of [[], ["plan"], ["build"], ["run"], ["up"], ["local"]]) {
    assert.match(await succeed(ytcode(...command, "--help")), /^Usage: ytcode /);
  }
  assert.match(await succeed(ytcode("plan", "examples/word_count")), /stages\/count_words/);
  assert.match(await succeed(ytcode("up")), /\+ .*yt:CodeArchive +word_count +created/);
  assert.match(await succeed(ytcode("preview")), /2 unchanged/);
  // What a relative home would leave.
  const made = (await readdir(project.directory)).filter((name) => !before.includes(name));
  assert.deepEqual(made.toSorted(), [".local-cluster", ".pulumi"]);
  const folder = "//home/examples/word_count/build";
  assert.match(await succeed(ytcode("inspect", "--proxy", "local", folder)), /count_words \(map\)/);
  assert.match(await succeed(ytcode("refresh")), /2 unchanged/);
  assert.match(await succeed(ytcode("outputs")), /^word_count /);
  assert.match(await succeed(ytcode("destroy")), /- 2 deleted/);
});

test("a backend below the home of a user without one is refused", async (t) => {
  const project = await makeProject(t, []);
  const environment = { ...ENVIRONMENT, PULUMI_BACKEND_URL: "file://~/state" };
  const { status, stdout, stderr } = await project.ytcode(["preview"], environment);
  assert.deepEqual([status, stdout], [1, ""]);
  assert.equal(
    stderr,
    'ytcode: Cannot use the backend "file://~/state" as you have no home directory: set HOME\n',
  );
});
