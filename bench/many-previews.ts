/** A preview that changes nothing, of 200 pipelines of 50 files, against that of 200 empty dynamic resources: time, memory. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { copyProject } from "../test/behaviour/end-to-end/project.ts";
import { SMALL_PIPELINE } from "../test/tools/small-pipeline.ts";
import { report, timeInTurn } from "./compare.ts";
import { describeMemory, runWatched } from "./process-memory.ts";
import type { Contestant } from "./compare.ts";

const COUNT = 200;
const FILES = 50;
const RUNS = 5;

/** Declares the smallest resources that there can be. */
export const EMPTY_RESOURCES = `
import { CustomResource } from "@pulumi/pulumi";
for (let index = 0; index < ${COUNT}; index++) {
  new CustomResource("pulumi-nodejs:dynamic:Resource", "empty" + index, {
    __provider: "exports.handler = () => ({ create: async () => ({ id: '1' }), diff: async () => ({ changes: false }) })",
  });
}
`;

/**
 * Gives the lines of the report.
 *
 * @param contestants the pipelines' project, then the empty resources'; both were brought up
 */
export async function* comparePreviewsOfMany(
  contestants: readonly Contestant[],
): AsyncGenerator<string> {
  yield `preview: ${COUNT} pipelines of ${FILES} files, nothing has changed (the aim is 1.2)`;
  const times = await timeInTurn(contestants, RUNS);
  yield* report(times);
  for (const { name, command, cwd, env = {} } of contestants) {
    const [, ...args] = command;
    yield `  ${name}: ${describeMemory(await runWatched(args, { cwd, env }))} (the aim is 300)`;
  }
}

/** Makes a project of {@link COUNT} pipelines, which are built here. */
export async function makeManyPipelines(directory: string): Promise<string> {
  await mkdir(directory);
  await copyProject(directory, []);
  const names = Array.from({ length: COUNT }, (_, index) => `p${index}`);
  for (const name of names) {
    const pipeline = path.join(directory, "pipelines", name);
    const files = new Map<string, string>();
    for (const [file, content] of Object.entries(SMALL_PIPELINE)) {
      files.set(file, typeof content === "string" ? content : "");
    }
    for (let index = 0; files.size < FILES; index++) {
      files.set(`stages/run/src/lib${index % 5}/m${index}.py`, moduleText(name, index));
    }
    for (const [file, content] of files) {
      const place = path.join(pipeline, file);
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, content);
    }
  }
  const config = {
    "pulumi-yt-code:pipelines": names.map((name) => ({
      name,
      directory: `./pipelines/${name}`,
      mode: "dev",
    })),
  };
  await writeFile(path.join(directory, "stacks/Pulumi.dev.yaml"), stringify({ config }));
  return directory;
}

function moduleText(pipeline: string, index: number): string {
  return `# ${pipeline} ${index}\n${"def function():\n    return 1\n".repeat(60)}`;
}
