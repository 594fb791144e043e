/** A development run: a stage, through its real wrapper, in a sandbox on this machine. */
import { open, rename } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { buildArchive } from "../../provider/archive/build/build.ts";
import { wrapperName } from "../../provider/pipeline/stages/wrappers.ts";
import { counted } from "../../common/text/counted.ts";
import { formatSize } from "../../common/text/format-size.ts";
import type { Manifest } from "../../provider/manifest/manifest.ts";
import { MAP_REDUCE_LEGS } from "../../provider/pipeline/stages/operations.ts";
import type { Operation } from "../../provider/pipeline/stages/operations.ts";
import { ExitStatus, signalStatus } from "../terminal/exit-status.ts";
import { shownPath } from "../user-directory.ts";
import type { JobEnvironment } from "./environment/job-environment.ts";
import { phasesOf } from "./choose-operation.ts";
import type { RunOperation } from "./choose-operation.ts";
import { copyInput } from "./rows/input.ts";
import type { RunInput } from "./rows/input.ts";
import { Interrupts } from "../terminal/interrupts.ts";
import { countRows } from "./rows/lines.ts";
import { lockBuild, lockSandbox } from "./sandbox/lock.ts";
import { deliverOutput } from "./rows/output.ts";
import type { RunOutput } from "./rows/output.ts";
import { prepareEnvironment } from "./python-environment.ts";
import { ensureRunsFolder, NewSandbox, ROWS } from "./sandbox/sandbox.ts";
import { sortRows } from "./rows/sort-rows.ts";
import type { SortOrder } from "./rows/sort-rows.ts";
import { runGroup } from "./stage-process.ts";
import { findWorkDirectory } from "./work-directory.ts";

/** What to run, on which rows. */
export interface StageRun {
  readonly manifest: Manifest;
  readonly stage: string;
  readonly operation: RunOperation;
  readonly job: JobEnvironment;
  /** Undefined for a vanilla operation, which has none. */
  readonly input: RunInput | undefined;
  readonly output: RunOutput;
  /** How the reducer's input is sorted; undefined when it is not sorted here. */
  readonly order: SortOrder | undefined;
  /** The folder of the run, under `.dev`. */
  readonly sandboxName: string;
  /** The interpreter. */
  readonly python: string;
  /** Tells the user what is being done. */
  readonly say: (message: string) => void;
}

/** A run whose sandbox is ready. */
interface ReadyRun extends StageRun {
  readonly sandbox: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** What messages call a phase. */
const PHASE_NAMES: Readonly<Record<Operation, string>> = {
  map: "map",
  vanilla: "vanilla",
  reduce: "reduce",
  map_reduce_mapper: "map",
  map_reduce_reducer: "reduce",
};

/** A map, a reduce, a vanilla operation or one leg of a map-reduce, and its rows. */
interface Phase {
  readonly operation: Operation;
  /** A file in the sandbox; undefined for no rows. */
  readonly input: string | undefined;
  /** A file in the sandbox; undefined for our own standard output. */
  readonly output: string | undefined;
}

/**
 * Runs a stage.
 *
 * @throws {UserError} when it cannot be run
 * @throws {ExitStatus} with the stage's own exit status when it fails, which has been said; 128 + n
 * when signal n interrupted the run
 */
export async function runStage(run: StageRun): Promise<void> {
  const directory = findWorkDirectory(run.manifest, run.say);
  const runsFolder = await ensureRunsFolder(directory);
  const lock = await lockSandbox(directory, run.sandboxName);
  try {
    const interrupts = new Interrupts((signal) =>
      run.say(`Stopping (${signal}); press again to kill it`),
    );
    await using newSandbox = await NewSandbox.begin(runsFolder, run.sandboxName);
    const environment = await prepareCode(run, { directory, runsFolder }, newSandbox, interrupts);
    if (run.input !== undefined) {
      await copyInput(run.input, path.join(newSandbox.folder, ROWS.input), interrupts);
    }
    const sandbox = await newSandbox.complete();
    await runInSandbox({ ...run, sandbox, environment }, interrupts);
  } finally {
    lock.release();
  }
}

async function prepareCode(
  run: StageRun,
  { directory, runsFolder }: { readonly directory: string; readonly runsFolder: string },
  newSandbox: NewSandbox,
  interrupts: Interrupts,
): Promise<NodeJS.ProcessEnv> {
  const { manifest, stage, operation, job, python, say } = run;
  const lock = await lockBuild(directory, say);
  try {
    say(`Building ${shownPath(manifest.pipelineDirectory)}`);
    const { file, tree } = await buildArchive(manifest, { directory });
    const wrappers = phasesOf(operation).map((phase) => wrapperName(stage, phase));
    await newSandbox.addFiles(job.files);
    await newSandbox.addCode(file, tree, wrappers);
    // Until here a signal may end this process at once; from here on other processes have to be ended
    // first. It is never disposed of, as nothing comes after the run.
    interrupts.listen();
    return await prepareEnvironment(
      { python, stage, tree, runsFolder, environment: job.variables, say },
      interrupts,
    );
  } finally {
    lock.release();
  }
}

async function runInSandbox(run: ReadyRun, interrupts: Interrupts): Promise<void> {
  const { stage, operation, input, order, sandbox, say } = run;
  const size = input === undefined ? "" : `: ${await describeRows(run, ROWS.input)}`;
  say(`${capitalized(operation)} of "${stage}" in "${shownPath(sandbox)}"${size}`);
  const first = input === undefined ? undefined : ROWS.input;
  const last = run.output.type === "stdout" || isLog(run) ? undefined : ROWS.output;
  if (operation === "map-reduce") {
    const [mapper, reducer] = MAP_REDUCE_LEGS;
    await runPhase(run, { operation: mapper, input: first, output: ROWS.intermediate }, interrupts);
    const sorted = await sortFor(run, ROWS.intermediate, interrupts);
    await runPhase(run, { operation: reducer, input: sorted, output: last }, interrupts);
  } else {
    const isSorted = operation !== "reduce" || order === undefined;
    const rows = isSorted ? first : await sortFor(run, ROWS.input, interrupts);
    await runPhase(run, { operation, input: rows, output: last }, interrupts);
  }
  if (last === undefined) {
    return;
  }
  const file = path.join(sandbox, last);
  await deliverOutput(file, run.output);
  const place = run.output.type === "file" ? run.output.file : file;
  say(`${await describeRows(run, last)} in "${shownPath(place)}"`);
}

/** A vanilla operation has no output table: what it prints is shown, unless a file is named for it. */
function isLog({ operation, output }: StageRun): boolean {
  return operation === "vanilla" && output.type === "sandbox";
}

async function sortFor(run: ReadyRun, source: string, interrupts: Interrupts): Promise<string> {
  const { order, sandbox, say } = run;
  if (order === undefined) {
    return source;
  }
  say(`Sorting ${await describeRows(run, source)} by ${order.sortBy.join(", ")}`);
  const name =
    source === ROWS.input ? "the input" : `what the mapper wrote, "${path.join(sandbox, source)}",`;
  await sortRows(
    {
      source: path.join(sandbox, source),
      target: path.join(sandbox, ROWS.sorted),
      order,
      folder: sandbox,
      name,
    },
    interrupts,
  );
  return ROWS.sorted;
}

/** Runs one wrapper. Its output gets its name when it is complete. */
async function runPhase(run: ReadyRun, phase: Phase, interrupts: Interrupts): Promise<void> {
  const { sandbox } = run;
  const partial =
    phase.output === undefined ? undefined : path.join(sandbox, `${phase.output}.partial`);
  const files: FileHandle[] = [];
  const descriptor = async (file: string, flags: string): Promise<number> => {
    const handle = await open(file, flags);
    files.push(handle);
    return handle.fd;
  };
  let status: number;
  try {
    const stdin =
      phase.input === undefined ? "ignore" : await descriptor(path.join(sandbox, phase.input), "r");
    const stdout = partial === undefined ? 1 : await descriptor(partial, "w");
    status = await runGroup(
      {
        program: "bash",
        args: [`./${wrapperName(run.stage, phase.operation)}`],
        directory: sandbox,
        environment: run.environment,
        stdio: [stdin, stdout, 2],
      },
      interrupts,
    );
  } finally {
    for (const file of files) {
      await file.close();
    }
  }
  reportEnd(run, phase, status, interrupts);
  if (phase.output !== undefined && partial !== undefined) {
    await rename(partial, path.join(sandbox, phase.output));
  }
}

/**
 * Prints one line when the phase failed or was interrupted.
 *
 * @throws {ExitStatus} in those cases
 */
function reportEnd(run: ReadyRun, phase: Phase, status: number, { received }: Interrupts): void {
  const { stage, sandbox } = run;
  const what = `the ${PHASE_NAMES[phase.operation]} of the stage "${stage}"`;
  if (received !== undefined) {
    fail(
      `Interrupted by ${received}: ${what} ran in "${shownPath(sandbox)}"`,
      signalStatus(received),
    );
  }
  if (status === 0) {
    return;
  }
  const rows = phase.input === undefined ? "" : ` < ${phase.input}`;
  fail(
    `${capitalized(what)} failed with exit status ${status}: look into "${shownPath(sandbox)}", ` +
      `or run it again there with: bash ./${wrapperName(stage, phase.operation)}${rows}`,
    status,
  );
}

function fail(message: string, status: number): never {
  process.stderr.write(`ytcode: ${message}\n`);
  throw new ExitStatus(status);
}

async function describeRows({ sandbox }: ReadyRun, file: string): Promise<string> {
  const { rows, sizeBytes } = await countRows(path.join(sandbox, file));
  return `${counted(rows, "row")}, ${formatSize(sizeBytes)}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
