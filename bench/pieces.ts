/**
 * An edit of one file of a 200 MB archive, published over a line of 20 Mbit/s: how many bytes are sent, and how long
 * it takes from the edit on, against upstream's packer and upload.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { copyProject } from "../test/behaviour/end-to-end/project.ts";
import { startClusterProcess } from "../test/tools/cluster-process.ts";
import { rawCluster } from "../test/tools/raw-cluster.ts";
import { median, report } from "./compare.ts";
import { makeBenchPython, makePythonPipeline } from "./python-tree.ts";
import type { BenchPython } from "./python-tree.ts";
import { startSlowLine } from "./slow-line.ts";
import type { SlowLine } from "./slow-line.ts";

const UPSTREAM = fileURLToPath(new URL("yt_framework_pack.py", import.meta.url));
const BITS_PER_SECOND = 20_000_000;
/** The archive's, with models in it, which do not compress. */
const ARCHIVE_BYTES = 200_000_000;
const MODEL_BYTES = 4_000_000;
const EDITS = 3;
/** Fewer, as each takes a minute and a half. */
const UPSTREAM_RUNS = 1;
/** Longer than a file is too young for its signature, in ms. */
const SETTLED_MS = 100;
const EDITED = ["lib/stdlib/ast.py", "lib/stdlib/email/utils.py", "lib/packages/sympy/abc.py"];

/** Measures; gives the lines of the report. */
export async function* benchPieces(): AsyncGenerator<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "bench-pieces-"));
  const stops: (() => unknown)[] = [];
  try {
    const owner = { after: (stop: () => unknown) => void stops.push(stop) };
    const { url } = await startClusterProcess(owner, { dataDirectory: path.join(folder, "data") });
    const line = await startSlowLine(url, BITS_PER_SECOND);
    stops.push(line.close);
    yield "pieces: one file of a 200 MB archive is edited and published over a line of 20 Mbit/s";
    yield* compare(folder, url, line);
  } finally {
    for (const stop of stops) {
      stop();
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function* compare(folder: string, url: string, line: SlowLine): AsyncGenerator<string> {
  const python = await makeBenchPython(path.join(folder, "python"));
  const project = path.join(folder, "project");
  const pipeline = path.join(project, "pipelines/large");
  await mkdir(project);
  await copyProject(project, []);
  await makePythonPipeline(pipeline, python);
  const raw = rawCluster(url);
  const sizeOfArchive = async (): Promise<number> =>
    Number(await raw.get("//home/large/source.tar.gz/@uncompressed_data_size"));

  // The first publication, which sends all, goes to the cluster itself.
  await configure(project, url);
  await up(project);
  const codeBytes = await sizeOfArchive();
  await mkdir(path.join(pipeline, "lib/packages/models"));
  for (let index = 0; codeBytes + index * MODEL_BYTES < ARCHIVE_BYTES; index++) {
    const file = path.join(pipeline, `lib/packages/models/${index}.bin`);
    await writeFile(file, randomBytes(MODEL_BYTES));
  }
  await up(project);
  await configure(project, line.url);
  await up(project);
  const archiveBytes = await sizeOfArchive();

  const ours: number[] = [];
  const shares: number[] = [];
  for (let run = 0; run < EDITS; run++) {
    await edit(pipeline, run);
    const before = line.sentBytes();
    ours.push(await timed(async () => up(project)));
    shares.push((line.sentBytes() - before) / archiveBytes);
  }
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map(percent);
  yield `  bytes sent, with all requests: median ${percent(median(shares))} of ${archiveBytes} (${least}-${most}; the aim is 2 %)`;

  const theirs: number[] = [];
  for (let run = 0; run < UPSTREAM_RUNS; run++) {
    await edit(pipeline, run);
    theirs.push(await timed(async () => upstream(folder, pipeline, python, line.url, run)));
  }
  yield* report([
    { name: "ytcode up", runsMs: ours.slice(0, UPSTREAM_RUNS) },
    { name: "upstream's packer and upload (the aim is 0.05)", runsMs: theirs },
  ]);
  yield `  ytcode up, all runs: median ${Math.round(median(ours))} ms, ratio ${(median(ours) / median(theirs)).toFixed(3)}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

async function configure(project: string, proxy: string): Promise<void> {
  const config = {
    "yt:proxy": proxy,
    "yt:proxyDiscovery": false,
    "pulumi-yt-code:pipelines": [
      {
        name: "large",
        directory: "./pipelines/large",
        mode: "prod",
        buildFolder: "//home/large",
      },
    ],
  };
  await writeFile(path.join(project, "stacks/Pulumi.dev.yaml"), stringify({ config }));
}

async function edit(pipeline: string, run: number): Promise<void> {
  const file = EDITED[run % EDITED.length] ?? "";
  await appendFile(path.join(pipeline, file), `\n# Edit ${run} of ${Date.now()}\n`);
  await delay(SETTLED_MS);
}

async function up(cwd: string): Promise<void> {
  await toEnd([process.execPath, path.join(cwd, "cli/main.ts"), "up"], cwd);
}

async function upstream(
  folder: string,
  pipeline: string,
  { python }: BenchPython,
  proxy: string,
  run: number,
): Promise<void> {
  const build = path.join(folder, `upstream${run}`);
  await toEnd([python, UPSTREAM, pipeline, build, proxy, "//home/upstream"], folder);
}

async function toEnd([program = "", ...args]: readonly string[], cwd: string): Promise<void> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, YTCODE_ENGINE: "embedded" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => printed.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject).on("close", resolve);
  const status = await promise;
  if (status !== 0) {
    throw new Error(`${program} ended with status ${status}: ${Buffer.concat(printed).toString()}`);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
