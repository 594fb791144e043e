/** Each flag that a command of the Pulumi CLI takes is known to that of `ytcode`: done, or refused by name. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Option } from "commander";
import { PulumiCommand } from "../../../cli/pulumi-command.ts";
import { configCommand } from "../../../cli/config/command.ts";
import { refuseCliOnlyFlags } from "../../../cli/stack/cli-only-flags.ts";
import { stackCommands } from "../../../cli/stack/command.ts";
import { cancelCommand, stackCommand } from "../../../cli/stacks/command.ts";
import { COMMANDS, readCliFlags } from "../../tools/cli-flags/recorded.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";
import type { CliCommand } from "../../tools/cli-flags/recorded.ts";

/** Enough to be taken for a value of each. */
const VALUES: Readonly<Record<string, string>> = { "--color": "never" };

type Parse = (argv: readonly string[]) => Readonly<Record<string, unknown>>;

/** What a command of that name would be called with. */
function parserOf(name: CliCommand): Parse {
  const program = new PulumiCommand("ytcode");
  const all = [...stackCommands(), configCommand(), stackCommand(), cancelCommand()];
  const words = (name === "stack output" ? "outputs" : name).split(" ");
  const [last = "", ...above] = words.toReversed();
  const siblings = above.reduce<readonly unknown[]>((_, word) => {
    return all.find((command) => command.name() === word)?.commands ?? [];
  }, all);
  const command = siblings.find((candidate) => {
    return candidate instanceof PulumiCommand && candidate.name() === last;
  });
  assert.ok(command instanceof PulumiCommand, `ytcode has no command "${name}"`);
  for (const one of all) {
    program.addCommand(one);
  }
  for (const one of [program, ...all, command]) {
    one.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  let values: Readonly<Record<string, unknown>> | undefined;
  command.action(() => {
    values = command.optsWithGlobals();
  });
  const operands = command.registeredArguments.map(() => "x");
  return (argv) => {
    program.parse([...words, ...argv, ...operands], { from: "user" });
    assert.ok(values !== undefined);
    return values;
  };
}

/** The forms in which a flag may be given. */
function formsOf(flags: string): readonly (readonly string[])[] {
  const option = new Option(flags);
  const { long = "", short, required, optional } = option;
  const value = VALUES[long] ?? "1";
  const names = short === undefined ? [long] : [long, short];
  return names.flatMap((name) => [
    [`${name}=${value}`],
    ...(required ? [[name, value]] : []),
    ...(optional ? [[name, "--suppress-progress"]] : []),
    ...(required || optional ? [] : [[name], [`${name}=true`], [`${name}=false`]]),
  ]);
}

const recorded = await readCliFlags();

describe(`The flags of the Pulumi CLI ${recorded.cli}`, () => {
  for (const name of COMMANDS) {
    it(`of ${name} are known, in all their forms`, () => {
      const parse = parserOf(name);
      for (const flags of [...recorded.global, ...(recorded.commands[name] ?? [])]) {
        for (const argv of formsOf(flags.replace("...", ""))) {
          const values = parse(argv);
          try {
            refuseCliOnlyFlags(name, values);
          } catch (error) {
            assert.ok(error instanceof Error);
            const { long = "" } = new Option(flags);
            assert.equal(
              error.message,
              `Cannot use ${long}: it is not available in the embedded engine, install the Pulumi CLI for it`,
            );
          }
        }
      }
    });
  }

  it("that the embedded engine does not have are set off by =false", () => {
    const parse = parserOf("up");
    refuseCliOnlyFlags("up", parse(["--debug", "-d=false"]));
    const values = parse(["--debug=false", "-d"]);
    assert.throws(() => refuseCliOnlyFlags("up", values), /Cannot use --debug: /);
  });

  it("may stand before the command, where it takes them", async () => {
    const refused = await runYtcode(["--verbose=3", "stack", "ls"], {
      env: { YTCODE_ENGINE: "embedded" },
    });
    assert.match(refused.stderr, /^ytcode: Cannot use --verbose: it is not available/);
    const foreign = await runYtcode(["-e", "inspect", "x"]);
    assert.equal(foreign.status, 2);
    assert.match(foreign.stderr, /^error: inspect does not take -e, --emoji/);
  });
});
