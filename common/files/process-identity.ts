/**
 * Whether the process that wrote a lock still runs. A process id alone does not say: once its process
 * has ended, the system gives it to another one. The time of the process's start tells the two apart.
 */
import { readFileSync } from "node:fs";
import { hasCode, isSystemError } from "./file-errors.ts";

/** A process, as a lock file names it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** What {@link startTimeOf} gave to the process itself; undefined where the system does not tell. */
  readonly started: string | undefined;
}

/** A process as Linux lists it. */
interface ListedProcess {
  /** It has ended, and its parent has not asked for its exit status yet. */
  readonly isZombie: boolean;
  /** When it started, in clock ticks since boot. */
  readonly startTicks: number;
}

/**
 * When a process started: a text that no later process with the same id gets, across reboots either.
 *
 * @returns undefined when there is no such process, and where the system does not tell (all but Linux)
 */
export function startTimeOf(pid: number): string | undefined {
  const found = readProcess(pid);
  const boot = readProc("sys/kernel/random/boot_id")?.trim();
  if (found === undefined || found.isZombie || boot === undefined) return undefined;
  return `${boot} ${found.startTicks}`;
}

/** Whether a process of this machine still runs. Where that cannot be known, it is taken to. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  try {
    // Signal 0 only asks whether the process exists.
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists, and belongs to another user.
    if (hasCode(error, "ESRCH")) return false;
  }
  const found = readProcess(pid);
  // No Linux, or mounted with `hidepid`, which hides the processes of other users.
  if (found === undefined) return true;
  return !found.isZombie && (started === undefined || started === startTimeOf(pid));
}

function readProcess(pid: number): ListedProcess | undefined {
  // The format is described in proc_pid_stat(5).
  const stat = readProc(`${pid}/stat`);
  if (stat === undefined) return undefined;
  // Fields are counted after the program's name, which may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { isZombie: fields[0] === "Z", startTicks: Number(fields[19]) };
}

function readProc(name: string): string | undefined {
  try {
    return readFileSync(`/proc/${name}`, "utf8");
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
