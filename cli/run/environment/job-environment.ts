/** The environment of a job on this machine: what upstream's dev mode gives (yt_framework/operations/common.py). */
import path from "node:path";
import { counted } from "../../../common/text/counted.ts";
import type { RunOperation } from "../choose-operation.ts";
import { findCheckpoint, findNamedFiles } from "./local-files.ts";
import type { LocalFile } from "./local-files.ts";
import { readSecrets, SECRETS_FILE } from "./secrets.ts";
import { StageConfiguration } from "./stage-configuration.ts";

/** Which job, and what it starts from. */
export interface JobEnvironmentOptions {
  readonly pipelineDirectory: string;
  readonly stage: string;
  readonly operation: RunOperation;
  /** The user's own variables, over which those of the job win. */
  readonly environment: NodeJS.ProcessEnv;
  /** Tells the user, without values that may be secret. */
  readonly say: (message: string) => void;
}

/** What a job gets beside its code. */
export interface JobEnvironment {
  readonly variables: NodeJS.ProcessEnv;
  readonly files: readonly LocalFile[];
}

/**
 * Makes a job's environment, from weak to strong: the user's own, `configs/secrets.env`,
 * `client.operations.<operation>.env` of the stage's configuration. `YT_STAGE_NAME` and
 * `TOKENIZER_ARTIFACT_…` are set unless these two do, `CHECKPOINT_FILE` in any case where there is one.
 *
 * @throws {UserError} when the configuration cannot be used
 */
export async function jobEnvironment(options: JobEnvironmentOptions): Promise<JobEnvironment> {
  const { pipelineDirectory, stage, operation, environment, say } = options;
  const warn = (line: string): void => say(`Warning: ${line}`);
  const key = operation.replace("-", "_");
  const configuration = await StageConfiguration.read(pipelineDirectory, stage, key, environment);
  const secrets = await readSecrets(pipelineDirectory, warn);
  const own = configuration.variables("client", "operations", key, "env");
  const isVanilla = operation === "vanilla";
  const checkpoint = isVanilla
    ? undefined
    : await findCheckpoint(configuration, pipelineDirectory, key, warn);
  const named = [
    ...(secrets.size === 0 ? [] : [`${counted(secrets.size, "variable")} of "${SECRETS_FILE}"`]),
    ...Object.keys(own),
    ...(checkpoint === undefined ? [] : [`CHECKPOINT_FILE=${checkpoint.name}`]),
  ];
  if (named.length > 0) {
    say(`In the job's environment: ${named.join(", ")}`);
  }
  const files = await findNamedFiles(configuration, pipelineDirectory, key);
  return {
    variables: {
      ...environment,
      YT_STAGE_NAME: stage,
      ...(isVanilla ? {} : tokenizerVariables(configuration, key)),
      ...Object.fromEntries(secrets),
      ...own,
      ...(checkpoint === undefined ? {} : { CHECKPOINT_FILE: checkpoint.name }),
    },
    files: checkpoint === undefined ? files : [...files, checkpoint],
  };
}

/** Where a job finds its tokenizer, as upstream names it (operations/_internal/tokenizer_artifact.py). */
function tokenizerVariables(
  configuration: StageConfiguration,
  operation: string,
): Readonly<Record<string, string>> {
  const artifact = (key: string): string | undefined =>
    configuration.text("client", "operations", operation, "tokenizer_artifact", key)?.trim();
  const job = (key: string): string | undefined => configuration.text("job", key)?.trim();
  const name =
    artifact("artifact_name") ??
    job("tokenizer_name") ??
    job("model_name")?.split("/").at(-1) ??
    nameOfFile(artifact("local_artifact_path"));
  if (artifact("artifact_base") === undefined || name === undefined) {
    return {};
  }
  return {
    TOKENIZER_ARTIFACT_FILE: name.endsWith(".tar.gz") ? name : `${name}.tar.gz`,
    TOKENIZER_ARTIFACT_DIR: `tokenizer_artifacts/${name}`,
    TOKENIZER_ARTIFACT_NAME: name,
  };
}

function nameOfFile(file: string | undefined): string | undefined {
  return file === undefined ? undefined : path.basename(file).replace(".tar.gz", "");
}
