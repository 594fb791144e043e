/** `ytcode stack …` and `ytcode cancel`: the stacks of a project, their selection, their state and their history. */
import { Command } from "commander";
import type { StacksChoice } from "./run-stacks.ts";

/** Adds what all of them take. */
function withDirectory(command: Command): Command {
  return command.option("-C, --cwd <directory>", "look for the project there, not here");
}

function withStack(command: Command): Command {
  return withDirectory(command).option(
    "-s, --stack <name>",
    "the stack (default: the selected one, else dev)",
  );
}

async function load() {
  return import("./run-stacks.ts");
}

/** The command `stack`, with its own commands. */
export function stackCommand(): Command {
  const stack = new Command("stack").description(
    "list, make, select and remove stacks; their state and history",
  );
  stack.addCommand(
    withDirectory(new Command("ls"))
      .description("list the project's stacks")
      .option("-j, --json", "print JSON")
      .action(async (options: StacksChoice & { json?: boolean }) =>
        (await load()).runList(options),
      ),
  );
  stack.addCommand(
    withDirectory(new Command("init"))
      .description("make a stack: its settings file and an empty state")
      .argument("<name>", "its name")
      .option("--no-select", "do not select it")
      .action(async (name: string, options: StacksChoice & { select: boolean }) =>
        (await load()).runInitStack(name, options),
      ),
  );
  stack.addCommand(
    withDirectory(new Command("select"))
      .description("choose the stack that commands without --stack work on")
      .argument("<name>", "its name")
      .action(async (name: string, options: StacksChoice) =>
        (await load()).runSelect(name, options),
      ),
  );
  stack.addCommand(
    withStack(new Command("rm"))
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
    withStack(new Command("export"))
      .description("print a stack's state, secrets encrypted")
      .option("--file <file>", "write it to a file")
      .action(async (options: StacksChoice & { file?: string }) =>
        (await load()).runExport(options),
      ),
  );
  stack.addCommand(
    withStack(new Command("import"))
      .description("put an exported state in the place of a stack's own")
      .option("--file <file>", "read it from a file (default: standard input)")
      .action(async (options: StacksChoice & { file?: string }) =>
        (await load()).runImport(options),
      ),
  );
  stack.addCommand(
    withStack(new Command("history"))
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
  return withStack(new Command("cancel"))
    .description("remove the lock of a stack, when the operation that holds it is gone")
    .argument("[name]", "the stack")
    .option("-y, --yes", "do not ask")
    .action(async (name: string | undefined, options: StacksChoice & { yes?: boolean }) =>
      (await load()).runCancel(name, options),
    );
}
