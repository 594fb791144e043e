/**
 * Whether the process that wrote a lock still runs. A process id alone does not say: once its process
 * has ended, the system gives it to another one. The time of the process's start tells the two apart.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { hasCode, ignoringFileSystemErrors, isSystemError } from "./file-errors.ts";

/** A process, as a lock file names it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** What {@link startTimeOf} gave to the process itself; undefined where the system does not tell. */
  readonly started: string | undefined;
}

/** A process as Linux lists it in `/proc/<pid>/stat`, which proc_pid_stat(5) describes. */
export interface ListedProcess {
  /** `R` runs or waits for a processor, `S` sleeps, `Z` has ended and its parent has not asked how yet, and more. */
  readonly state: string;
  /** When it started, in clock ticks since boot. */
  readonly startTicks: number;
  /** How much processor time all its threads have used, in clock ticks. */
  readonly usedTicks: number;
}

/**
 * When a process started: a text that no later process with the same id gets, across reboots either.
 *
 * @returns undefined when there is no such process, and where the system does not tell (all but Linux)
 */
export function startTimeOf(pid: number): string | undefined {
  const found = findProcess(pid);
  const boot = readProc("sys/kernel/random/boot_id")?.trim();
  if (found === undefined || found.state === "Z" || boot === undefined) {
    return undefined;
  }
  return `${boot} ${found.startTicks}`;
}

/**
 * Where this process's id means what it says: only processes of the same boot of one machine and in the same namespace
 * (pid_namespaces(7)) see each other. Containers may well have one host name, and a machine keeps its own across boots.
 *
 * @returns undefined where Linux does not tell; the platform's name on other systems, which have no such namespaces
 */
export function processSpace(): string | undefined {
  if (process.platform !== "linux") {
    return process.platform;
  }
  const boot = readProc("sys/kernel/random/boot_id")?.trim();
  const namespace = ignoringFileSystemErrors(() => readlinkSync("/proc/self/ns/pid"));
  return boot === undefined || namespace === undefined ? undefined : `${boot} ${namespace}`;
}

/** Whether a process of this machine still runs. Where that cannot be known, it is taken to. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  try {
    // Signal 0 only asks whether the process exists.
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists, and belongs to another user.
    if (hasCode(error, "ESRCH")) {
      return false;
    }
  }
  const found = findProcess(pid);
  // No Linux, or mounted with `hidepid`, which hides the processes of other users.
  if (found === undefined) {
    return true;
  }
  return found.state !== "Z" && (started === undefined || started === startTimeOf(pid));
}

/** A process as the system lists it; undefined when there is none, and on other systems than Linux. */
export function findProcess(pid: number): ListedProcess | undefined {
  const stat = readProc(`${pid}/stat`);
  if (stat === undefined) {
    return undefined;
  }
  // Fields are counted after the program's name, which may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    state: fields[0] ?? "",
    startTicks: Number(fields[19]),
    usedTicks: Number(fields[11]) + Number(fields[12]),
  };
}

function readProc(name: string): string | undefined {
  try {
    return readFileSync(`/proc/${name}`, "utf8");
  } catch (error) {
    if (isSystemError(error)) {
      return undefined;
    }
    throw error;
  }
}
