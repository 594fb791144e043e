/** What was published, run as a job on the cluster runs it. */
import assert from "node:assert/strict";
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { wrapperName } from "../../../provider/pipeline/stages/wrappers.ts";
import { runJob } from "../examples/example-archives.ts";
import { findExampleOperations, parseRows, readRows } from "../examples/example-stages.ts";
import type { ExampleOperation } from "../examples/example-stages.ts";
import { rawCluster } from "../../tools/raw-cluster.ts";
import type { RawCluster } from "../../tools/raw-cluster.ts";
import { runProgram } from "../../ytjobs/run-python.ts";
import { startServer } from "./local-server.ts";
import { makeProject, succeed, writeStack } from "./project.ts";
import type { Project } from "./project.ts";

const EXAMPLES = ["article_keywords", "price_report", "web_sessions", "word_count"];
const operations = (await findExampleOperations()).filter(({ stage }) => stage !== "referrers");

test("What up has left on the cluster runs as a job", async (t) => {
  const { project, cluster } = await bringUp(t);

  for (const operation of operations) {
    await t.test(
      `${operation.name} from the archive, extracted with the system's tar`,
      async () => {
        const sandbox = await mkdtemp(path.join(project.directory, "sandbox-"));
        await fetchFile(cluster, operation, sandbox, "source.tar.gz");
        await succeed(runProgram("tar", ["-xzf", "source.tar.gz"], { cwd: sandbox }));
        await checkRows(sandbox, operation);
      },
    );

    await t.test(`${operation.name} from the wrapper alone beside the archive`, async () => {
      const sandbox = await mkdtemp(path.join(project.directory, "sandbox-"));
      const wrapper = wrapperName(operation.stage, operation.operation);
      await fetchFile(cluster, operation, sandbox, "source.tar.gz");
      await fetchFile(cluster, operation, sandbox, wrapper);
      // As the scheduler does with what file_paths marks as executable.
      await chmod(path.join(sandbox, wrapper), 0o755);
      await checkRows(sandbox, operation);
    });
  }
});

async function bringUp(
  t: TestContext,
): Promise<{ readonly project: Project; readonly cluster: RawCluster }> {
  const project = await makeProject(t, EXAMPLES);
  const url = await startServer(t, path.join(project.directory, "cluster"));
  const pipelines = EXAMPLES.map((name) => ({ name, directory: `examples/${name}` }));
  await writeStack(project, "dev", { "yt:proxy": url, "pulumi-yt-code:pipelines": pipelines });
  await succeed(project.ytcode(["up"]));
  return { project, cluster: rawCluster(url) };
}

async function fetchFile(
  cluster: RawCluster,
  { pipeline }: ExampleOperation,
  sandbox: string,
  name: string,
): Promise<void> {
  const bytes = await cluster.read(`//home/examples/${path.basename(pipeline)}/build/${name}`);
  await writeFile(path.join(sandbox, name), bytes);
}

async function checkRows(sandbox: string, operation: ExampleOperation): Promise<void> {
  const { stdout } = await runJob(sandbox, operation);
  assert.deepEqual(parseRows(stdout), await readRows(operation.expected));
}
