/** The flags that `config`, `stack …`, `outputs` and `cancel` take beside their own, as all commands of the Pulumi CLI do. */
import { InvalidArgumentError } from "commander";
import type { PulumiCommand } from "../pulumi-command.ts";
import type { ColorChoice } from "../terminal/colors.ts";
import { addCliOnlyFlags, givenCliOnlyFlags } from "./cli-only-flags.ts";
import type { CliCommandName } from "./cli-only-flags.ts";
import { asGiven, flagOption } from "./flag-option.ts";
import type { FlagValues } from "./flag-option.ts";

/** When there are colours, and that nobody is there. */
export const COLOR = "--color <choice>";
export const NON_INTERACTIVE = "--non-interactive";

/** Adds them, and those that only the CLI does; the help does not show them. */
export function addCommonFlags(command: PulumiCommand, name: CliCommandName): PulumiCommand {
  return command.addLate(() => {
    command.addOption(flagOption(COLOR, "", { read: readColorChoice }).hideHelp());
    command.addOption(flagOption(NON_INTERACTIVE, "", {}).hideHelp());
    addCliOnlyFlags(command, name);
  });
}

/** Those that were given, for the CLI. */
export function givenCommonFlags(name: CliCommandName, values: FlagValues): readonly string[] {
  return [
    ...asGiven(COLOR, values),
    ...asGiven(NON_INTERACTIVE, values),
    ...givenCliOnlyFlags(name, values),
  ];
}

/** @throws {InvalidArgumentError} for another */
export function readColorChoice(text: string): ColorChoice | "raw" {
  switch (text) {
    case "always":
    case "never":
    case "raw":
    case "auto":
      return text;
    default:
      throw new InvalidArgumentError(`Wanted one of always, never, raw, auto: it is "${text}"`);
  }
}
