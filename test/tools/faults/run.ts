/**
 * Tries every fault at every request of every operation: `npm run faults`, with `-- --write` for
 * docs/faults.md. Some only: `-- --operation update --fault "reset, run"`; `--trace` tells each step. Several processes
 * may share the work: each has some operations and `--save FILE`, the last one `--merge FILE` for each of the others.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { mapConcurrently } from "../../../common/concurrency/concurrency.ts";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { makeSet } from "../interleavings/sets.ts";
import { FAULT_KINDS } from "./kinds.ts";
import { OPERATIONS } from "./operations.ts";
import { mergeRows, writePage } from "./page.ts";
import type { Row } from "./page.ts";
import { tryFault } from "./trial.ts";
import type { Trial } from "./trial.ts";

const HASTE = 10;
/** More than any operation has requests. */
const MOST_REQUESTS = 100;

const { values } = parseArgs({
  options: {
    operation: { type: "string", default: "" },
    fault: { type: "string", default: "" },
    request: { type: "string" },
    concurrency: { type: "string", default: "4" },
    trace: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    save: { type: "string" },
    merge: { type: "string", multiple: true, default: [] },
  },
});
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const directory = await mkdtemp(join(tmpdir(), "ytcode-faults-"));
const clusters = await Promise.all(
  ["one", "two"].map(async (name) => startLocalCluster({ dataDirectory: join(directory, name) })),
);
const [one, two] = clusters;
if (one === undefined || two === undefined) {
  throw new TypeError("Two clusters were started");
}
const sets = [await makeSet(directory, "old", 1), await makeSet(directory, "new", 2)] as const;
const operations = OPERATIONS.filter(({ name }) => name.startsWith(values.operation));
const faults = FAULT_KINDS.filter(({ name }) => name.startsWith(values.fault));
let trialCount = 0;

const rows = await mapConcurrently(faults, Number(values.concurrency), async (fault) => {
  const row: Row = { fault: fault.name, cells: [] };
  for (const operation of operations) {
    const trials: Trial[] = [];
    const only = values.request === undefined ? undefined : Number(values.request);
    for (let ordinal = only ?? 0; ordinal <= (only ?? MOST_REQUESTS); ordinal += 1) {
      trialCount += 1;
      const trial = await tryFault({
        operation,
        fault,
        ordinal,
        clusters: [one.url, two.url],
        root: `//faults/${trialCount}`,
        sets,
        haste: HASTE,
        ...(values.trace ? { trace: print } : {}),
      });
      if (trial.met === undefined) {
        break;
      }
      trials.push(trial);
      for (const wrong of trial.wrong) {
        print(`${fault.name}, ${operation.name}, request ${ordinal} (${trial.met}): ${wrong}`);
      }
    }
    row.cells.push({ operation: operation.name, trials });
  }
  return row;
});
for (const cluster of clusters) {
  await cluster.close();
}
await rm(directory, { recursive: true, force: true });
const wrongCount = rows
  .flatMap(({ cells }) => cells.flatMap(({ trials }) => trials))
  .filter(({ wrong }) => wrong.length > 0).length;
print(`${trialCount} trials, ${wrongCount} wrong`);
if (values.save !== undefined) {
  await writeFile(values.save, JSON.stringify(rows));
}
if (values.write) {
  await writePage(await mergeRows(rows, values.merge));
}
process.exitCode = wrongCount === 0 ? 0 : 1;
