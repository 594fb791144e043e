/** Runs preview, up, refresh and destroy: through the Pulumi CLI, or through the embedded engine. */
import type { StackResult } from "../../engine/index.ts";
import { confirm } from "../terminal/confirm.ts";
import { Interrupts } from "../terminal/interrupts.ts";
import { engineOptions } from "./engine-options.ts";
import { givenFlags, refuseFlags } from "./flags.ts";
import { mayAsk } from "./may-ask.ts";
import type { Surroundings } from "./may-ask.ts";
import type { StackCommandOptions, StackOperation } from "./operation.ts";

/** How a stack command ended. */
export interface CommandOutcome {
  readonly status: number;
  /** Undefined when the Pulumi CLI ran, or nothing was done. */
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
  if (executable === undefined) {
    return runEmbedded(operation, options, directory);
  }
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
  if (ready !== 0) {
    return ready;
  }
  const asks = mayAsk(options, surroundings());
  const status = await runPulumi(run, [
    operation,
    "--stack",
    options.stack,
    ...(asks ? [] : ["--non-interactive", ...(operation === "preview" ? [] : ["--yes"])]),
    ...givenFlags(options),
    ...(options.skipPreview === true ? ["--skip-preview"] : []),
  ]);
  if (status !== 0 || options.remove !== true) {
    return status;
  }
  return runPulumi(run, ["stack", "rm", options.stack, "--yes", "--preserve-config"]);
}

/**
 * Loaded only where it is needed. Not in the function that needs it, as TypeScript 6.0 leaves the
 * `.ts` of an import as it is in a block with `using`, where the package has `.js`.
 */
async function loadEngine() {
  return import("../../engine/index.ts");
}

async function runEmbedded(
  operation: StackOperation,
  options: StackCommandOptions,
  directory: string,
): Promise<CommandOutcome> {
  refuseFlags(options);
  const { runStackOperation, removeStack } = await loadEngine();
  using interrupts = new Interrupts(() =>
    process.stderr.write("Stopping: what is under way is finished first; press again to kill it\n"),
  );
  // Not to SIGHUP: under nohup, which ignores it, a handler would stop the update.
  interrupts.listen(["SIGINT", "SIGTERM"]);
  const common = {
    projectDirectory: directory,
    stack: options.stack,
    ...engineOptions(options),
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupts.stopRequest,
    forceSignal: interrupts.killRequest,
  };
  if (asksFirst(operation, options)) {
    const shown = await runStackOperation({
      ...common,
      operation: operation === "destroy" ? "preview-destroy" : "preview",
    });
    if (!shown.succeeded) {
      return { status: 1, result: undefined };
    }
    const isWanted = await confirm(questionFor(operation, shown.stack), {
      input: process.stdin,
      output: options.json === true ? process.stderr : process.stdout,
      signal: interrupts.stopRequest,
    });
    if (!isWanted) {
      return { status: 1, result: undefined };
    }
  }
  const result = await runStackOperation({ ...common, operation });
  if (result.succeeded && options.remove === true) {
    await removeStack({ projectDirectory: directory, stack: options.stack });
  }
  return { status: result.succeeded ? 0 : 1, result };
}

function asksFirst(operation: StackOperation, options: StackCommandOptions): boolean {
  const asked = operation === "up" || operation === "destroy";
  return asked && mayAsk(options, surroundings());
}

function surroundings(): Surroundings {
  return { environment: process.env, stdin: process.stdin, stdout: process.stdout };
}

function questionFor(operation: StackOperation, stack: string): string {
  return operation === "destroy"
    ? `Destroy everything that stack "${stack}" manages? (yes/no) `
    : `Perform this update of stack "${stack}"? (yes/no) `;
}
