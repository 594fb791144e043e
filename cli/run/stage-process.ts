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
 * @throws {UserError} when the program is not there
 */
export async function startGroup(
  options: ProcessOptions,
  interrupts: Interrupts,
): Promise<GroupProcess> {
  interrupts.assertNone();
  const child = spawn(options.program, options.args, {
    cwd: options.directory,
    env: options.environment,
    stdio: options.stdio,
    detached: true,
  });
  const exited = once(child, "exit");
  try {
    await once(child, "spawn");
  } catch (error) {
    exited.catch(() => undefined);
    if (!hasCode(error, "ENOENT")) {
      throw error;
    }
    throw new UserError(
      `Cannot start "${options.program}" as it is not on PATH: a development run needs bash, tar, sort and python3, as the cluster's jobs do`,
    );
  }
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
