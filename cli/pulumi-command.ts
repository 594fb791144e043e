/** A command whose flags are written as the Pulumi CLI lets people write them. */
import { Command } from "commander";
import type { Option, ParseOptionsResult } from "commander";
import { FALSE, TRUE } from "./boolean-text.ts";

/**
 * Takes flags in all forms of the Go library that the CLI uses: `--yes=false` of flags without a value, the last of
 * several having the last word, and short ones with a value, `-p=4` and `-yp4`.
 */
export class PulumiCommand extends Command {
  #hasPositionalOptions = false;
  #addLate: (() => void) | undefined;

  override enablePositionalOptions(positional = true): this {
    this.#hasPositionalOptions = positional;
    return super.enablePositionalOptions(positional);
  }

  /** Options that are made when this command is the one that is called: making all of each takes a while. */
  addLate(add: () => void): this {
    this.#addLate = add;
    return this;
  }

  override parseOptions(argv: string[]): ParseOptionsResult {
    this.#addLate?.();
    this.#addLate = undefined;
    const { plain, off } = this.#plain(argv);
    const parsed = super.parseOptions(plain);
    for (const { name, value } of off) {
      this.setOptionValueWithSource(name, value, "cli");
    }
    return parsed;
  }

  /** The arguments in the forms that commander knows, and which flags without a value were set to false in the end. */
  #plain(argv: readonly string[]) {
    const plain: string[] = [];
    const off = new Map<string, Off>();
    const give = (option: Option, given: string | undefined, next: () => string | undefined) => {
      const { long = "" } = option;
      if (option.required) {
        const value = given ?? next();
        plain.push(...(value === undefined ? [long] : [`${long}=${value}`]));
      } else if (option.optional) {
        plain.push(given === undefined ? long : `${long}=${given}`);
      } else {
        const name = option.attributeName();
        if (this.#isTrue(option, given)) {
          off.delete(name);
          plain.push(long);
        } else {
          // `--no-select` sets `select`.
          off.set(name, { name, value: option.negate });
        }
      }
    };
    for (let index = 0; index < argv.length; index += 1) {
      const argument = argv[index] ?? "";
      const next = (): string | undefined => argv[(index += 1)];
      if (argument === "--" || (this.#hasPositionalOptions && this.#isCommand(argument))) {
        plain.push(...argv.slice(index));
        break;
      }
      const given = /^--[^=]+/.test(argument) ? this.#long(argument) : this.#short(argument);
      if (given === undefined) {
        plain.push(argument);
      } else {
        given.forEach(({ option, value }) => give(option, value, next));
      }
    }
    return { plain, off: off.values() };
  }

  #isCommand(argument: string): boolean {
    return this.commands.some((command) => command.name() === argument);
  }

  /** Undefined for what this command does not know. */
  #long(argument: string): readonly Given[] | undefined {
    const [, name, value] = /^(--[^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    const option = this.options.find(({ long }) => long === name);
    return option === undefined ? undefined : [{ option, value }];
  }

  /** One or more letters, of which the last may have a value. */
  #short(argument: string): readonly Given[] | undefined {
    const given: Given[] = [];
    for (let rest = /^-([^-].*)$/s.exec(argument)?.[1] ?? ""; rest !== "";) {
      const [letter = ""] = rest;
      rest = rest.slice(letter.length);
      const option = this.options.find(({ short }) => short === `-${letter}`);
      if (option === undefined) {
        return undefined;
      }
      const takesRest = rest.startsWith("=") || (option.required && rest !== "");
      given.push({ option, value: takesRest ? rest.replace(/^=/, "") : undefined });
      rest = takesRest ? "" : rest;
    }
    return given.length === 0 ? undefined : given;
  }

  #isTrue({ flags }: Option, given: string | undefined): boolean {
    if (given === undefined || TRUE.includes(given)) {
      return true;
    }
    if (!FALSE.includes(given)) {
      this.error(`error: option '${flags}' argument '${given}' is invalid. Wanted true or false`, {
        code: "commander.invalidArgument",
      });
    }
    return false;
  }
}

/** A flag as it was given. */
interface Given {
  readonly option: Option;
  readonly value: string | undefined;
}

/** A flag without a value that was set to false. */
interface Off {
  readonly name: string;
  readonly value: boolean;
}
