/** `ytcode stack …` and `ytcode cancel`: the stacks of a project, their selection, their state and their history. */
import { Option } from "commander";
import type { Command } from "commander";
import { PulumiCommand } from "../pulumi-command.ts";
import { addCommonFlags } from "../stack/common-flags.ts";
import type { CliCommandName } from "../stack/cli-only-flags.ts";
import type { StacksChoice } from "./run-stacks.ts";

/** A command, with what all of them take. */
function command(name: CliCommandName): Command {
  const [last = name] = name.split(" ").toReversed();
  return addCommonFlags(new PulumiCommand(last), name).option(
    "-C, --cwd <directory>",
    "look for the project there, not here",
  );
}

function commandOnStack(name: CliCommandName): Command {
  return command(name).option(
    "-s, --stack <name>",
    "the stack (default: the selected one, else dev)",
  );
}

/** The stack may be named with the option, too, where it need not be there yet. */
function commandOnNewStack(name: CliCommandName): Command {
  return command(name)
    .argument("[name]", "its name")
    .addOption(new Option("-s, --stack <name>").hideHelp());
}

/** @throws {CommanderError} when it was not given in either way */
function nameOf(name: string | undefined, { stack }: StacksChoice, given: Command): string {
  return name ?? stack ?? given.error("error: missing required argument 'name'");
}

async function load() {
  return import("./run-stacks.ts");
}

/** The command `stack`, with its own commands. */
export function stackCommand(): Command {
  const stack = new PulumiCommand("stack").description(
    "list, make, select and remove stacks; their state and history",
  );
  stack.addCommand(
    command("stack ls")
      .description("list the project's stacks")
      // The CLI takes it before the command's name, and so after it.
      .addOption(new Option("-s, --stack <name>").hideHelp())
      .option("-j, --json", "print JSON")
      .action(async (options: StacksChoice & { json?: boolean }) =>
        (await load()).runList(options),
      ),
  );
  stack.addCommand(
    commandOnNewStack("stack init")
      .description("make a stack: its settings file and an empty state")
      .option("--no-select", "do not select it")
      .addOption(new Option("-y, --yes").hideHelp())
      .action(
        async (
          name: string | undefined,
          options: StacksChoice & { select: boolean },
          given: Command,
        ) => (await load()).runInitStack(nameOf(name, options, given), options),
      ),
  );
  stack.addCommand(
    commandOnNewStack("stack select")
      .description("choose the stack that commands without --stack work on")
      .option("-c, --create", "make it where there is none")
      .action(
        async (
          name: string | undefined,
          options: StacksChoice & { create?: boolean },
          given: Command,
        ) => (await load()).runSelect(nameOf(name, options, given), options),
      ),
  );
  stack.addCommand(
    commandOnStack("stack rm")
      .description("remove a stack without resources: its state and its settings file")
      .argument("[name]", "its name")
      .option("-y, --yes", "do not ask")
      .option("--preserve-config", "leave the settings file")
      .action(
        async (
          name: string | undefined,
          options: StacksChoice & { yes?: boolean; preserveConfig?: boolean },
        ) => (await load()).runRemove(name, options),
      ),
  );
  stack.addCommand(
    commandOnStack("stack export")
      .description("print a stack's state, secrets encrypted")
      .option("--file <file>", "write it to a file")
      .action(async (options: StacksChoice & { file?: string }) =>
        (await load()).runExport(options),
      ),
  );
  stack.addCommand(
    commandOnStack("stack import")
      .description("put an exported state in the place of a stack's own")
      .option("--file <file>", "read it from a file (default: standard input)")
      .action(async (options: StacksChoice & { file?: string }) =>
        (await load()).runImport(options),
      ),
  );
  stack.addCommand(
    commandOnStack("stack history")
      .description("list what was done to a stack, the newest first")
      .option("-j, --json", "print JSON")
      .action(async (options: StacksChoice & { json?: boolean }) =>
        (await load()).runHistory(options),
      ),
  );
  return stack;
}

/** The command `cancel`. */
export function cancelCommand(): Command {
  return commandOnStack("cancel")
    .description("remove the lock of a stack, when the operation that holds it is gone")
    .argument("[name]", "the stack")
    .option("-y, --yes", "do not ask")
    .action(async (name: string | undefined, options: StacksChoice & { yes?: boolean }) =>
      (await load()).runCancel(name, options),
    );
}
