/** Times two ways of doing a thing in turn, A B A B …, so that a change of the machine's pace hits both. */
import { spawn } from "node:child_process";

/** A command to be timed as a whole process. */
export interface Contestant {
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Undoes what a run leaves behind, outside the measured time. */
  readonly reset?: () => Promise<void>;
}

/** Wall-clock times in ms, one for each run, in the order of the runs. */
export interface Times {
  readonly name: string;
  readonly runsMs: readonly number[];
}

/**
 * Runs the contestants in turn.
 *
 * @param runs how often each is counted; one run of each goes before, to warm caches
 * @throws {Error} when a command fails
 */
export async function timeInTurn(
  contestants: readonly Contestant[],
  runs: number,
): Promise<readonly Times[]> {
  const times = contestants.map(({ name }) => ({ name, runsMs: new Array<number>() }));
  for (let run = -1; run < runs; run++) {
    for (const [index, contestant] of contestants.entries()) {
      await contestant.reset?.();
      const started = performance.now();
      await runToEnd(contestant);
      if (run >= 0) {
        times[index]?.runsMs.push(performance.now() - started);
      }
    }
  }
  return times;
}

async function runToEnd({ name, command, cwd, env = {} }: Contestant): Promise<void> {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const errors: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject).on("close", resolve);
  const status = await promise;
  if (status === 0) {
    return;
  }
  throw new Error(`${name} ended with status ${status}: ${Buffer.concat(errors).toString()}`);
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] =
    sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
}

/**
 * The lines of a report: the median time of each, and the ratio of the first to each other one,
 * taken pair by pair.
 */
export function report(times: readonly Times[]): readonly string[] {
  const [first, ...others] = times;
  if (first === undefined) {
    return [];
  }
  const width = Math.max(...times.map(({ name }) => name.length));
  const line = ({ name, runsMs }: Times): string => {
    const [least, most] = [Math.min(...runsMs), Math.max(...runsMs)].map(Math.round);
    return `  ${name.padEnd(width)}  median ${Math.round(median(runsMs))} ms (${least}-${most})`;
  };
  const ratio = (other: Times): string => {
    const ratios = first.runsMs.map((ms, run) => ms / (other.runsMs[run] ?? Number.NaN));
    return `  ratio to ${other.name}: median ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)})`;
  };
  return [...times.map(line), ...others.map(ratio)];
}
