/**
 * The stack commands: preview, up, refresh, destroy, outputs. They go through the Pulumi CLI when there
 * is one on PATH, else through the embedded engine. Everything heavy is loaded when a command runs.
 */
import { Command } from "commander";
import type { StackResult } from "../../engine/index.ts";
import { ExitStatus } from "../terminal/exit-status.ts";
import { printLines } from "../terminal/output.ts";
import { userDirectory } from "../user-directory.ts";
import type { StackCommandOptions, StackOperation } from "./operation.ts";

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
async function afterUp(result: StackResult | undefined): Promise<void> {
  if (result === undefined) {
    return;
  }
  const { upSummary } = await import("./up-summary.ts");
  const prefix = process.env["npm_lifecycle_event"] === undefined ? "ytcode " : "npm run ";
  await printLines(upSummary(result, prefix));
}

function operationCommand(operation: StackOperation): Command {
  const command = new Command(operation)
    .description(SUMMARIES[operation])
    .option("--stack <name>", "the stack", "dev")
    .option("--yes", "do not ask")
    .action(async (options: StackCommandOptions) => {
      const { runOperationCommand } = await import("./run-operation.ts");
      const { status, result } = await runOperationCommand(
        operation,
        options,
        userDirectory(process.env, process.cwd()),
      );
      if (status !== 0) {
        throw new ExitStatus(status);
      }
      if (operation === "up") {
        await afterUp(result);
      }
    });
  if (operation === "preview" || operation === "up") {
    command.option("--diff", "show every property that differs");
  }
  if (operation === "destroy") {
    command.option("--remove", "also remove the stack's state files");
  }
  return command;
}

function outputsCommand(): Command {
  return new Command("outputs")
    .description("print the outputs of the stack")
    .option("--stack <name>", "the stack", "dev")
    .option("--json", "print JSON")
    .option("--show-secrets", "print secrets as they are")
    .action(
      async (options: {
        readonly stack: string;
        readonly json?: boolean;
        readonly showSecrets?: boolean;
      }) => {
        const { runOutputsCommand } = await import("./run-outputs.ts");
        const status = await runOutputsCommand(options, userDirectory(process.env, process.cwd()));
        if (status !== 0) {
          throw new ExitStatus(status);
        }
      },
    );
}
