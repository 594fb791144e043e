/**
 * Packing a tree of real Python code of about 10,000 files: from nothing, after an edit of one file,
 * and with no change, against `tar` piped into `pigz -6`, upstream's packer and a bare `find`.
 *
 * Ours also hashes every file, takes the archive's digests and assembles the tree, as does upstream's
 * but for the hashes. The compiled command is measured, as an installed package has it.
 */
import { execFile } from "node:child_process";
import { appendFile, cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isMissing } from "../common/files/file-errors.ts";
import { report, timeInTurn } from "./compare.ts";
import type { Contestant } from "./compare.ts";
import { makeBenchPython, makePythonPipeline, sizeOf } from "./python-tree.ts";
import type { BenchPython } from "./python-tree.ts";

const run = promisify(execFile);
const REPOSITORY = fileURLToPath(new URL("..", import.meta.url));
const YTCODE = path.join(REPOSITORY, "dist/cli/main.js");
const WARM = fileURLToPath(new URL("warm-process.ts", import.meta.url));
const UPSTREAM = fileURLToPath(new URL("yt_framework_pack.py", import.meta.url));
const RUNS = 5;

/** Fewer, as it takes a minute, and is far behind. */
const UPSTREAM_RUNS = 1;

/** Longer than a file is too young for its signature, in ms. */
const SETTLED_MS = 100;

/** Measures; gives the lines of the report. */
export async function* benchPacking(): AsyncGenerator<string> {
  await run("npm", ["run", "build"], { cwd: REPOSITORY });
  const folder = await mkdtemp(path.join(tmpdir(), "bench-packing-"));
  try {
    const python = await makeBenchPython(path.join(folder, "python"));
    const first = path.join(folder, "cold");
    await makePythonPipeline(first, python);
    for (const name of ["edited", "same"]) {
      await cp(first, path.join(folder, name), { recursive: true });
    }
    const bench = new Bench(folder, python);
    yield* bench.cold();
    yield* bench.edited();
    yield* bench.unchanged();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Bench {
  readonly #folder: string;
  readonly #python: BenchPython;
  #aside = 0;

  constructor(folder: string, python: BenchPython) {
    this.#folder = folder;
    this.#python = python;
  }

  async *cold(): AsyncGenerator<string> {
    const compressor = await findCompressor();
    const tarball = path.join(this.#folder, "peer.tar.gz");
    const pipeline = path.join(this.#folder, "cold");
    const tar = `tar -C '${pipeline}' --exclude=.build -cf - lib stages | ${compressor} > '${tarball}'`;
    const contestants: readonly Contestant[] = [
      this.#coldBuild(),
      { name: `tar | ${compressor}`, command: ["bash", "-c", tar], cwd: this.#folder },
    ];
    yield `cold: ${await countFiles(pipeline)} files, nothing built or remembered`;
    yield* report(await timeInTurn(contestants, RUNS));
    yield* report(await timeInTurn([this.#coldBuild(), this.#upstream(pipeline)], UPSTREAM_RUNS));
    const ours = await sizeOf(path.join(pipeline, ".build/source.tar.gz"));
    const theirs = await sizeOf(tarball);
    yield `  size ${ours} bytes, ${((ours / theirs - 1) * 100).toFixed(1)} % more than the ${theirs} of tar | ${compressor}`;
  }

  async *edited(): AsyncGenerator<string> {
    const edited = path.join(this.#folder, "edited/lib/stdlib/ast.py");
    const build = this.#build("edited");
    const reset = async (): Promise<void> => {
      await appendFile(edited, "# edited\n");
      await delay(SETTLED_MS);
    };
    yield "one file edited";
    const edit = { ...build, name: "build after an edit", reset };
    yield* report(await timeInTurn([edit, this.#coldBuild()], RUNS));
    yield "one file edited, in a process that is there already";
    yield* await this.#warm("edited", edited);
  }

  async *unchanged(): AsyncGenerator<string> {
    const pipeline = path.join(this.#folder, "same");
    const print = "%p %m %s %T@ %i\\n";
    const find: Contestant = {
      name: "find -printf",
      command: [
        "find",
        path.join(pipeline, "lib"),
        path.join(pipeline, "stages"),
        "-printf",
        print,
      ],
      cwd: this.#folder,
    };
    yield "no change";
    yield* report(
      await timeInTurn([{ ...this.#build("same"), name: "build, no change" }, find], RUNS),
    );
    const plan = this.#command("same", "plan, no change", "plan");
    yield* report(await timeInTurn([plan, find], RUNS));
    yield "no change, in a process that is there already";
    yield* await this.#warm("same");
  }

  #build(name: string): Contestant {
    return this.#command(name, "ytcode build", "build");
  }

  #command(pipeline: string, name: string, command: string): Contestant {
    return {
      name,
      command: [process.execPath, YTCODE, command, path.join(this.#folder, pipeline)],
      cwd: this.#folder,
      env: { YTCODE_CACHE_DIR: this.#cacheOf(pipeline) },
    };
  }

  #coldBuild(): Contestant {
    const reset = async (): Promise<void> => {
      await this.#putAside(path.join(this.#folder, "cold/.build"));
      await this.#putAside(this.#cacheOf("cold"));
    };
    return { ...this.#build("cold"), name: "ytcode build, cold", reset };
  }

  #upstream(pipeline: string): Contestant {
    const output = path.join(this.#folder, "upstream");
    return {
      name: "yt-framework 1.4.4",
      command: [this.#python.python, UPSTREAM, pipeline, output],
      cwd: this.#folder,
      reset: () => this.#putAside(output),
    };
  }

  /** What a running provider does, timed within one process against `find` as a process. */
  async #warm(name: string, edited: string = ""): Promise<readonly string[]> {
    const { stdout } = await run(
      process.execPath,
      [WARM, path.join(this.#folder, name), String(RUNS), edited],
      { env: { ...process.env, YTCODE_CACHE_DIR: this.#cacheOf(name) } },
    );
    return stdout.trimEnd().split("\n");
  }

  #cacheOf(name: string): string {
    return path.join(this.#folder, `${name}-cache`);
  }

  /**
   * Moves something out of the way. To remove it would be unfair: ext4 looks at each inode that
   * was freed within the last minutes for each file that is made.
   */
  async #putAside(place: string): Promise<void> {
    const aside = path.join(this.#folder, "aside");
    await mkdir(aside, { recursive: true });
    await rename(place, path.join(aside, String(this.#aside++))).catch((error: unknown) => {
      if (!isMissing(error)) {
        throw error;
      }
    });
  }
}

async function countFiles(pipeline: string): Promise<number> {
  const { stdout } = await run("bash", ["-c", `find '${pipeline}/lib' -type f | wc -l`]);
  return Number(stdout);
}

/** pigz where it is installed; otherwise gzip, which uses one core only. */
async function findCompressor(): Promise<string> {
  const found = await run("pigz", ["--version"]).then(
    () => true,
    () => false,
  );
  return found ? "pigz -6" : "gzip -6";
}
