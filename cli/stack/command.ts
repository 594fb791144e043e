/**
 * The stack commands: preview, up, refresh, destroy, outputs. They go through the Pulumi CLI when there
 * is one on PATH, else through the embedded engine. Everything heavy is loaded when a command runs. The
 * short options are Pulumi's own.
 */
import type { Command } from "commander";
import type { StackResult } from "../../engine/index.ts";
import { ExitStatus } from "../terminal/exit-status.ts";
import { printLines } from "../terminal/output.ts";
import { columnsOf } from "../terminal/terminal.ts";
import { userDirectory, userPath } from "../user-directory.ts";
import { PulumiCommand } from "../pulumi-command.ts";
import type { ChosenStack } from "./chosen-stack.ts";
import { addCommonFlags } from "./common-flags.ts";
import { addFlags } from "./flags.ts";
import { defaultStack } from "./operation.ts";
import type {
  MaybeNamedStack,
  OperationOptions,
  StackChoice,
  StackCommandOptions,
  StackOperation,
} from "./operation.ts";
import type { OutputsOptions } from "./run-outputs.ts";

const SUMMARIES: Readonly<Record<StackOperation, string>> = {
  preview: "show what up would do",
  up: "create or update the stack's resources",
  refresh: "update the stack's state from the real resources",
  destroy: "delete all of the stack's resources",
};

/** The commands that work on a stack. */
export function stackCommands(): Command[] {
  return [
    operationCommand("preview"),
    operationCommand("up"),
    operationCommand("refresh"),
    operationCommand("destroy"),
    outputsCommand(),
  ];
}

/** Sums up what the embedded engine did; after the Pulumi CLI, which sums up itself, there is no result. */
async function afterUp(
  result: StackResult | undefined,
  choice: StackCommandOptions,
  named: string | undefined,
): Promise<void> {
  if (result === undefined) {
    return;
  }
  const { cwd } = choice;
  const [
    { upSummary },
    { currentCaller, typedCommand },
    { isOnLocalCluster, localClusterOptions },
  ] = await Promise.all([
    import("./up-summary.ts"),
    import("./next-commands.ts"),
    import("./look-at-cluster.ts"),
  ]);
  const options = [
    ...(cwd === undefined ? [] : ["--cwd", cwd]),
    ...(named === undefined || result.stack === defaultStack(process.env)
      ? []
      : ["--stack", result.stack]),
  ];
  const caller = currentCaller();
  const local = isOnLocalCluster(result)
    ? typedCommand("local", await localClusterOptions(projectDirectory(choice)), caller)
    : undefined;
  const typed = (operation: StackOperation) => typedCommand(operation, options, caller);
  await printLines(upSummary(result, typed, local, columnsOf(process.stdout)));
}

function stackCommand(name: string, summary: string): PulumiCommand {
  return new PulumiCommand(name)
    .description(summary)
    .option("-s, --stack <name>", "the stack (default: PULUMI_STACK, the selected one, or dev)")
    .option("-C, --cwd <directory>", "look for the project there, not here");
}

/** The stack that commander was given, or the one that is meant. */
function stackOf(given: MaybeNamedStack & Pick<StackChoice, "cwd">): Promise<ChosenStack> {
  return import("./chosen-stack.ts").then(({ chosenStack }) =>
    chosenStack(given.stack, projectDirectory(given)),
  );
}

/** Where the project is looked for. */
function projectDirectory({ cwd }: Pick<StackChoice, "cwd">): string {
  return cwd === undefined ? userDirectory() : userPath(cwd);
}

function operationCommand(operation: StackOperation): Command {
  const command = stackCommand(operation, SUMMARIES[operation])
    .option("-y, --yes", "do not ask")
    .action(async (given: OperationOptions & MaybeNamedStack) => {
      const { stack, pulumi } = await stackOf(given);
      const options = { ...given, stack };
      const { runOperationCommand } = await import("./run-operation.ts");
      const { status, result } = await runOperationCommand(
        operation,
        options,
        projectDirectory(options),
        pulumi,
      );
      if (status !== 0) {
        throw new ExitStatus(status);
      }
      if (operation === "up" && options.json !== true) {
        await afterUp(result, options, given.stack);
      }
    });
  if (operation !== "preview") {
    command.option("-f, --skip-preview", "do not show what would be done first, and do not ask");
  }
  if (operation === "destroy") {
    command.option("--remove", "also remove the stack's state files");
  }
  return command.addLate(() => addFlags(command, operation));
}

function outputsCommand(): Command {
  const command = stackCommand("outputs", "print the outputs of the stack")
    .option("-j, --json", "print JSON")
    .option("--show-secrets", "print secrets as they are")
    .action(
      async (given: Omit<OutputsOptions, "stack"> & MaybeNamedStack & Pick<StackChoice, "cwd">) => {
        const { stack, pulumi } = await stackOf(given);
        const options = { ...given, stack };
        const { runOutputsCommand } = await import("./run-outputs.ts");
        const status = await runOutputsCommand(options, projectDirectory(options), pulumi);
        if (status !== 0) {
          throw new ExitStatus(status);
        }
      },
    );
  return addCommonFlags(command, "stack output");
}
