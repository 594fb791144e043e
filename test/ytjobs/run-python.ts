/** Runs the machine's real `python3`, with no more of this process's environment than it needs. */
import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** The root of the repository: the folder that `ytjobs/` and `examples/` are in. */
export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** What a finished process has left. */
export interface Finished {
  /** The exit status, or null when a signal ended the process. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link runPython} and {@link runProgram}. */
export interface RunOptions {
  /** Added to the environment, over `PATH`, `HOME` and a `PYTHONPATH` that leads to `ytjobs`; undefined takes away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the process starts. @default the repository */
  readonly cwd?: string;
  /** The file that the process has as its stdin. @default an empty one */
  readonly stdin?: string;
}

/** Runs `python3` to its end; see {@link runProgram}. */
export function runPython(args: readonly string[], options?: RunOptions): Promise<Finished> {
  return runProgram("python3", args, options);
}

/**
 * Runs a program to its end.
 *
 * @throws {Error} when it cannot be started
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const { env = {}, cwd = REPOSITORY, stdin = "/dev/null" } = options;
  await using input = await open(stdin);
  const child = spawn(program, args, {
    cwd,
    stdio: [input.fd, "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      PYTHONPATH: REPOSITORY,
      YTCODE_CACHE_DIR: process.env["YTCODE_CACHE_DIR"] ?? "off",
      // The tests run beside each other and must leave nothing in the sources.
      PYTHONDONTWRITEBYTECODE: "1",
      ...env,
    },
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const [status, stdout, stderr] = await Promise.all([
    exited,
    readAll(child.stdout),
    readAll(child.stderr),
  ]);
  return { status, stdout, stderr };
}

function readAll(stream: Readable | null): Promise<string> | string {
  return stream === null ? "" : text(stream);
}
