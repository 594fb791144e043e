/** Many small pipelines in one `up` of the embedded engine, against an `up` of one: time and memory for each count. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { stringify } from "yaml";
import { ignoringFileSystemErrors } from "../common/files/file-errors.ts";
import { copyProject } from "../test/behaviour/end-to-end/project.ts";
import { SMALL_PIPELINE } from "../test/tools/small-pipeline.ts";
import { median } from "./compare.ts";

const COUNTS = [50, 100, 200] as const;
const RUNS_ALONE = 3;
/** How often memory is looked at, in milliseconds. */
const LOOK_MS = 250;

/** In the last line about each archive that was published. */
const UPLOADED = "Code uploaded successfully";

/** What an `up` took. */
interface Took {
  readonly tookMs: number;
  /** The most that any of its processes held at a time, in MiB. */
  readonly peakMib: number;
}

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
    const { tookMs, peakMib } = await timeUp(project);
    const each = tookMs / count;
    const ratio = (each / median(alone)).toFixed(2);
    yield `  ${count}: ${Math.round(each)} ms each, ratio ${ratio} (the aim is 0.5), largest process ${peakMib} MiB`;
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
async function timeUp(cwd: string): Promise<Took> {
  const started = performance.now();
  const child = spawn(process.execPath, [path.join(cwd, "cli/main.ts"), "up"], {
    cwd,
    env: { ...process.env, YTCODE_ENGINE: "embedded" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => printed.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject).on("close", resolve);
  let peakMib = 0;
  const looking = new AbortController();
  const look = async (): Promise<void> => {
    for (; !looking.signal.aborted; await delay(LOOK_MS)) {
      peakMib = Math.max(peakMib, ...peaksMibOf(child.pid));
    }
  };
  const looks = look();
  const status = await promise;
  const tookMs = performance.now() - started;
  looking.abort();
  await looks;
  if (status === 0 && text(printed).includes(UPLOADED)) {
    return { tookMs, peakMib };
  }
  throw new Error(`"up" ended with status ${status}: ${text(printed)}`);
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString();
}

/** The most that a process and those that it has started, directly or not, have held so far; Linux tells. */
function peaksMibOf(pid: number | undefined): readonly number[] {
  const processes = readdirSync("/proc").flatMap((name) => {
    const status = /^\d+$/.test(name)
      ? ignoringFileSystemErrors(() => readFileSync(`/proc/${name}/status`, "utf8"))
      : undefined;
    const field = (key: string): number =>
      Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status ?? "")?.[1] ?? 0);
    return status === undefined
      ? []
      : [{ pid: Number(name), parent: field("PPid"), peakKib: field("VmHWM") }];
  });
  const own = new Set([pid]);
  // Children may have lower numbers than their parents.
  for (let before = 0; before !== own.size;) {
    before = own.size;
    for (const { pid: child, parent } of processes) {
      if (own.has(parent)) {
        own.add(child);
      }
    }
  }
  return processes
    .filter((process) => own.has(process.pid))
    .map(({ peakKib }) => Math.round(peakKib / 1024));
}
