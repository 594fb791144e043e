/**
 * The command `ytcode`: parses the arguments, runs one command, and turns every failure into
 * one message on stderr and an exit status (0 done, 1 failed, 2 wrong usage).
 */
import { Command, CommanderError } from "commander";
import { UserError } from "../common/errors/user-error.ts";
import { version } from "../common/version.ts";
import { buildCommand } from "./build/command.ts";
import { configCommand } from "./config/command.ts";
import { historyCommand } from "./history/command.ts";
import { initCommand } from "./init/command.ts";
import { inspectCommand } from "./inspect/command.ts";
import { localCommand } from "./local/command.ts";
import { planCommand } from "./plan/command.ts";
import { runCommand } from "./run/command.ts";
import { stackCommands } from "./stack/command.ts";
import { cancelCommand, stackCommand } from "./stacks/command.ts";
import { escapeUnshowable } from "../common/text/shown-name.ts";
import { ExitStatus } from "./terminal/exit-status.ts";

/**
 * Runs `ytcode` with the given arguments.
 *
 * @param argv the arguments after the program's name
 * @returns the exit status: 0 done, 1 failed with one message on stderr, 2 wrong usage
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const program = new Command("ytcode")
    .description("Ship pipeline code to a YTsaurus cluster")
    .version(version())
    .enablePositionalOptions()
    .option("-C, --cwd <directory>", "look for the project there: for commands that take it, too")
    .hook("preAction", passDirectoryOn)
    .showHelpAfterError("(ytcode --help shows the commands)");
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

/** As with the Pulumi CLI, the project's directory may stand before the command. */
function passDirectoryOn(program: Command, command: Command): void {
  const { cwd } = program.opts<{ readonly cwd?: string }>();
  if (cwd === undefined) {
    return;
  }
  if (!command.options.some(({ long }) => long === "--cwd")) {
    command.error(`error: ${command.name()} does not take -C, --cwd`);
  }
  if (command.getOptionValue("cwd") === undefined) {
    command.setOptionValue("cwd", cwd);
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
    process.stderr.write(`ytcode: ${escapeUnshowable(error.message, "\n\t")}\n`);
    return 1;
  }
  throw error;
}
