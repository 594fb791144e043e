import { setTimeout } from "node:timers/promises";
import type { Deployment } from "./deploy/deployment.ts";
import type { Severity } from "./deploy/events.ts";
import type { Run } from "./deploy/run.ts";
import type { Child } from "./processes/child.ts";
import { describeEnd } from "./processes/child.ts";
import type { Listener } from "./rpc/listener.ts";

/** How long a program that has been told to end may take over it, milliseconds. */
const PATIENCE_MS = 2000;
/** How long a program with a failed resource must ask for nothing to be taken to be stuck, milliseconds. */
const QUIET_MS = 100;
/** The exit status by which the SDK says that it has told the user what went wrong. */
const ALREADY_REPORTED = 32;

/** What running a program takes. */
export interface ProgramRunOptions {
  readonly deployment: Deployment;
  readonly listener: Listener;
  /** Starts the program, which connects to the listener. */
  readonly start: () => Promise<Child>;
  /** Called when the program is on its way, and awaited before it is answered. */
  readonly onStarted: () => Promise<void>;
  readonly root: string;
  readonly onLog: (severity: Severity, message: string, urn: string | undefined) => void;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
  /** Aborted when the user wants to stop at once. */
  readonly forceSignal: AbortSignal;
}

/**
 * Runs a program against a deployment until everything it declares is settled and, when all went
 * well, what it no longer declares is deleted.
 */
export async function runProgram(options: ProgramRunOptions): Promise<void> {
  const { deployment, listener, signal } = options;
  const { run } = deployment;
  const program = await options.start();
  // Only now, because loading gRPC keeps this process busy, and the program loads it meanwhile.
  const [services] = await Promise.all([import("./rpc/servers.ts"), options.onStarted()]);
  options.forceSignal.addEventListener("abort", () => program.kill(), { once: true });
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: finished, resolve: finish } = Promise.withResolvers<Outcome>();
  await services.serve(listener, {
    deployment,
    root: options.root,
    onLog: options.onLog,
    onProgramFinished: () => {
      finish("complete");
      return released;
    },
    onFailed: () => void whenQuiet(deployment).then(() => finish("incomplete")),
  });
  signal.addEventListener("abort", () => finish("incomplete"), { once: true });
  if (signal.aborted) finish("incomplete");
  const outcome = await Promise.race([finished, outcomeOf(program, run)]);
  await deployment.finish({ complete: outcome === "complete" });
  release();
  await endProgram(program, outcome);
  await listener.close();
}

/** Whether the program has declared everything that it had to. */
type Outcome = "complete" | "incomplete";

/** What the end of the program's process means. Older SDKs end without saying that they are done. */
async function outcomeOf(program: Child, run: Run): Promise<Outcome> {
  const end = await program.ended;
  if (end.exitCode === 0) return "complete";
  if (end.exitCode === ALREADY_REPORTED) run.stopAfterFailure();
  // After a failure it was this engine that ended the process.
  else if (!run.failed && !run.stopped)
    run.report("error", `The program failed: ${describeEnd(end)}`);
  return "incomplete";
}

/** Waits until the program, which waits for an answer that it will not get, asks for nothing else either. */
async function whenQuiet(deployment: Deployment): Promise<void> {
  do {
    await deployment.settle();
    await setTimeout(QUIET_MS);
  } while (deployment.isActive);
}

/** A program that is done ends by itself; one that was stopped in the middle may need help. */
async function endProgram(program: Child, outcome: Outcome): Promise<void> {
  if (outcome === "complete") {
    await Promise.race([program.ended, setTimeout(PATIENCE_MS, undefined, { ref: false })]);
  }
  await program.stop();
}
