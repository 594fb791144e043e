/** `ytcode run DIR STAGE`: runs a stage on this machine, as a job on the cluster would. */
import { Command, InvalidArgumentError, Option } from "commander";
import { UserError } from "../../common/errors/user-error.ts";
import type { RowOptions } from "./check-options.ts";
import { RUN_OPERATIONS } from "./choose-operation.ts";
import type { RunOperation } from "./choose-operation.ts";
import { readNamedPipeline, withPipelineOptions } from "../pipeline-options.ts";
import type { PipelineOptions } from "../pipeline-options.ts";

/** Options as commander gives them. */
interface RunCommandOptions extends PipelineOptions, RowOptions {
  readonly operation?: RunOperation;
  readonly output?: string;
}

const NOTES = `
The stage runs through its wrapper, in a sandbox below DIR/.dev that is made anew each time. Its exit
status is the command's. A reducer gets its input as it is, unless --reduce-by sorts it first.

Its environment is yours, and over it the variables of DIR/configs/secrets.env (NAME=value lines), then those
of client.operations.<operation>.env in the stage's config.yaml (map, reduce, map_reduce, vanilla), where the
later one wins. YT_STAGE_NAME is the stage, unless these two set it. CHECKPOINT_FILE is job.model_name, or the
name of the file, when a local_checkpoint_path leads to one, which is copied to the sandbox by that name.`;

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
  const { assertFitting, sortOrder } = await import("./check-options.ts");
  const { chooseOperation } = await import("./choose-operation.ts");
  const { jobEnvironment } = await import("./environment/job-environment.ts");
  const { findInput } = await import("./rows/input.ts");
  const { findOutput } = await import("./rows/output.ts");
  const { runStage } = await import("./run-stage.ts");
  const { sandboxName } = await import("./sandbox/sandbox-name.ts");
  const order = sortOrder(options);
  const manifest = await readNamedPipeline(directory, options);
  const operation = chooseOperation(manifest, stage, options.operation);
  assertFitting(operation, stage, options);
  const isVanilla = operation === "vanilla";
  const input = isVanilla ? undefined : await findInput(options.input);
  const output = await findOutput(options.output);
  const inputName = input?.type === "file" ? input.file : undefined;
  await withPlainErrors(stage, async () => {
    const { pipelineDirectory } = manifest;
    const { env: environment } = process;
    const job = await jobEnvironment({ pipelineDirectory, stage, operation, environment, say });
    await runStage({
      manifest,
      stage,
      operation,
      job,
      input,
      output,
      order,
      sandboxName: sandboxName({ stage, isVanilla, input: inputName, output: options.output }),
      python: options.python,
      say,
    });
  });
}

/** On standard error, as standard output may be the stage's. */
function say(message: string): void {
  process.stderr.write(`[Run] ${message}\n`);
}

/** A full disk, or a folder that cannot be written to, is one message and no stack. */
async function withPlainErrors(stage: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) {
      throw error;
    }
    throw new UserError(`Cannot run the stage "${stage}": ${error.message}`);
  }
}

function columns(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) {
    return names;
  }
  throw new InvalidArgumentError("It must be names of columns with commas between them");
}
