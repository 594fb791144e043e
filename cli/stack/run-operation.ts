/** Runs preview, up, refresh and destroy: through the Pulumi CLI, or through the embedded engine. */
import { withAbsoluteConfigFile } from "./config-file.ts";
import type { CommandOutcome } from "./embedded.ts";
import { givenFlags } from "./flags.ts";
import { isScripted, mayAsk } from "./may-ask.ts";
import type { Surroundings } from "./may-ask.ts";
import type { StackCommandOptions, StackOperation } from "./operation.ts";
import type { OpenedPulumi } from "./pulumi-cli.ts";

/** Runs an operation through the Pulumi CLI where there is one, else through the embedded engine. */
export async function runOperationCommand(
  operation: StackOperation,
  given: StackCommandOptions,
  directory: string,
  pulumi: OpenedPulumi | undefined,
): Promise<CommandOutcome> {
  const options = withAbsoluteConfigFile(given, directory);
  if (operation === "preview" || operation === "up") {
    await assertProgramDeclares(directory, pulumi);
  }
  if (pulumi === undefined) {
    const { runEmbedded } = await import("./embedded.ts");
    const environment = providerEnvironment(options, process.env);
    const asks = mayAsk(options, surroundings());
    return runEmbedded(operation, options, { directory, environment }, asks);
  }
  const environment = providerEnvironment(options, pulumi.run.environment);
  const run = { ...pulumi.run, environment };
  const status = await runThroughPulumi({ ...pulumi, run }, operation, options);
  return { status, result: undefined };
}

/** Both engines would bring up nothing, and say that all went well. */
async function assertProgramDeclares(
  directory: string,
  pulumi: OpenedPulumi | undefined,
): Promise<void> {
  const [{ readProject }, { assertDefaultExportIsCalled }] = await Promise.all([
    import("../../engine/project/project.ts"),
    import("../../engine/project/uncalled-export.ts"),
  ]);
  await assertDefaultExportIsCalled(pulumi?.project ?? (await readProject(directory)));
}

/** No engine tells a provider of `--diff`. Who has set the variable for all commands has the last word. */
function providerEnvironment(
  { diff }: StackCommandOptions,
  environment: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return diff === true ? { YTCODE_DIFF: "true", ...environment } : environment;
}

async function runThroughPulumi(
  { project, run }: OpenedPulumi,
  operation: StackOperation,
  options: StackCommandOptions,
): Promise<number> {
  const [{ runPulumi }, { ensureStack }] = await Promise.all([
    import("./pulumi-cli.ts"),
    import("./pulumi-stack.ts"),
  ]);
  const ready = await ensureStack(run, project, options.stack);
  if (ready !== 0) {
    return ready;
  }
  if (operation === "up") {
    const { assertPassphraseForFirstSecret } = await import("./first-secret.ts");
    await assertPassphraseForFirstSecret({ project, run }, options, process.env);
  }
  const status = await runPulumi(run, pulumiArguments(operation, options, surroundings()));
  if (status !== 0 || options.remove !== true) {
    return status;
  }
  return runPulumi(run, ["stack", "rm", options.stack, "--yes", "--preserve-config"]);
}

/**
 * How the Pulumi CLI is called. `--non-interactive`, without which it draws the tree while it works, only where
 * nobody sees it.
 */
export function pulumiArguments(
  operation: StackOperation,
  options: StackCommandOptions,
  where: Surroundings,
): readonly string[] {
  // The CLI asks nothing with --preview-only, and takes no --yes beside it.
  const isPreview =
    operation === "preview" || (options.previewOnly === true && options.yes !== true);
  const mustNotAsk = !isPreview && !mayAsk(options, where);
  return [
    operation,
    "--stack",
    options.stack,
    ...(isScripted(options, where) ? ["--non-interactive"] : []),
    ...(mustNotAsk ? ["--yes"] : []),
    ...givenFlags(operation, { ...options, nonInteractive: undefined }),
    ...(options.skipPreview === true ? ["--skip-preview"] : []),
  ];
}

function surroundings(): Surroundings {
  return { environment: process.env, stdin: process.stdin, stdout: process.stdout };
}
