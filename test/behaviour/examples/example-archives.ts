/** Builds the archives of the example pipelines, in copies, and runs them as a cluster would. */
import { copyFile, cp, mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildArchive } from "../../../provider/archive/build/build.ts";
import type { BuiltArchive } from "../../../provider/archive/build/build.ts";
import { wrapperName } from "../../../provider/pipeline/stages/wrappers.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { pathWithPip, wheelsDirectory } from "../../tools/paths.ts";
import { runProgram } from "../../ytjobs/run-python.ts";
import type { Finished } from "../../ytjobs/run-python.ts";
import type { ExampleOperation } from "./example-stages.ts";

/** pip takes what `test/tools/install.ts` has downloaded, and asks nobody. */
const OFFLINE_PIP = { PIP_NO_INDEX: "1", PIP_FIND_LINKS: pathToFileURL(wheelsDirectory).href };

/** Returns a new empty folder; the caller removes it. */
export async function makeFolder(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), "examples-")));
}

/** Builds the archive of a copy of `pipeline` in `folder`, so that the sources stay clean. */
export async function buildExample(pipeline: string, folder: string): Promise<BuiltArchive> {
  const copy = join(folder, basename(pipeline));
  await cp(pipeline, copy, { recursive: true });
  return buildArchive(await readManifest({ pipelineDirectory: copy }));
}

/**
 * What a job finds in its sandbox: the archive's contents, or the archive itself and the
 * wrapper that extracts it.
 */
export type SandboxKind = "extracted" | "wrapper alone";

/** Makes a sandbox for a job in `folder` and returns its path. */
export async function makeSandbox(
  folder: string,
  { file, tree }: BuiltArchive,
  example: ExampleOperation,
  kind: SandboxKind,
): Promise<string> {
  const sandbox = await mkdtemp(join(folder, "sandbox-"));
  if (kind === "extracted") {
    await succeed(runProgram("tar", ["-xzf", file], { cwd: sandbox }));
  } else {
    const wrapper = wrapperName(example.stage, example.operation);
    await copyFile(file, join(sandbox, "source.tar.gz"));
    await copyFile(join(tree, wrapper), join(sandbox, wrapper));
  }
  return sandbox;
}

/**
 * Runs a job through its wrapper, on the example's input.
 *
 * @throws {Error} with what the job wrote to stderr when it fails
 */
export async function runJob(
  sandbox: string,
  { stage, operation, input }: ExampleOperation,
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  // Requirements go to a folder of this sandbox only: the machine's Python stays as it is.
  const site = join(sandbox, "installed");
  return succeed(
    runProgram(`./${wrapperName(stage, operation)}`, [], {
      cwd: sandbox,
      env: { PATH: pathWithPip, ...OFFLINE_PIP, PIP_TARGET: site, PYTHONPATH: site, ...env },
      ...(input !== undefined && { stdin: input }),
    }),
  );
}

async function succeed(running: Promise<Finished>): Promise<Finished> {
  const finished = await running;
  if (finished.status !== 0) {
    throw new Error(`The program ended with status ${finished.status}: ${finished.stderr}`);
  }
  return finished;
}
