/** Runs a program against a deployment: from the start of its process until that has ended. */
import { setTimeout as delay } from "node:timers/promises";
import { debugStep } from "../common/debug-log.ts";
import type { Deployment } from "./deploy/deployment.ts";
import type { Run } from "./deploy/run.ts";
import type { ListedProcess } from "../common/files/process-identity.ts";
import type { Child, ProcessEnd } from "./processes/child.ts";
import { describeEnd } from "./processes/child.ts";
import type { LogListener } from "./rpc/engine-service.ts";
import type { Listener } from "./rpc/listener.ts";

/** After how long the user is told that only the end of the program's process is waited for, milliseconds. */
const WAITING_NOTICE_MS = 3000;
/** How long a program with a failed resource must do nothing to be taken to wait for that resource, milliseconds. */
const QUIET_MS = 100;
/** How many times {@link QUIET_MS} a program may go on computing without asking for anything. */
const MOST_BUSY_ROUNDS = 100;
/** The exit status by which the SDK says that it has told the user what went wrong. */
const ALREADY_REPORTED = 32;

/** What is needed to run a program. */
export interface ProgramRunOptions {
  readonly deployment: Deployment;
  readonly listener: Listener;
  /** Starts the program, which connects to the listener. */
  readonly start: () => Child;
  /** Called when the program is on its way, and awaited before it is answered. */
  readonly onStarted: () => Promise<void>;
  readonly root: string;
  readonly onLog: LogListener;
  /** Called when everything is done but for the end of the program's process, and that takes long. */
  readonly onWaitingForEnd: () => void;
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
  const program = options.start();
  try {
    await serveProgram(program, options);
  } finally {
    await program.stop();
  }
  await options.listener.close();
}

async function serveProgram(program: Child, options: ProgramRunOptions): Promise<void> {
  const { deployment, listener, signal } = options;
  // Only now, because loading gRPC keeps this process busy, and the program loads it meanwhile.
  const [services] = await Promise.all([import("./rpc/servers.ts"), options.onStarted()]);
  options.forceSignal.addEventListener("abort", () => program.kill(), { once: true });
  const shutdown = Promise.withResolvers<void>();
  const declared = Promise.withResolvers<"declared">();
  // The user wants it, or the program waits for an answer that it will not get.
  const mustEnd = Promise.withResolvers<"must end">();
  await services.serve(listener, {
    deployment,
    root: options.root,
    onLog: options.onLog,
    onProgramFinished: () => {
      declared.resolve("declared");
      return shutdown.promise;
    },
    onFailed: () => void whenQuiet(deployment, program).then(() => mustEnd.resolve("must end")),
  });
  signal.addEventListener("abort", () => mustEnd.resolve("must end"), { once: true });
  if (signal.aborted) {
    mustEnd.resolve("must end");
  }
  const outcome = await debugStep("engine: run the program", () =>
    Promise.race([declared.promise, mustEnd.promise, program.ended]),
  );
  const complete =
    outcome === "declared" || (outcome !== "must end" && judgeEnd(outcome, deployment.run));
  await deployment.finish({ complete });
  shutdown.resolve();
  if (complete) {
    const end = await debugStep("engine: wait for the program to end", () =>
      waitForEnd(program, mustEnd.promise, options.onWaitingForEnd),
    );
    if (outcome === "declared" && end !== "must end") {
      // It may fail after it has said that it is done: with an input that never came, the SDK finds that only then.
      judgeEnd(end, deployment.run);
    }
  }
}

/**
 * Judges the end of a program: of an older SDK, which says only by it that it is done, or one that may have failed.
 *
 * @returns whether it has declared everything that it had to
 */
function judgeEnd(end: ProcessEnd, run: Run): boolean {
  if (end.exitCode === 0) {
    return true;
  }
  if (end.exitCode === ALREADY_REPORTED) {
    run.stopAfterFailure();
  }
  // After another failure this only follows from it.
  else if (!run.failed && !run.stopped) {
    run.report("error", `The program failed: ${describeEnd(end)}`);
  }
  return false;
}

/**
 * Waits until the program, which waits for an answer that it will not get, does nothing else either:
 * it asks for nothing, and where the system tells (Linux), it computes nothing and does not wait for a processor.
 */
async function whenQuiet(deployment: Deployment, program: Child): Promise<void> {
  let busyRounds = 0;
  while (busyRounds < MOST_BUSY_ROUNDS) {
    await deployment.settle();
    const before = program.findListed();
    await delay(QUIET_MS);
    const after = program.findListed();
    if (!deployment.isActive && !isComputing(before, after)) {
      return;
    }
    busyRounds = deployment.isActive ? 0 : busyRounds + 1;
  }
}

/** Whether a process computed between two looks at it, or waits for a processor; false where the system does not tell. */
function isComputing(before: ListedProcess | undefined, after: ListedProcess | undefined): boolean {
  return after?.state === "R" || before?.usedTicks !== after?.usedTicks;
}

/**
 * Waits until the process of a program that has said that it is done has ended. It is not hurried: it may have
 * exit handlers, and the machine may be busy. The
 * Pulumi CLI waits in the same way (`Cancel` of `resmon` in pkg/resource/deploy/source_eval.go of
 * pulumi/pulumi). A program that never ends is the user's to stop: Ctrl-C ends it, a second one kills it.
 */
async function waitForEnd(
  program: Child,
  mustEnd: Promise<"must end">,
  onLongWait: () => void,
): Promise<ProcessEnd | "must end"> {
  let before = program.findListed();
  const timer = setInterval(() => {
    const after = program.findListed();
    // A program that only gets too little of a busy machine ends by itself.
    if (!isComputing(before, after)) {
      clearInterval(timer);
      onLongWait();
    }
    before = after;
  }, WAITING_NOTICE_MS);
  const end = await Promise.race([program.ended, mustEnd]);
  clearInterval(timer);
  return end;
}
