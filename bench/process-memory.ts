/** Runs a command and looks at how much memory it and what it starts hold, as Linux tells. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ignoringFileSystemErrors } from "../common/files/file-errors.ts";

/** How often memory is looked at, in milliseconds. */
const LOOK_MS = 100;

/** The most that was held, in MB: millions of bytes. */
export interface PeakMemory {
  /** By any one of the processes. */
  readonly largestMb: number;
  /** By all of them at a time; what they share is counted for each. */
  readonly sumMb: number;
}

/** What a command took. */
export interface Watched extends PeakMemory {
  readonly tookMs: number;
  /** What it printed. */
  readonly printed: string;
}

interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly peakKib: number;
  readonly nowKib: number;
}

/** Runs a command of Node's to its end. @throws {Error} with what it printed when it fails */
export async function runWatched(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Watched> {
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject).on("close", resolve);
  const ending = new AbortController();
  const looks = look(child.pid, ending.signal);
  const status = await promise;
  const tookMs = performance.now() - started;
  ending.abort();
  const printed = Buffer.concat(chunks).toString();
  if (status === 0) {
    return { ...(await looks), tookMs, printed };
  }
  throw new Error(`"${args.join(" ")}" ended with status ${status}: ${printed}`);
}

/** Both numbers for a report. */
export function describeMemory({ largestMb, sumMb }: PeakMemory): string {
  return `largest process ${largestMb} MB, all together ${sumMb} MB`;
}

async function look(pid: number | undefined, signal: AbortSignal): Promise<PeakMemory> {
  let [largestKib, sumKib] = [0, 0];
  for (; !signal.aborted; await delay(LOOK_MS)) {
    const family = familyOf(pid);
    largestKib = Math.max(largestKib, ...family.map(({ peakKib }) => peakKib));
    const nowKib = family.reduce((sum, process) => sum + process.nowKib, 0);
    sumKib = Math.max(sumKib, nowKib);
  }
  return { largestMb: toMb(largestKib), sumMb: toMb(sumKib) };
}

function toMb(kib: number): number {
  return Math.round((kib * 1024) / 1e6);
}

/** A process and those that it has started, directly or not. */
function familyOf(pid: number | undefined): readonly Listed[] {
  const processes = readdirSync("/proc").flatMap(list);
  const own = new Set([pid]);
  // Children may have lower numbers than their parents.
  for (let before = 0; before !== own.size;) {
    before = own.size;
    for (const { pid: child, parent } of processes) {
      if (own.has(parent)) {
        own.add(child);
      }
    }
  }
  return processes.filter((process) => own.has(process.pid));
}

function list(name: string): readonly Listed[] {
  const status = /^\d+$/.test(name)
    ? ignoringFileSystemErrors(() => readFileSync(`/proc/${name}/status`, "utf8"))
    : undefined;
  if (status === undefined) {
    return [];
  }
  const field = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  return [
    { pid: Number(name), parent: field("PPid"), peakKib: field("VmHWM"), nowKib: field("VmRSS") },
  ];
}
