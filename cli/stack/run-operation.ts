import { createInterface } from "node:readline/promises";
import type { StackResult } from "../../engine/index.ts";
import type { StackCommandOptions, StackOperation } from "./command.ts";
import { catchInterrupts } from "../terminal/interrupt.ts";

/** What a stack command came to. */
export interface CommandOutcome {
  readonly status: number;
  /** Undefined when the Pulumi CLI did it, or nothing was done. */
  readonly result: StackResult | undefined;
}

/** Runs an operation through the Pulumi CLI when there is one, else through the embedded engine. */
export async function runOperationCommand(
  operation: StackOperation,
  options: StackCommandOptions,
  directory: string,
): Promise<CommandOutcome> {
  const { findPulumi } = await import("./pulumi-cli.ts");
  const executable = await findPulumi(process.env);
  if (executable === undefined) return runEmbedded(operation, options, directory);
  const status = await runThroughPulumi(executable, operation, options, directory);
  return { status, result: undefined };
}

async function runThroughPulumi(
  executable: string,
  operation: StackOperation,
  options: StackCommandOptions,
  directory: string,
): Promise<number> {
  const [{ ensureStack, pulumiEnvironment, runPulumi }, { readProject }] = await Promise.all([
    import("./pulumi-cli.ts"),
    import("../../engine/project/project.ts"),
  ]);
  const project = await readProject(directory);
  const environment = await pulumiEnvironment(process.env, project.root, project.backendUrl);
  const run = { executable, directory: project.root, environment };
  const ready = await ensureStack(run, options.stack);
  if (ready !== 0) return ready;
  const asks = process.stdin.isTTY && process.stdout.isTTY && options.yes !== true;
  const status = await runPulumi(run, [
    operation,
    "--stack",
    options.stack,
    ...(asks ? [] : ["--non-interactive", ...(operation === "preview" ? [] : ["--yes"])]),
    ...(options.diff === true ? ["--diff"] : []),
  ]);
  if (status !== 0 || options.remove !== true) return status;
  return runPulumi(run, ["stack", "rm", options.stack, "--yes", "--preserve-config"]);
}

async function runEmbedded(
  operation: StackOperation,
  options: StackCommandOptions,
  directory: string,
): Promise<CommandOutcome> {
  const { runStackOperation, removeStack } = await import("../../engine/index.ts");
  // A reader that has gone (`ytcode up | head`) must not end an update in the middle, nor what follows it.
  process.stdout.on("error", ignoreBrokenPipe);
  const interrupt = catchInterrupts((message) => process.stderr.write(`${message}\n`));
  const common = {
    projectDirectory: directory,
    stack: options.stack,
    diff: options.diff ?? false,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupt.signal,
    forceSignal: interrupt.forceSignal,
  };
  try {
    if (asksFirst(operation, options)) {
      const shown = await runStackOperation({
        ...common,
        operation: operation === "destroy" ? "preview-destroy" : "preview",
      });
      if (!shown.succeeded) return { status: 1, result: undefined };
      if (!(await confirm(operation, options.stack))) return { status: 1, result: undefined };
    }
    const result = await runStackOperation({ ...common, operation });
    if (result.succeeded && options.remove === true) {
      await removeStack({ projectDirectory: directory, stack: options.stack });
    }
    return { status: result.succeeded ? 0 : 1, result };
  } finally {
    interrupt.dispose();
  }
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** People are asked, scripts are not. */
function asksFirst(operation: StackOperation, options: StackCommandOptions): boolean {
  const asked = operation === "up" || operation === "destroy";
  return asked && options.yes !== true && process.stdin.isTTY && process.stdout.isTTY;
}

async function confirm(operation: StackOperation, stack: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const question =
      operation === "destroy"
        ? `Destroy everything that stack "${stack}" manages? (yes/no) `
        : `Perform this update of stack "${stack}"? (yes/no) `;
    const answer = await terminal.question(question);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
