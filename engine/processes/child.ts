/** The SDK's own processes, as the engine starts, watches and ends them. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { devNull } from "node:os";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { CompiledFor } from "../../common/cache/compiled.ts";
import { compileCacheVariables } from "../../common/cache/compiled.ts";
import { findProcess } from "../../common/files/process-identity.ts";
import type { ListedProcess } from "../../common/files/process-identity.ts";
import { findHomeDirectory } from "../../common/user.ts";
import { SMALL_YOUNG_GENERATION } from "../../common/young-generation.ts";
import { noLoopbackProxy } from "./loopback-proxy.ts";

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not even be started. */
  readonly startError?: Error;
}

/** How to start a process of Node.js. */
export interface ChildOptions {
  readonly nodeArguments?: readonly string[];
  readonly what: Exclude<CompiledFor, "command">;
  readonly script: string;
  readonly arguments: readonly string[];
  /** A module that is loaded from the folder when the script is, by the name that other code there has for it. */
  readonly moduleAhead?: string | undefined;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Gets each line of its standard output. */
  readonly onLine: (line: string) => void;
  /** Gets each line of its standard error output. */
  readonly onErrorLine: (line: string) => void;
}

/**
 * How long a process that is asked to end may take over it, milliseconds: it has exit handlers to run
 * and compiled code to write, and the machine may be busy. Who is in a hurry presses Ctrl-C once more.
 */
const GRACE_MS = 10_000;

/** One of the SDK's own processes, run by this same Node.js. */
export class Child {
  readonly #process: ChildProcess;
  /** Resolves when the process has ended and all its output has been read; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  #end: ProcessEnd | undefined;

  constructor(options: ChildOptions) {
    this.#process = spawn(
      process.execPath,
      [
        // By its own default V8 lets the program of many pipelines grow to half as much again, and takes as long.
        SMALL_YOUNG_GENERATION,
        ...(options.nodeArguments ?? []),
        // As one word: two would tell the SDK that the program has a loader of its own (`hasLoaders` in cmd/run/run.js).
        ...preloads(options).map((url) => `--import=${url.href}`),
        options.script,
        ...options.arguments,
      ],
      {
        cwd: options.directory,
        env: {
          ...homeIfUnknown(),
          ...options.environment,
          ...compileCacheVariables(options.environment, options.what),
          ...noLoopbackProxy(options.environment),
        },
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

  /** The process as the system lists it; undefined when it does not run, and where the system does not tell. */
  findListed(): ListedProcess | undefined {
    return this.#process.pid === undefined ? undefined : findProcess(this.#process.pid);
  }

  /** Ends the process: by SIGTERM, and when that takes too long, by SIGKILL. */
  async stop(): Promise<void> {
    if (this.#end !== undefined) {
      return;
    }
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
    // Nothing is written: the process sees by it that the engine has ended (exit-with-parent.ts). It may break when the process ends.
    stdin?.on("error", () => undefined);
    for (const [stream, onLine] of [
      [stdout, options.onLine],
      [stderr, options.onErrorLine],
    ] as const) {
      // Not even null, against its type, where there were no more files to be had.
      if (stream instanceof Readable) {
        createInterface({ input: stream }).on("line", onLine);
      }
    }
    const end = Promise.withResolvers<ProcessEnd>();
    this.#process.once("close", (exitCode, signal) => end.resolve({ exitCode, signal }));
    this.#process.on("error", (startError) => {
      // Of a process that runs it means that a signal could not be sent.
      if (this.#process.pid === undefined) {
        end.resolve({ exitCode: null, signal: null, startError });
      }
    });
    this.#end = await end.promise;
    return this.#end;
  }
}

/** A process's end in words. */
export function describeEnd({ exitCode, signal, startError }: ProcessEnd): string {
  if (startError !== undefined) {
    return `it could not be started: ${startError.message}`;
  }
  return signal === null ? `it exited with status ${exitCode}` : `it was ended by ${signal}`;
}

/**
 * A home directory that holds nothing, for a user without one: the SDK loads libraries that ask for it
 * at once (`@npmcli/git/lib/opts.js`), and Node throws where nobody knows.
 */
function homeIfUnknown(): NodeJS.ProcessEnv {
  return findHomeDirectory() === undefined ? { HOME: devNull } : {};
}

function preloads({ moduleAhead }: ChildOptions): readonly URL[] {
  const urls = ["exit-with-parent", "lazy-sdk"].map(preloadUrl);
  if (moduleAhead !== undefined) {
    const url = preloadUrl("load-ahead");
    url.searchParams.set("module", moduleAhead);
    urls.push(url);
  }
  return urls;
}

function preloadUrl(name: string): URL {
  // Compiled, this folder holds JavaScript.
  const extension = extname(fileURLToPath(import.meta.url));
  return new URL(`./${name}${extension}`, import.meta.url);
}
