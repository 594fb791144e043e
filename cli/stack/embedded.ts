/** Runs preview, up, refresh and destroy through the embedded engine: shows first what would be done, and asks people. */
import { UserError } from "../../common/errors/user-error.ts";
import type { StackOperationOptions, StackResult } from "../../engine/index.ts";
import { HANDLER_MODULE } from "../../provider/resource/constant-provider.ts";
import { confirm } from "../terminal/confirm.ts";
import { Interrupts } from "../terminal/interrupts.ts";
import { writeOverLine } from "../terminal/status-line.ts";
import { refuseCliOnlyFlags } from "./cli-only-flags.ts";
import {
  engineOptions,
  hasChanges,
  UNEXPECTED_CHANGES,
  unexpectedChangesMessage,
} from "./engine-options.ts";
import { isUnwatched } from "./may-ask.ts";
import type { StackCommandOptions, StackOperation } from "./operation.ts";

/** How a stack command ended. */
export interface CommandOutcome {
  readonly status: number;
  /** Undefined when the Pulumi CLI ran, or nothing was done. */
  readonly result: StackResult | undefined;
}

/** Where an operation is run. */
export interface EmbeddedPlace {
  /** Where the project is looked for. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** The exit status of what was interrupted a second time, or gave up (`ExitCancelled` in the Pulumi CLI). */
const KILLED = 8;

const PREVIEWS = {
  up: "preview",
  refresh: "preview-refresh",
  destroy: "preview-destroy",
} as const;

/** What the Pulumi CLI calls what it asks for. */
const KINDS = { up: "update", refresh: "refresh", destroy: "destroy" } as const;

/**
 * Runs an operation through the embedded engine. What would be done is shown first, unless `skipPreview` says that
 * it need not be, and where that fails, nothing is done.
 *
 * @param asks whether somebody is there to say yes
 * @throws {UserError} when it could not begin, or the question was answered with Ctrl-C
 */
export async function runEmbedded(
  operation: StackOperation,
  options: StackCommandOptions,
  { directory, environment }: EmbeddedPlace,
  asks: boolean,
): Promise<CommandOutcome> {
  refuseCliOnlyFlags(operation, options);
  const given = engineOptions(options);
  const { runStackOperation, removeStack } = await loadEngine();
  const { config = [], configPath = false, configFile } = options;
  const settings = configFile === undefined ? {} : { settingsFile: configFile };
  if (config.length > 0) {
    const { setConfigurationValues } = await loadConfiguration();
    const location = {
      projectDirectory: directory,
      stack: options.stack,
      environment,
      ...settings,
    };
    await setConfigurationValues(location, config, { path: configPath });
  }
  using interrupts = new Interrupts(() =>
    writeOverLine(
      process.stderr,
      "Stopping: what is under way is finished first; press again to kill it\n",
    ),
  );
  // Not to SIGHUP: under nohup, which ignores it, a handler would stop the update.
  interrupts.listen(["SIGINT", "SIGTERM"]);
  const common = {
    projectDirectory: directory,
    environment,
    stack: options.stack,
    ...settings,
    ...given,
    providerModule: HANDLER_MODULE,
    // A line that is drawn over and over fills a log that keeps what a terminal was sent.
    plainProgress: isUnwatched(options, environment),
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupts.stopRequest,
    forceSignal: interrupts.killRequest,
  } satisfies Omit<StackOperationOptions, "operation">;
  if (operation !== "preview" && options.skipPreview !== true) {
    const preview = await runStackOperation({ ...common, operation: PREVIEWS[operation] });
    if (!preview.succeeded) {
      return { status: 1, result: undefined };
    }
    if (options.previewOnly === true) {
      return finished(operation, options, preview, interrupts);
    }
    if (asks && !(await isWanted(operation, preview, options, interrupts.stopRequest))) {
      return { status: 1, result: undefined };
    }
  }
  const result = await runStackOperation({ ...common, operation });
  if (result.succeeded && options.remove === true) {
    await removeStack({ projectDirectory: directory, stack: options.stack });
  }
  return finished(operation, options, result, interrupts);
}

/** Judges how a command ended. */
function finished(
  operation: StackOperation,
  options: StackCommandOptions,
  result: StackResult,
  interrupts: Interrupts,
): CommandOutcome {
  if (result.succeeded && options.expectNoChanges === true && hasChanges(result)) {
    const isPreview = operation === "preview" || options.previewOnly === true;
    process.stderr.write(`${unexpectedChangesMessage(isPreview)}\n`);
    return { status: UNEXPECTED_CHANGES, result };
  }
  return { status: exitStatusOf(result, interrupts.killRequest.aborted), result };
}

/**
 * The exit status of an operation, as the Pulumi CLI has it.
 *
 * @param killed it was interrupted a second time
 */
export function exitStatusOf(
  { operation, succeeded, cancelled, diagnostics }: StackResult,
  killed: boolean,
): number {
  if (succeeded) {
    return 0;
  }
  if (killed && !operation.startsWith("preview")) {
    return KILLED;
  }
  const failed = diagnostics.some(({ severity }) => severity === "error");
  // Interrupted, it has deleted what it had begun to delete, and for the CLI that is no failure.
  return operation === "destroy" && cancelled && !failed ? 0 : 1;
}

/**
 * Loaded only where it is needed. Not in the function that needs it, as TypeScript 6.0 leaves the
 * `.ts` of an import as it is in a block with `using`, where the package has `.js`.
 */
async function loadEngine() {
  return import("../../engine/index.ts");
}

async function loadConfiguration() {
  return import("../../engine/stack-configuration.ts");
}

async function isWanted(
  operation: Exclude<StackOperation, "preview">,
  preview: StackResult,
  options: StackCommandOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const kind = KINDS[operation];
  const hasDetails = options.diff !== true;
  const output = options.json === true ? process.stderr : process.stdout;
  const answer = await confirm(question(operation, preview.stack, hasDetails), {
    input: process.stdin,
    output,
    signal,
  });
  switch (answer) {
    case "yes":
      return true;
    case "details":
      if (hasDetails) {
        output.write(
          preview
            .details()
            .map((line) => `${line}\n`)
            .join(""),
        );
      }
      return isWanted(operation, preview, options, signal);
    case "no":
      output.write(`confirmation declined, not proceeding with the ${kind}\n`);
      return false;
    case "interrupted":
      throw new UserError(`Confirmation cancelled, not proceeding with the ${kind}`);
  }
}

function question(
  operation: Exclude<StackOperation, "preview">,
  stack: string,
  hasDetails: boolean,
): string {
  const note =
    operation === "refresh"
      ? "No resources will be modified as part of this refresh; just your stack's state will be.\n"
      : "";
  const choices = hasDetails ? "yes/no/details" : "yes/no";
  return `${note}Do you want to perform this ${KINDS[operation]} of stack "${stack}"? (${choices}) `;
}
