/** `ytcode run DIR STAGE`: runs a stage on this machine, as a job on the cluster would. */
import { Command, InvalidArgumentError, Option } from "commander";
import { UserError } from "../../provider/user-error.ts";
import { type RunOperation, RUN_OPERATIONS } from "../run/choose-operation.ts";
import type { SortOrder } from "../run/sort-rows.ts";
import {
  type PipelineOptions,
  readNamedPipeline,
  withPipelineOptions,
} from "./pipeline-options.ts";

/** Options as commander gives them. */
interface RunCommandOptions extends PipelineOptions {
  readonly operation?: RunOperation;
  readonly input?: string;
  readonly output?: string;
  readonly reduceBy?: readonly string[];
  readonly sortBy?: readonly string[];
  readonly enableKeySwitch?: boolean;
}

const NOTES = `
The stage runs through its wrapper, in a sandbox below DIR/.dev that is made anew each time. Its exit
status is the command's. A reducer gets its input as it is, unless --reduce-by sorts it first.`;

/** The command `run`. */
export function runCommand(): Command {
  const command = new Command("run").description("run a stage on this machine, in a sandbox");
  return withPipelineOptions(command)
    .argument("<stage>", "the stage, one of those that are packed")
    .addOption(
      new Option(
        "--operation <operation>",
        "what to run, when the stage can do several things",
      ).choices(RUN_OPERATIONS),
    )
    .option("--input <file>", 'JSON lines; "-" or none: standard input')
    .option("--output <file>", 'where the rows go; "-": standard output (default: the sandbox)')
    .option(
      "--reduce-by <columns>",
      "sort the reducer's input by these, as the cluster does",
      columns,
    )
    .option("--sort-by <columns>", "sort by these; they begin with those of --reduce-by", columns)
    .option("--enable-key-switch", "put a key_switch row between two groups for the reducer")
    .addHelpText("after", NOTES)
    .action(run);
}

async function run(directory: string, stage: string, options: RunCommandOptions): Promise<void> {
  if (process.platform === "win32") {
    throw new UserError(
      "Cannot run a stage on Windows as wrappers are bash scripts: use the Windows Subsystem for Linux",
    );
  }
  // Loaded only here: no other command needs it.
  const { chooseOperation } = await import("../run/choose-operation.ts");
  const { findInput } = await import("../run/input.ts");
  const { findOutput } = await import("../run/output.ts");
  const { runStage } = await import("../run/run-stage.ts");
  const { sandboxName } = await import("../run/sandbox-name.ts");
  const order = sortOrder(options);
  const manifest = await readNamedPipeline(directory, options);
  const operation = chooseOperation(manifest, stage, options.operation);
  assertFitting(operation, stage, options);
  const isVanilla = operation === "vanilla";
  const input = isVanilla ? undefined : await findInput(options.input);
  const output = await findOutput(options.output);
  const inputName = input?.type === "file" ? input.file : undefined;
  await runStage({
    manifest,
    stage,
    operation,
    input,
    output,
    order,
    sandboxName: sandboxName({ stage, isVanilla, input: inputName, output: options.output }),
    python: options.python,
    // Not on standard output, which may be the stage's own.
    say: (message) => process.stderr.write(`[Run] ${message}\n`),
  });
}

function sortOrder(options: RunCommandOptions): SortOrder | undefined {
  const { reduceBy, sortBy = reduceBy, enableKeySwitch: keySwitches = false } = options;
  if (reduceBy === undefined || sortBy === undefined) {
    const lone = sortBy === undefined ? "--enable-key-switch" : "--sort-by";
    if (sortBy === undefined && !keySwitches) return undefined;
    throw new UserError(
      `Cannot use ${lone} without --reduce-by: name the columns that make a group`,
    );
  }
  if (reduceBy.some((column, index) => sortBy[index] !== column)) {
    throw new UserError(
      `Cannot sort by ${sortBy.join(",")} as --sort-by must begin with the columns of --reduce-by: ${reduceBy.join(",")}`,
    );
  }
  return { reduceBy, sortBy, keySwitches };
}

function assertFitting(operation: RunOperation, stage: string, options: RunCommandOptions): void {
  const { reduceBy, input } = options;
  if (operation === "map-reduce" && reduceBy === undefined) {
    throw new UserError(
      `Cannot run the stage "${stage}" as map-reduce without knowing its groups: name their columns with --reduce-by`,
    );
  }
  if (reduceBy !== undefined && (operation === "map" || operation === "vanilla")) {
    throw new UserError(
      `Cannot sort for the stage "${stage}" as it runs as ${operation}, which has no reducer: leave --reduce-by out`,
    );
  }
  if (input !== undefined && operation === "vanilla") {
    throw new UserError(
      `Cannot give rows to the stage "${stage}" as it runs as vanilla, which has no input: leave --input out`,
    );
  }
}

function columns(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return names;
  throw new InvalidArgumentError("It must be names of columns with commas between them");
}
