/**
 * The command `ytcode`: parses the arguments, runs one command, and turns every failure into
 * one message on stderr and an exit status (0 done, 1 failed, 2 wrong usage).
 */
import { CommanderError, Option } from "commander";
import type { Command } from "commander";
import { UserError } from "../common/errors/user-error.ts";
import { version } from "../common/version.ts";
import { buildCommand } from "./build/command.ts";
import { configCommand } from "./config/command.ts";
import { historyCommand } from "./history/command.ts";
import { initCommand } from "./init/command.ts";
import { inspectCommand } from "./inspect/command.ts";
import { localCommand } from "./local/command.ts";
import { planCommand } from "./plan/command.ts";
import { PulumiCommand } from "./pulumi-command.ts";
import { runCommand } from "./run/command.ts";
import { GLOBAL } from "./stack/cli-only-flags.ts";
import { COLOR, NON_INTERACTIVE, readColorChoice } from "./stack/common-flags.ts";
import { stackCommands } from "./stack/command.ts";
import { cancelCommand, stackCommand } from "./stacks/command.ts";
import { escapeUnshowable } from "../common/text/shown-name.ts";
import { ExitStatus } from "./terminal/exit-status.ts";
import { textFor } from "./terminal/terminal.ts";

/**
 * Runs `ytcode` with the given arguments.
 *
 * @param argv the arguments after the program's name
 * @returns the exit status: 0 done, 1 failed with one message on stderr, 2 wrong usage
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const program = new PulumiCommand("ytcode")
    .description("Ship pipeline code to a YTsaurus cluster")
    .version(version())
    .enablePositionalOptions()
    .option("-C, --cwd <directory>", "look for the project there: for commands that take it, too")
    .hook("preAction", passGlobalOptionsOn)
    .showHelpAfterError("(ytcode --help shows the commands)");
  for (const flags of [COLOR, NON_INTERACTIVE, ...GLOBAL]) {
    const option = new Option(flags).hideHelp();
    program.addOption(flags === COLOR ? option.argParser(readColorChoice) : option);
  }
  for (const command of commands()) {
    program.addCommand(command);
  }
  throwInsteadOfExit(program);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return 0;
  } catch (error) {
    return report(error);
  }
}

function commands(): readonly Command[] {
  return [
    initCommand(),
    planCommand(),
    buildCommand(),
    runCommand(),
    inspectCommand(),
    historyCommand(),
    localCommand(),
    ...stackCommands(),
    configCommand(),
    stackCommand(),
    cancelCommand(),
  ];
}

/** As with the Pulumi CLI, what all of its commands take may stand before the command, the project's directory too. */
function passGlobalOptionsOn(program: Command, command: Command): void {
  for (const { flags, long } of program.options) {
    const name = new Option(flags).attributeName();
    const value: unknown = program.getOptionValue(name);
    if (value === undefined) {
      continue;
    }
    if (!command.options.some((own) => own.long === long)) {
      command.error(`error: ${command.name()} does not take ${flags.replace(/ <.*/, "")}`);
    }
    if (command.getOptionValue(name) === undefined) {
      command.setOptionValue(name, value);
    }
  }
}

/** Commander ends the process by default; thrown errors let one place choose the exit status. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) {
    throwInsteadOfExit(child);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof ExitStatus) {
    return error.status;
  }
  if (error instanceof UserError) {
    const shown = textFor(process.stderr, process.env);
    process.stderr.write(`ytcode: ${shown(escapeUnshowable(error.message, "\n\t"))}\n`);
    return 1;
  }
  throw error;
}
