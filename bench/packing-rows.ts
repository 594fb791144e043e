/** The rows of a packing's report: whole commands, and a process that is there already, each against its peer. */
import { execFile } from "node:child_process";
import { appendFile, mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isMissing } from "../common/files/file-errors.ts";
import { report, timeInTurn } from "./compare.ts";
import type { Contestant } from "./compare.ts";
import { sizeOf } from "./python-tree.ts";

const run = promisify(execFile);
const REPOSITORY = fileURLToPath(new URL("..", import.meta.url));
const YTCODE = path.join(REPOSITORY, "dist/cli/main.js");
const WARM = fileURLToPath(new URL("warm-process.ts", import.meta.url));
const UPSTREAM = fileURLToPath(new URL("yt_framework_pack.py", import.meta.url));

/** Fewer, as it takes a minute, and is far behind. */
const UPSTREAM_RUNS = 1;

/** Longer than a file is too young for its signature, in ms. */
const SETTLED_MS = 100;

/** Builds the compiled command, which is what is measured. */
export async function compile(): Promise<void> {
  await run("npm", ["run", "build"], { cwd: REPOSITORY });
}

/** What is measured. */
export interface PackingOptions {
  /** With the pipeline directories in it, by their names. */
  readonly folder: string;
  /** How often each is timed. */
  readonly runs: number;
  /** The file that is edited, relative to the pipeline directory. */
  readonly edited: string;
}

/** See above. */
export class PackingRows {
  readonly #folder: string;
  readonly #runs: number;
  readonly #edited: string;
  #aside = 0;

  constructor({ folder, runs, edited }: PackingOptions) {
    this.#folder = folder;
    this.#runs = runs;
    this.#edited = edited;
  }

  /** Of the pipeline `cold`, with nothing built or remembered. */
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
    yield* report(await timeInTurn(contestants, this.#runs));
    const ours = await sizeOf(path.join(pipeline, ".build/source.tar.gz"));
    const theirs = await sizeOf(tarball);
    yield `  size ${ours} bytes, ${((ours / theirs - 1) * 100).toFixed(1)} % more than the ${theirs} of tar | ${compressor}`;
  }

  /** Upstream's packer, against the same. */
  async *upstream(python: string): AsyncGenerator<string> {
    const output = path.join(this.#folder, "upstream");
    const upstream = {
      name: "yt-framework 1.4.4",
      command: [python, UPSTREAM, path.join(this.#folder, "cold"), output] as const,
      cwd: this.#folder,
      reset: () => this.#putAside(output),
    };
    yield* report(await timeInTurn([this.#coldBuild(), upstream], UPSTREAM_RUNS));
  }

  /** Of the pipeline `edited`. */
  async *edited(): AsyncGenerator<string> {
    const edited = path.join(this.#folder, "edited", this.#edited);
    const build = this.#build("edited");
    const reset = async (): Promise<void> => {
      await appendFile(edited, "# edited\n");
      await delay(SETTLED_MS);
    };
    yield "one file edited";
    const edit = { ...build, name: "build after an edit", reset };
    yield* report(await timeInTurn([edit, this.#coldBuild()], this.#runs));
    yield "one file edited, in a process that is there already";
    yield* await this.#warm("edited", edited);
  }

  /** Of a pipeline, by its name. */
  async *unchanged(name: string): AsyncGenerator<string> {
    const places = ["lib", "stages"].map((place) => path.join(this.#folder, name, place));
    const find: Contestant = {
      name: "find -printf",
      command: ["find", ...places, "-printf", "%p %m %s %T@ %i\\n"],
      cwd: this.#folder,
    };
    const rows = [
      { ...this.#build(name), name: "build, no change" },
      this.#command(name, "plan, no change", "plan"),
      {
        ...this.#command(name, "ytcode --help", "--help"),
        command: [process.execPath, YTCODE, "--help"] as const,
      },
    ];
    yield "no change";
    for (const row of rows) {
      yield* report(await timeInTurn([row, find], this.#runs));
    }
    yield "no change, in a process that is there already";
    yield* await this.#warm(name);
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

  /** What a running provider does, timed within one process against `find` as a process. */
  async #warm(name: string, edited: string = ""): Promise<readonly string[]> {
    const { stdout } = await run(
      process.execPath,
      [WARM, path.join(this.#folder, name), String(this.#runs), edited],
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
