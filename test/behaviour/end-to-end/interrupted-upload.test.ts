/** An upload that is stopped, by whatever stops it: its transaction is gone at once, and the next `up` waits for nobody. */
import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startTestCluster } from "../../tools/test-cluster.ts";
import { makeProject, succeed, writeStack } from "./project.ts";
import type { Project } from "./project.ts";
import { spawnUp } from "./spawned-up.ts";

const BUILD_FOLDER = "//home/examples/word_count/build";
const MAPPER = "examples/word_count/stages/count_words/src/mapper.py";
const CANCELLED = `Cancelled "Publish to ${BUILD_FOLDER}": its transaction is aborted, nothing was published`;

/** How far an upload is of which everything is sent and nothing has arrived. */
const PROGRESS = "    word_count: [Upload] 100 %, waiting for the cluster (";

/** Starts `ytcode up`, and stops it when the first upload is under way. */
async function upAndStop(
  project: Project,
  uploading: Promise<void>,
  whom: "ytcode" | "provider",
  signal: NodeJS.Signals,
) {
  const { up, ended, printed, meanwhile, hasPrinted, providerId } = await spawnUp(project);
  await meanwhile(uploading);
  if (signal === "SIGINT") {
    await hasPrinted(PROGRESS);
  }
  const id = whom === "ytcode" ? up.pid : await providerId();
  assert.ok(id !== undefined);
  process.kill(id, signal);
  return { status: await ended, printed: printed() };
}

test("An upload that is stopped leaves no transaction behind, and the next up waits for nobody", async (t) => {
  const { url, cluster } = await startTestCluster(t);
  const project = await makeProject(t, ["word_count"]);
  await writeStack(project, "dev", {
    "yt:proxy": url,
    "pulumi-yt-code:pipelines": [{ name: "word_count", directory: "examples/word_count" }],
  });
  const aborts = (): number =>
    cluster.requests.filter(({ command }) => command === "abort_transaction").length;

  for (const [whom, signal] of [
    ["ytcode", "SIGINT"],
    ["ytcode", "SIGTERM"],
    ["provider", "SIGTERM"],
    ["ytcode", "SIGKILL"],
  ] as const) {
    await t.test(`${signal} to ${whom}`, async () => {
      await appendFile(path.join(project.directory, MAPPER), `\n# ${whom} ${signal}\n`);
      const before = aborts();
      const { promise, resolve } = Promise.withResolvers<void>();
      cluster.inject({
        command: "write_file",
        times: Infinity,
        // So slow that it would never end by itself.
        action: { type: "slow", pieceBytes: 1, pauseMs: 3_600_000 },
        matches: () => {
          resolve();
          return true;
        },
      });
      const { status, printed } = await upAndStop(project, promise, whom, signal);
      if (signal === "SIGKILL") {
        // Nobody is left to say anything; the provider has seen that its engine is gone.
        while (aborts() === before) {
          await delay(20);
        }
      } else {
        assert.equal(status, 1, printed);
        assert.ok(printed.includes(CANCELLED), printed);
        assert.match(printed, /Cannot write file ".*": cancelled/);
        // It says how far something is, and is no message about the result.
        const [, diagnostics = ""] = printed.split("Diagnostics:");
        assert.ok(!diagnostics.includes(PROGRESS), printed);
      }
      assert.doesNotMatch(printed, /^\s+at .*:\d+:\d+\)?$/m);
      assert.ok(aborts() > before);
      cluster.clearFaults();
      const next = await succeed(project.ytcode(["up"]));
      assert.doesNotMatch(next, /Waiting for/);
      assert.match(next, /Code uploaded successfully/);
    });
  }
});
