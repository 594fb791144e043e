/** A pipeline with a tree of real Python code: the standard library and what an environment holds. */
import { execFile } from "node:child_process";
import { cp, mkdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const REQUIREMENTS = fileURLToPath(new URL("requirements.txt", import.meta.url));

/** A Python environment with the packages of `requirements.txt`. */
export interface BenchPython {
  readonly python: string;
  readonly sitePackages: string;
}

/** Makes the environment in a folder; needs the package index. */
export async function makeBenchPython(folder: string): Promise<BenchPython> {
  await run("python3", ["-m", "venv", folder]);
  const python = path.join(folder, "bin/python");
  // What is never imported need not be compiled; the rest is at its first import.
  await run(python, ["-m", "pip", "install", "--quiet", "--no-compile", "-r", REQUIREMENTS]);
  const { stdout } = await run(python, [
    "-c",
    "import sysconfig; print(sysconfig.get_paths()['purelib'])",
  ]);
  return { python, sitePackages: stdout.trim() };
}

/** Makes a pipeline directory that packs the standard library and the environment's packages. */
export async function makePythonPipeline(
  pipeline: string,
  { sitePackages }: BenchPython,
): Promise<void> {
  await copyCode(await standardLibrary(), path.join(pipeline, "lib/stdlib"));
  await copyCode(sitePackages, path.join(pipeline, "lib/packages"));
  await makeStage(pipeline);
  await writeFile(
    path.join(pipeline, "configs/config.yaml"),
    "stages: { enabled_stages: [one] }\n" +
      "pipeline: { upload_paths: [{ source: lib/stdlib }, { source: lib/packages }] }\n",
  );
}

/** Where Python's own modules are. */
export async function standardLibrary(): Promise<string> {
  const { stdout } = await run("python3", [
    "-c",
    "import sysconfig; print(sysconfig.get_paths()['stdlib'])",
  ]);
  return stdout.trim();
}

/** The one stage of a pipeline. */
export async function makeStage(pipeline: string): Promise<void> {
  await mkdir(path.join(pipeline, "configs"), { recursive: true });
  await mkdir(path.join(pipeline, "stages/one/src"), { recursive: true });
  await writeFile(path.join(pipeline, "stages/one/config.yaml"), "{}\n");
  await writeFile(path.join(pipeline, "stages/one/src/vanilla.py"), "print('done')\n");
}

async function copyCode(from: string, to: string): Promise<void> {
  // What the packing leaves out is left out of the tree, so that all contestants pack the same.
  await cp(from, to, {
    recursive: true,
    dereference: true,
    filter: (source) => source === from || !isLeftOut(source),
  });
}

function isLeftOut(source: string): boolean {
  return /\/(__pycache__|site-packages|dist-packages|[^/]*\.pem|[^/]*\.pyc)$/.test(source);
}

/** The size of a file, in bytes. */
export async function sizeOf(file: string): Promise<number> {
  return (await stat(file)).size;
}
