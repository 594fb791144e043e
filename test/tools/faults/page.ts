/** Writes docs/faults.md from what the trials showed. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { OPERATIONS } from "./operations.ts";
import type { Trial } from "./trial.ts";

/** One fault, at each request of some operations. */
export interface Row {
  /** Its name. */
  readonly fault: string;
  readonly cells: {
    /** Its name. */
    readonly operation: string;
    readonly trials: readonly Trial[];
  }[];
}

const PAGE = path.resolve(import.meta.dirname, "../../../docs/faults.md");

/** Adds what other processes have saved, and puts the operations in order. */
export async function mergeRows(
  rows: readonly Row[],
  files: readonly string[],
): Promise<readonly Row[]> {
  const saved = await Promise.all(
    files.map(async (file) => {
      const value: readonly Row[] = JSON.parse(await readFile(file, "utf8"));
      return value;
    }),
  );
  const place = new Map(OPERATIONS.map(({ name }, index) => [name, index]));
  return rows.map(({ fault, cells }) => ({
    fault,
    cells: [
      ...cells,
      ...saved.flatMap((others) => others.find((row) => row.fault === fault)?.cells ?? []),
    ].toSorted((a, b) => (place.get(a.operation) ?? 0) - (place.get(b.operation) ?? 0)),
  }));
}

/** Writes the page. */
export async function writePage(rows: readonly Row[]): Promise<void> {
  await writeFile(PAGE, makePage(rows));
}

/** The page's text. */
export function makePage(rows: readonly Row[]): string {
  const trials = rows.flatMap(({ cells }) => cells.flatMap((cell) => cell.trials));
  const looks = trials.reduce((sum, trial) => sum + trial.looks, 0);
  const wrong = trials.filter((trial) => trial.wrong.length > 0).length;
  const names = rows[0]?.cells.map(({ operation }) => operation) ?? [];
  const table = [
    `| fault | ${names.join(" | ")} |`,
    `| --- |${" --- |".repeat(names.length)}`,
    ...rows.map(
      ({ fault, cells }) =>
        `| ${fault} | ${cells.map((cell) => describeCell(cell.trials)).join(" | ")} |`,
    ),
  ];
  return `# What faults may do

Made by \`npm run faults -- --write\`; do not edit. Each fault met each request of each operation once, one a trial:
${trials.length} trials, in which a reader looked ${looks} times, after each request that the cluster ran.

- A reader saw the whole old set or the whole new one, each time.
- What was said to be done was done; what was said to have failed was not, or the error said that it may have been.
- The next \`up\`, undisturbed, ended well and left the new set; it had to wait for nobody but the dead.
- Trials in which one of these was otherwise: ${wrong}.

"18 done" are 18 requests at which the operation got over the fault. An error is where the answer was final, so that
nothing but an error was right. "Killed" is the end of the client's process at that request. Times are those of the client: in the
trials they go by faster, in the same proportions. How often what is tried again: [retries.md](retries.md).

${table.join("\n")}

## The errors

${listErrors(rows).join("\n")}
`;
}

function describeCell(trials: readonly Trial[]): string {
  const count = (ended: Trial["ended"]): number =>
    trials.filter((trial) => trial.ended === ended && trial.wrong.length === 0).length;
  const parts = [
    [count("done"), "done"],
    [count("failed"), "errors"],
    [count("killed"), "killed"],
    [trials.filter((trial) => trial.wrong.length > 0).length, "**wrong**"],
  ] as const;
  const shown = parts.filter(([number]) => number > 0);
  return shown.length === 0 ? "–" : shown.map(([number, what]) => `${number} ${what}`).join(", ");
}

/** One example for each fault that ended in errors. */
function listErrors(rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ fault, cells }) => {
    const failed = cells.flatMap(({ operation, trials }) =>
      trials
        .filter(({ ended }) => ended === "failed")
        .map(({ met, message = "" }) => ({ operation, met, message })),
    );
    const [first] = failed;
    return first === undefined
      ? []
      : [`- ${fault}, at \`${first.met}\` of ${first.operation}: ${neutral(first.message)}`];
  });
}

/** Without what is of one run only. */
function neutral(message: string): string {
  return message
    .replaceAll(/\/\/faults\/\d+\/(target|source)/g, "//home/$1")
    .replaceAll(/[0-9a-f]{64}/g, "<digest>")
    .replaceAll(/127\.0\.0\.1:\d+/g, "proxy:80");
}
