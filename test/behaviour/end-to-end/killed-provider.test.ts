/** Readers see whole sets, also when the provider is killed while it updates. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { hasCode } from "../../../common/files/file-errors.ts";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { rawCluster } from "../../tools/raw-cluster.ts";
import { makeProject, succeed, writeStack } from "./project.ts";
import type { Project } from "./project.ts";
import { spawnUp } from "./spawned-up.ts";

const BUILD_FOLDER = "//home/examples/word_count/build";
const MAPPER = "examples/word_count/stages/count_words/src/mapper.py";

/** How long after the first log line of an update the provider is killed, in ms. */
const MOMENTS = [0, 60, 200];

test("A provider killed in the middle of an update leaves a whole set, and the next up finishes the job", async (t) => {
  const project = await makeProject(t, ["word_count"]);
  await writeStack(project, "dev", {
    "yt:proxy": "local",
    "pulumi-yt-code:pipelines": [{ name: "word_count", directory: "examples/word_count" }],
  });
  await succeed(project.ytcode(["up"]));
  let published = await readPublished(project);

  for (const [index, moment] of MOMENTS.entries()) {
    await t.test(`killed ${moment} ms after packing began`, async () => {
      await appendFile(path.join(project.directory, MAPPER), `\n# edit ${index}\n`);
      const wasKilled = await upAndKillProvider(project, moment);

      const between = await readPublished(project);
      const kept = between.digest === published.digest;
      assert.ok(wasKilled || !kept, "neither killed nor done");
      if (kept) {
        assert.deepEqual(between, published);
      }

      await succeed(project.ytcode(["up"]));
      const after = await readPublished(project);
      assert.notEqual(after.digest, published.digest);
      published = after;
    });
  }
  assert.match(await succeed(project.ytcode(["preview"])), /2 unchanged/);
});

/**
 * Starts an update and kills the provider process.
 *
 * @returns false when the update was over before
 */
async function upAndKillProvider(project: Project, moment: number): Promise<boolean> {
  const { ended, printed, hasPrinted, providerId } = await spawnUp(project);
  await hasPrinted("Packaging code");
  await delay(moment);
  killProcess(await providerId());
  const status = await ended;
  assert.doesNotMatch(printed(), /^\s+at .*:\d+:\d+\)?$/m, printed());
  return status !== 0;
}

/** Kills a process, unless it is gone. */
function killProcess(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch (error) {
    if (!hasCode(error, "ESRCH")) {
      throw error;
    }
  }
}

interface PublishedSet {
  readonly digest: unknown;
  readonly wrapper: string;
}

/**
 * What readers see, asked of the cluster itself; fails when it is not one whole set.
 */
async function readPublished(project: Project): Promise<PublishedSet> {
  const dataDirectory = path.join(project.directory, ".local-cluster");
  await using stack = new AsyncDisposableStack();
  const server = await startLocalCluster({ dataDirectory });
  stack.defer(() => server.close());
  const cluster = rawCluster(server.url);
  const digest = await cluster.get(`${BUILD_FOLDER}/source.tar.gz/@ytcode_digest`);
  const archive = await cluster.read(`${BUILD_FOLDER}/source.tar.gz`);
  const recorded = await cluster.get(`${BUILD_FOLDER}/source.tar.gz/@ytcode_sha256`);
  assert.equal(createHash("sha256").update(archive).digest("hex"), recorded);
  assert.deepEqual(
    await cluster.read(`${BUILD_FOLDER}/versions/${String(digest)}/source.tar.gz`),
    archive,
  );
  assert.deepEqual(await cluster.list(BUILD_FOLDER), [
    "operation_wrapper_count_words_map.sh",
    "operation_wrapper_count_words_map_reduce_mapper.sh",
    "operation_wrapper_count_words_map_reduce_reducer.sh",
    "operation_wrapper_count_words_reduce.sh",
    "source.tar.gz",
    "versions",
  ]);
  const wrapper = await cluster.read(`${BUILD_FOLDER}/operation_wrapper_count_words_map.sh`);
  return { digest, wrapper: wrapper.toString() };
}
