/** Packs a pipeline with `ytcode build` and with the framework's packer, and lists where the archives differ. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runProgram } from "../../ytjobs/run-python.ts";
import { runYtcode } from "../run-ytcode.ts";
import { addToTree } from "../temporary-tree.ts";
import type { ComparedPipeline } from "./pipelines.ts";
import { upstreamPython } from "./upstream.ts";

const PACK = path.join(import.meta.dirname, "pack.py");

/** Which archive has a file; `both`, when content or mode differ. */
export type Where = "ours" | "upstream" | "both";

/** A file that is not the same in both archives. */
export interface Difference {
  readonly path: string;
  readonly where: Where;
  /** Whether a folder above it is a link, in the pipeline directory. */
  readonly belowLink: boolean;
  /** What `ytcode plan --explain` says of a file that only upstream packs; undefined when it is none on disk. */
  readonly explanation: Explanation | undefined;
}

/** Why a file is not in our archive. */
export interface Explanation {
  readonly because: string;
  /** The rule, as it is written; null when none decided. */
  readonly rule: { readonly file: string | null; readonly text: string } | null;
}

/** A pipeline packed by both. */
export interface Comparison {
  /** Name of the pipeline, with the configuration when it is not the default one. */
  readonly name: string;
  readonly equalFiles: number;
  readonly differences: readonly Difference[];
}

interface Entry {
  readonly path: string;
  readonly mode: string;
  readonly sha256: string | null;
}

/** Packs a pipeline with each of its configurations. */
export async function* comparePipeline(pipeline: ComparedPipeline): AsyncGenerator<Comparison> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "compare-")));
  try {
    for (const configuration of pipeline.configurations) {
      const isDefault = configuration === pipeline.configurations[0];
      const name = isDefault ? pipeline.name : `${pipeline.name}, ${configuration}`;
      const place = path.join(folder, configuration.replaceAll("/", "-"));
      yield { name, ...(await compareArchives(pipeline, configuration, place)) };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compareArchives(
  { tree }: ComparedPipeline,
  configuration: string,
  folder: string,
): Promise<Omit<Comparison, "name">> {
  // Two copies, as both keep their archive in the pipeline directory.
  const [ours, upstream] = [path.join(folder, "ours"), path.join(folder, "upstream")];
  for (const place of [ours, upstream]) {
    await mkdir(place, { recursive: true });
    await addToTree(place, tree);
  }
  const [a, b] = await Promise.all([
    packWithOurs(ours, configuration).then(entriesOf),
    packWithUpstream(upstream, configuration).then(entriesOf),
  ]);
  const paths = [...new Set([...a.keys(), ...b.keys()])].toSorted();
  const different = paths.filter((file) => a.get(file) !== b.get(file));
  const differences: Difference[] = [];
  for (const file of different) {
    const where = a.has(file) ? (b.has(file) ? "both" : "ours") : "upstream";
    differences.push({
      path: file,
      where,
      belowLink: await isBelowLink(path.join(ours, "pipeline"), file),
      explanation: where === "upstream" ? await explain(ours, configuration, file) : undefined,
    });
  }
  return { equalFiles: paths.length - different.length, differences };
}

async function packWithOurs(place: string, configuration: string): Promise<string> {
  const [archive = ""] = (await ytcode(place, ["build", "pipeline"], configuration)).split("\n");
  return path.resolve(place, archive);
}

async function packWithUpstream(place: string, configuration: string): Promise<string> {
  const pipeline = path.join(place, "pipeline");
  const { status, stderr } = await runProgram(upstreamPython, [PACK, pipeline, configuration], {
    env: { PYTHONPATH: path.join(place, "python") },
  });
  assert.equal(status, 0, stderr);
  return path.join(pipeline, ".build/source.tar.gz");
}

/** The files of an archive: what is compared of each, by path. */
async function entriesOf(archive: string): Promise<ReadonlyMap<string, string>> {
  const { status, stdout, stderr } = await runYtcode(["inspect", archive, "--json"]);
  assert.equal(status, 0, stderr);
  const { entries }: { readonly entries: readonly Entry[] } = JSON.parse(stdout);
  return new Map(
    entries.map((entry) => [entry.path, `${entry.sha256} ${isExecutable(entry.mode)}`]),
  );
}

function isExecutable(mode: string): boolean {
  return (Number.parseInt(mode, 8) & 0o100) !== 0;
}

async function isBelowLink(pipeline: string, file: string): Promise<boolean> {
  const above = path.dirname(path.join(pipeline, file));
  return (await realpath(above).catch(() => above)) !== above;
}

async function explain(
  place: string,
  configuration: string,
  file: string,
): Promise<Explanation | undefined> {
  const args = ["plan", "pipeline", "--explain", file, "--json"];
  const { status, stdout } = await runOurs(place, args, configuration);
  if (status !== 0) {
    return undefined;
  }
  const { verdicts }: { readonly verdicts: readonly Explanation[] } = JSON.parse(stdout);
  return verdicts[0];
}

async function ytcode(
  place: string,
  args: readonly string[],
  configuration: string,
): Promise<string> {
  const { status, stdout, stderr } = await runOurs(place, args, configuration);
  assert.equal(status, 0, stderr);
  return stdout;
}

/** With the Python that upstream's packer runs in, so that both find the same modules. */
function runOurs(
  place: string,
  args: readonly string[],
  configuration: string,
): ReturnType<typeof runYtcode> {
  return runYtcode([...args, "--config", configuration, "--python", upstreamPython], {
    cwd: place,
    env: { PYTHONPATH: path.join(place, "python") },
  });
}
