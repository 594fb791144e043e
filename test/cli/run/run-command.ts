/** Runs `ytcode run` as a user does: in a process of its own, on a pipeline in a temporary folder. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, open } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import type { Tree } from "../../tools/temporary-tree.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const MAIN = path.resolve(import.meta.dirname, "../../../cli/main.ts");

/** What a finished command has left. */
export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to start the command. */
export interface StartOptions {
  /** Its standard input: a file, or `"pipe"`. @default an empty one */
  readonly stdin?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** A program and its first arguments, to start the command through. */
  readonly launcher?: readonly string[];
}

/** A command under way. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves when the text has been written to standard error; rejects when it never was. */
  readonly saw: (text: string) => Promise<void>;
}

/** Makes a pipeline whose enabled stages have the given files, under `stages/`. Returns its real path. */
export async function makeStages(
  test: TestContext,
  stages: Tree,
  more: Tree = {},
): Promise<string> {
  const names = [...new Set(Object.keys(stages).map((file) => file.split("/")[0] ?? ""))];
  const configs = names.map((name) => [`stages/${name}/config.yaml`, "size: 1\n"]);
  const files = Object.entries(stages).map(([file, entry]) => [`stages/${file}`, entry]);
  return makeTree(test, {
    "configs/config.yaml": `stages:\n  enabled_stages: [${names.join(", ")}]\n`,
    ...Object.fromEntries(configs),
    ...Object.fromEntries(files),
    ...more,
  });
}

/** Starts `ytcode run` in a directory; it is killed when the test is over. */
export async function startRun(
  test: TestContext,
  directory: string,
  args: readonly string[],
  { stdin = "/dev/null", environment = {}, launcher = [] }: StartOptions = {},
): Promise<RunningCommand> {
  await using input = stdin === "pipe" ? undefined : await open(stdin);
  const [program, ...before] = [...launcher, process.execPath, MAIN, "run"];
  const child = spawn(program, [...before, ...args], {
    cwd: directory,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
    stdio: [input?.fd ?? "pipe", "pipe", "pipe"],
  });
  test.after(() => child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => (output[name] += text));
  }
  const finished = once(child, "close").then(() => ({ status: child.exitCode, ...output }));
  const saw = async (text: string): Promise<void> => {
    while (!output.stderr.includes(text)) {
      if (child.stderr === null || child.stderr.readableEnded) {
        throw new Error(`"${text}" was never written: ${output.stderr}`);
      }
      await Promise.race([once(child.stderr, "data"), once(child.stderr, "end")]);
    }
  };
  return { child, finished, saw };
}

/** Runs `ytcode run` to its end. */
export async function runCommand(
  test: TestContext,
  directory: string,
  args: readonly string[],
  options?: StartOptions,
): Promise<Finished> {
  const { finished } = await startRun(test, directory, args, options);
  return finished;
}

/** Whether a process runs: one that has ended and was not yet waited for does not. */
export async function isRunning(pid: number): Promise<boolean> {
  await using file = await open(`/proc/${pid}/stat`).catch(() => undefined);
  if (file === undefined) {
    return false;
  }
  const stat = await file.readFile("utf8").catch(() => "");
  return !["", "Z", "X"].includes(stat.slice(stat.lastIndexOf(")") + 2).charAt(0));
}

/** Copies an example pipeline without what earlier builds and runs have left in it. */
export async function copyExample(pipeline: string, target: string): Promise<void> {
  await cp(pipeline, target, {
    recursive: true,
    filter: (file) => ![".build", ".dev"].includes(path.basename(file)),
  });
}
