/** The command `config`: lists, reads, sets and removes configuration values of a stack, with Pulumi's own options. */
import type { Command } from "commander";
import { PulumiCommand } from "../pulumi-command.ts";
import type { CliCommandName } from "../stack/cli-only-flags.ts";
import { addCommonFlags } from "../stack/common-flags.ts";
import { ExitStatus } from "../terminal/exit-status.ts";
import { userDirectory, userPath } from "../user-directory.ts";
import type { ConfigOptions, ConfigRequest } from "./run-config.ts";

/** The command with its subcommands. */
export function configCommand(): Command {
  const list = withStack(new PulumiCommand("config"), "config")
    .description("list the configuration of the stack; get, set and rm work on single values")
    .option("-j, --json", "print JSON")
    .option("--show-secrets", "print secrets as they are")
    .action((_options: ConfigOptions, command: Command) => run({ action: "list" }, command));
  const get = subcommand("get", "<key>", "print a value")
    .option("-j, --json", "print JSON")
    .action((key: string, _options: ConfigOptions, command: Command) =>
      run({ action: "get", key }, command),
    );
  const set = subcommand(
    "set",
    "<key> [value]",
    "set a value, read from standard input when not given",
  )
    .option("--secret", "encrypt it")
    .option("--plaintext", "do not encrypt it")
    .action((key: string, value: string | undefined, _options: ConfigOptions, command: Command) =>
      run({ action: "set", key, value }, command),
    );
  const remove = subcommand("rm", "<key>", "remove a value").action(
    (key: string, _options: ConfigOptions, command: Command) => run({ action: "rm", key }, command),
  );
  // The stack may stand before the subcommand too, as in "config --stack prod get key".
  return list.addCommand(get).addCommand(set).addCommand(remove);
}

function subcommand(name: "get" | "set" | "rm", parameters: string, summary: string): Command {
  return withStack(new PulumiCommand(name).arguments(parameters), `config ${name}`)
    .description(summary)
    .option("--path", "take the key for a path: pipelines[0].name");
}

function withStack(command: PulumiCommand, name: CliCommandName): Command {
  return addCommonFlags(command, name)
    .option("--config-file <file>", "the settings are in this file")
    .option("-s, --stack <name>", "the stack (default: PULUMI_STACK, the selected one, or dev)")
    .option("-C, --cwd <directory>", "look for the project there, not here");
}

async function run(request: ConfigRequest, command: Command): Promise<void> {
  // Commander gives options that the command above has too to that one, wherever they stand.
  const options = command.optsWithGlobals<ConfigOptions>();
  const { runConfigCommand } = await import("./run-config.ts");
  const { cwd } = options;
  const directory = cwd === undefined ? userDirectory() : userPath(cwd);
  const status = await runConfigCommand(request, options, directory);
  if (status !== 0) {
    throw new ExitStatus(status);
  }
}
