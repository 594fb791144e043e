/**
 * Faults at requests of publications: a choice by chance, its seed printed. All of them, and the page that tells of
 * them: `npm run faults`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FAULT_KINDS } from "../../tools/faults/kinds.ts";
import type { FaultKind } from "../../tools/faults/kinds.ts";
import { OPERATIONS } from "../../tools/faults/operations.ts";
import type { Operation } from "../../tools/faults/operations.ts";
import { tryFault } from "../../tools/faults/trial.ts";
import { seededRandom } from "../../tools/interleavings/random.ts";
import { makeSet } from "../../tools/interleavings/sets.ts";
import { makeTemporaryFolder, startTestCluster } from "../../tools/test-cluster.ts";

const TRIALS = 20;
/** About as many as an operation has; a choice beyond its last is none. */
const MOST_REQUESTS = 14;
const HASTE = 4;
/** These take long. */
const PATIENT = /^(no answer|slow|down for (10|20))/;
/** A fault, the operation that it meets, and from which request on it may. */
interface Choice {
  readonly operation: Operation | undefined;
  readonly fault: FaultKind | undefined;
  readonly ordinal: number;
}

const operationOf = (name: string): Operation | undefined =>
  OPERATIONS.find((operation) => operation.name === name);
const faultAt = (command: string, name: string): FaultKind | undefined =>
  FAULT_KINDS.filter((kind) => kind.name === name).map((kind) => ({
    ...kind,
    commands: [command],
  }))[0];

/** What must never be got wrong: the last commit, and what is told of it. */
const ALWAYS: readonly Choice[] = [
  { operation: "update", fault: "empty 200, not run" },
  { operation: "first publication", fault: "reset, run" },
  { operation: "delete", fault: "HTML 200, run" },
].map(({ operation, fault }) => ({
  operation: operationOf(operation),
  fault: faultAt("commit_transaction", fault),
  ordinal: operation === "delete" ? 0 : 9,
}));

test("an operation that meets a fault ends well, or says what is so", async (t) => {
  const [one, two] = [await startTestCluster(t), await startTestCluster(t)];
  const directory = await makeTemporaryFolder(t);
  const sets = [await makeSet(directory, "old", 1), await makeSet(directory, "new", 2)] as const;
  const seed = Date.now() % 1_000_000;
  const random = seededRandom(seed);
  t.diagnostic(`seed ${seed}`);
  const kinds = FAULT_KINDS.filter(({ name }) => !PATIENT.test(name));
  const chosen: readonly Choice[] = Array.from({ length: TRIALS }, () => ({
    operation: OPERATIONS[random.below(OPERATIONS.length)],
    fault: kinds[random.below(kinds.length)],
    ordinal: random.below(MOST_REQUESTS),
  }));
  let met = 0;
  for (const [index, choice] of [...ALWAYS, ...chosen].entries()) {
    const { operation, fault, ordinal } = choice;
    assert.ok(operation !== undefined && fault !== undefined, JSON.stringify(choice));
    const trial = await tryFault({
      operation,
      fault,
      ordinal,
      clusters: [one.url, two.url],
      root: `//faults/${index}`,
      sets,
      haste: HASTE,
    });
    const what = `${fault.name}, ${operation.name}, request ${ordinal} (${trial.met})`;
    assert.deepEqual(trial.wrong, [], what);
    assert.ok(
      index >= ALWAYS.length || trial.met !== undefined,
      `${what}: there is no such request`,
    );
    met += trial.met === undefined ? 0 : 1;
  }
  assert.ok(met >= TRIALS / 2, `${met} faults were met`);
});
