import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { devNull, tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findHomeDirectory } from "../../common/user.ts";

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How to start a process of Node.js. */
export interface ChildOptions {
  readonly nodeArguments?: readonly string[];
  readonly script: string;
  readonly arguments: readonly string[];
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Gets each line of its standard output. */
  readonly onLine: (line: string) => void;
  /** Gets each line of its standard error output. */
  readonly onErrorLine: (line: string) => void;
}

/**
 * Where Node.js keeps compiled code, by its own default: the SDK then loads in two thirds of the time.
 * What the user has set counts.
 */
const COMPILE_CACHE = join(tmpdir(), "node-compile-cache");
/** How long a process gets to end by itself, milliseconds. */
const GRACE_MS = 3000;

/** One of the SDK's own processes, run by this same Node.js. */
export class Child {
  readonly #process: ChildProcess;
  /** Resolves when the process has ended and all its output has been read. */
  readonly ended: Promise<ProcessEnd>;
  #end: ProcessEnd | undefined;

  constructor(options: ChildOptions) {
    this.#process = spawn(
      process.execPath,
      [
        ...(options.nodeArguments ?? []),
        "--import",
        preloadUrl(),
        options.script,
        ...options.arguments,
      ],
      {
        cwd: options.directory,
        env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...homeIfUnknown(), ...options.environment },
        // Its own process group: Ctrl-C is the engine's to handle, and it lets a step end first.
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    this.ended = this.#watch(options);
  }

  /** How the process ended; undefined while it runs. */
  get end(): ProcessEnd | undefined {
    return this.#end;
  }

  /** The process's id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Ends the process: asks first, then insists. */
  async stop(): Promise<void> {
    if (this.#end !== undefined) return;
    this.#process.kill("SIGTERM");
    const timer = setTimeout(() => this.kill(), GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends the process at once. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  async #watch(options: ChildOptions): Promise<ProcessEnd> {
    const { stdout, stderr, stdin } = this.#process;
    // Writing nothing to it is its use; that it breaks with the process is no news.
    stdin?.on("error", () => undefined);
    for (const [stream, onLine] of [
      [stdout, options.onLine],
      [stderr, options.onErrorLine],
    ] as const) {
      if (stream !== null) createInterface({ input: stream }).on("line", onLine);
    }
    return new Promise((resolve, reject) => {
      this.#process.once("error", reject);
      this.#process.once("close", (exitCode, signal) => {
        this.#end = { exitCode, signal };
        resolve(this.#end);
      });
    });
  }
}

/** A process's end in words. */
export function describeEnd({ exitCode, signal }: ProcessEnd): string {
  return signal === null ? `it exited with status ${exitCode}` : `it was ended by ${signal}`;
}

/**
 * A home directory that holds nothing, for a user without one: the SDK loads libraries that ask for it
 * at once (`@npmcli/git/lib/opts.js`), and Node throws where nobody knows.
 */
function homeIfUnknown(): NodeJS.ProcessEnv {
  return findHomeDirectory() === undefined ? { HOME: devNull } : {};
}

function preloadUrl(): string {
  // Compiled, this folder holds JavaScript.
  const extension = extname(fileURLToPath(import.meta.url));
  return new URL(`./exit-with-parent${extension}`, import.meta.url).href;
}
