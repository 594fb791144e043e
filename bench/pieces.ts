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
import type { RawCluster } from "../test/tools/raw-cluster.ts";
import { median } from "./compare.ts";
import { makeBenchPython, makePythonPipeline } from "./python-tree.ts";
import type { BenchPython } from "./python-tree.ts";
import { startSlowLine } from "./slow-line.ts";
import type { SlowLine } from "./slow-line.ts";

const UPSTREAM = fileURLToPath(new URL("yt_framework_pack.py", import.meta.url));
const BITS_PER_SECOND = 20_000_000;
/** The archive has 200 MB with these in it, which do not compress; the code is the rest. */
const MODELS = 28;
const MODEL_BYTES = 4_000_000;
/** For each run of upstream's, which takes more than a minute and a half. */
const EDITS = 3;
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
    const line = await startSlowLine(url);
    stops.push(line.close);
    yield "pieces: one file of a 200 MB archive is edited and published over a line of 20 Mbit/s";
    yield* compare(folder, line, rawCluster(url));
  } finally {
    for (const stop of stops) {
      stop();
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function* compare(folder: string, line: SlowLine, raw: RawCluster): AsyncGenerator<string> {
  const python = await makeBenchPython(path.join(folder, "python"));
  const project = path.join(folder, "project");
  const pipeline = path.join(project, "pipelines/large");
  await mkdir(project);
  await copyProject(project, []);
  await makePythonPipeline(pipeline, python);
  await mkdir(path.join(pipeline, "lib/packages/models"));
  for (let index = 0; index < MODELS; index++) {
    const file = path.join(pipeline, `lib/packages/models/${index}.bin`);
    await writeFile(file, randomBytes(MODEL_BYTES));
  }
  await configure(project, line.url);
  // The first publication sends all, as the first of upstream's would, and what is compiled is kept.
  await up(project);
  await toEnd([python.python, "-c", "import yt.wrapper, yt_framework.operations.upload"], folder);
  const archiveBytes = Number(await raw.get("//home/large/source.tar.gz/@uncompressed_data_size"));
  line.shape(BITS_PER_SECOND);

  const shares: number[] = [];
  const ratios: number[] = [];
  for (let run = 0; run < UPSTREAM_RUNS; run++) {
    const ours: number[] = [];
    for (let index = 0; index < EDITS; index++) {
      await edit(pipeline, run * EDITS + index);
      const before = line.sentBytes();
      ours.push(await timed(async () => up(project)));
      shares.push((line.sentBytes() - before) / archiveBytes);
    }
    yield `  ytcode up: median ${Math.round(median(ours))} ms (${ours.map(Math.round).join(", ")})`;
    const theirs = await timed(async () => upstream(folder, pipeline, python, line.url, run));
    yield `  upstream's packer and upload: ${Math.round(theirs)} ms`;
    ratios.push(median(ours) / theirs);
  }
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map(percent);
  yield `  ratio: ${median(ratios).toFixed(3)} (the aim is 0.05)`;
  yield `  bytes sent, with all requests: median ${percent(median(shares))} of ${archiveBytes} (${least}-${most}; the aim is 2 %)`;
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
