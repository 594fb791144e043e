import type { Deployment } from "./deploy/deployment.ts";
import type { Severity } from "./deploy/events.ts";
import type { Child } from "./processes/child.ts";
import { describeEnd } from "./processes/child.ts";
import type { Listener } from "./rpc/listener.ts";

/** How long a program that has been told to end may take over it, milliseconds. */
const PATIENCE_MS = 2000;
/** The exit status by which the SDK says that it has told the user what went wrong. */
const ALREADY_REPORTED = 32;

/** What running a program takes. */
export interface ProgramRunOptions {
  readonly deployment: Deployment;
  readonly listener: Listener;
  /** Starts the program, which connects to the listener. */
  readonly start: () => Promise<Child>;
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
  // gRPC is loaded while the program is starting.
  const [program, services] = await Promise.all([options.start(), import("./rpc/servers.ts")]);
  options.forceSignal.addEventListener("abort", () => program.kill(), { once: true });
  let release: (() => void) | undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const finished = new Promise<void>((resolve) => {
    void services
      .serve(listener, {
        deployment,
        root: options.root,
        onLog: options.onLog,
        onProgramFinished: () => {
          resolve();
          return released;
        },
      })
      .catch((error: unknown) => {
        run.report("error", String(error));
        resolve();
      });
  });
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  const takeEnd = async (): Promise<void> => {
    const end = await program.ended;
    if (end.exitCode === 0 || run.stopped) return;
    if (end.exitCode === ALREADY_REPORTED) run.stopAfterFailure();
    else run.report("error", `The program failed: ${describeEnd(end)}`);
  };
  await Promise.race([finished, takeEnd(), stopped]);
  await deployment.finish();
  release?.();
  await endProgram(program, run.stopped);
  await listener.close();
}

/** A program that is done ends by itself; one that was stopped in the middle may need help. */
async function endProgram(program: Child, stopped: boolean): Promise<void> {
  if (stopped) return program.stop();
  const timer = setTimeout(() => void program.stop(), PATIENCE_MS);
  await program.ended;
  clearTimeout(timer);
}
