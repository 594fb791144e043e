/** Many small pipelines in one `up` of the embedded engine, against an `up` of one: time and memory for each count. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { copyProject } from "../test/behaviour/end-to-end/project.ts";
import { SMALL_PIPELINE } from "../test/tools/small-pipeline.ts";
import { median } from "./compare.ts";
import { describeMemory, runWatched } from "./process-memory.ts";
import type { Watched } from "./process-memory.ts";

const COUNTS = [50, 100, 200] as const;
const RUNS_ALONE = 3;

/** In the last line about each archive that was published. */
const UPLOADED = "Code uploaded successfully";

/** Gives the lines of the report. @param folder for the projects; whoever made it removes it */
export async function* compareManyInOneUp(url: string, folder: string): AsyncGenerator<string> {
  const alone: number[] = [];
  for (let run = 0; run < RUNS_ALONE; run++) {
    const { tookMs } = await timeUp(await makeProject(url, folder, `alone${run}`, 1));
    alone.push(tookMs);
  }
  yield `  1: median ${Math.round(median(alone))} ms`;
  for (const count of COUNTS) {
    const project = await makeProject(url, folder, `many${count}`, count);
    const took = await timeUp(project);
    const each = took.tookMs / count;
    const ratio = (each / median(alone)).toFixed(2);
    yield `  ${count}: ${Math.round(each)} ms each, ratio ${ratio} (the aim is 0.5), ${describeMemory(took)} (the aim is 300)`;
  }
}

async function makeProject(
  url: string,
  folder: string,
  name: string,
  count: number,
): Promise<string> {
  const directory = path.join(folder, name);
  await mkdir(directory);
  await copyProject(directory, []);
  const pipelines = Array.from({ length: count }, (_, index) => `p${index}`);
  for (const pipeline of pipelines) {
    for (const [file, content] of Object.entries({ ...SMALL_PIPELINE, "lib/name": pipeline })) {
      const place = path.join(directory, "pipelines", pipeline, file);
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, content);
    }
  }
  const config = {
    "yt:proxy": url,
    "pulumi-yt-code:pipelines": pipelines.map((pipeline) => ({
      name: pipeline,
      directory: `./pipelines/${pipeline}`,
      mode: "prod",
      buildFolder: `//home/${name}/${pipeline}`,
    })),
  };
  await writeFile(path.join(directory, "stacks/Pulumi.dev.yaml"), stringify({ config }));
  return directory;
}

/** @throws {Error} with what it printed when it fails */
async function timeUp(cwd: string): Promise<Watched> {
  const env = { YTCODE_ENGINE: "embedded" };
  const took = await runWatched([path.join(cwd, "cli/main.ts"), "up"], { cwd, env });
  if (!took.printed.includes(UPLOADED)) {
    throw new Error(`"up" has published nothing: ${took.printed}`);
  }
  return took;
}
