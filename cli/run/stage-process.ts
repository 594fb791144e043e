/** Processes of a development run: each with a process group of its own, which is ended as a whole. */
import { spawn } from "node:child_process";
import type { ChildProcess, StdioOptions } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { hasCode } from "../../common/files/file-errors.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { signalStatus } from "../terminal/exit-status.ts";
import type { Interrupts } from "../terminal/interrupts.ts";

/** How often to look whether a group has ended, milliseconds. */
const POLL_MS = 20;

/** How long the rest of an interrupted group gets to end by itself, milliseconds. */
const GRACE_MS = 3000;

/** How to start a process. */
export interface ProcessOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** File descriptors are passed on as they are: nothing is copied, and lines stay whole. */
  readonly stdio: StdioOptions;
}

/** A process that has been started. */
export interface GroupProcess {
  readonly child: ChildProcess;
  /** Its exit status, as a shell tells it, when its whole group is gone. */
  readonly ended: Promise<number>;
}

/**
 * Starts a process in a session of its own, so that Ctrl-C on the terminal reaches this process
 * alone, which passes it on to the whole group. What is left of the group when the process has ended is
 * killed, as a cluster does with what a job leaves behind; only a process that begins a session
 * of its own escapes.
 *
 * @throws {UserError} when the program is not there, or its environment is too long
 */
export async function startGroup(
  options: ProcessOptions,
  interrupts: Interrupts,
): Promise<GroupProcess> {
  interrupts.assertNone();
  const { child, exited } = await spawnChild(options);
  const { pid } = child;
  if (pid === undefined) {
    throw new Error(`No process id of "${options.program}"`);
  }
  const ended = interrupts.passTo((signal) => signalGroup(pid, signal), exited);
  // One that came while the process was being started has not been passed on yet.
  if (interrupts.received !== undefined) {
    signalGroup(pid, interrupts.received);
  }
  return { child, ended: ended.then(() => finish(child, pid, interrupts)) };
}

async function spawnChild(
  options: ProcessOptions,
): Promise<{ readonly child: ChildProcess; readonly exited: Promise<unknown> }> {
  const { program, args, directory, environment, stdio } = options;
  try {
    const child = spawn(program, args, { cwd: directory, env: environment, stdio, detached: true });
    const exited = once(child, "exit");
    exited.catch(() => undefined);
    await once(child, "spawn");
    return { child, exited };
  } catch (error) {
    throw explainStart(error, options);
  }
}

/** What keeps a process from being started and the user can mend, in words; all else as it is. */
function explainStart(error: unknown, { program, environment }: ProcessOptions): unknown {
  if (hasCode(error, "E2BIG")) {
    // MAX_ARG_STRLEN in include/uapi/linux/binfmts.h of Linux.
    return new UserError(
      `Cannot start "${program}" as its environment is longer than the system allows (on Linux 128 KiB for each variable): ` +
        "shorten what the stage's env, configs/secrets.env or your own environment has",
    );
  }
  if (!hasCode(error, "ENOENT")) {
    return error;
  }
  const { PATH: path = "" } = environment;
  const isUsers = path.endsWith(process.env["PATH"] ?? "");
  const place = isUsers ? "PATH" : "the PATH that the stage's env or configs/secrets.env sets";
  return new UserError(
    `Cannot start "${program}" as it is not on ${place}: a development run needs bash, tar, sort and python3, as the cluster's jobs do`,
  );
}

/**
 * Runs a process to its end; see {@link startGroup}.
 *
 * @returns its exit status, 128 + n when signal n ended it
 */
export async function runGroup(options: ProcessOptions, interrupts: Interrupts): Promise<number> {
  const { ended } = await startGroup(options, interrupts);
  return ended;
}

async function finish(child: ChildProcess, pid: number, interrupts: Interrupts): Promise<number> {
  if (interrupts.received !== undefined) {
    const deadline = performance.now() + GRACE_MS;
    const rest = async (): Promise<void> => {
      while (signalGroup(pid, 0) && performance.now() < deadline) {
        await delay(POLL_MS);
      }
    };
    await interrupts.passTo((signal) => signalGroup(pid, signal), rest());
  }
  signalGroup(pid, "SIGKILL");
  const { exitCode, signalCode } = child;
  if (signalCode !== null) {
    return signalStatus(signalCode);
  }
  return exitCode ?? 1;
}

/** @returns false when nothing is left of the group */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if (hasCode(error, "ESRCH")) {
      return false;
    }
    // macOS answers so for a group of zombies.
    if (hasCode(error, "EPERM")) {
      return false;
    }
    throw error;
  }
}
