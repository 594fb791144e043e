/** Which operations a stage's files make possible, and that the scripts it names are among them. */
import path from "node:path";
import { allOrMistakes, UserError } from "../../common/errors/user-error.ts";
import { shownName } from "../../common/text/shown-name.ts";
import type { PipelineConfiguration } from "../pipeline/configuration/configuration.ts";
import { scriptKey } from "../pipeline/stages/named-scripts.ts";
import { OPERATIONS } from "../pipeline/stages/operations.ts";
import type { Operation, RunnableOperation } from "../pipeline/stages/operations.ts";
import { isInSource, stageOperations } from "../pipeline/stages/wrappers.ts";
import { hasSource } from "./stage-part.ts";
import type { StagePart } from "./stage-part.ts";

/** The operations of a stage, in the order they are shown. */
export function operationsOf({ stage, facts, hasFile }: StagePart): readonly RunnableOperation[] {
  return stageOperations(stage, facts.scripts, hasFile);
}

/** Whether a stage is a reason to pack: it can run, or `pack_stages: all` asks for what is in its `src/`. */
export function isCode(
  stage: StagePart,
  { packStages }: Pick<PipelineConfiguration, "packStages">,
): boolean {
  return operationsOf(stage).length > 0 || (packStages === "all" && hasSource(stage));
}

/**
 * Refuses entry points that a stage's configuration names and the archive does not have.
 *
 * @throws {UserError} for all of them, each with its key and with why it is not there
 */
export async function assertNamedScripts(stages: readonly StagePart[]): Promise<void> {
  const named = stages.flatMap((stage) =>
    OPERATIONS.flatMap((operation) => {
      const script = stage.facts.scripts[operation];
      return script === undefined ? [] : [{ stage, operation, script }];
    }),
  );
  const checked = named.map(async ({ stage, operation, script }) => {
    if (!isInSource(script) || !stage.hasFile(`src/${script}`)) {
      throw await missingScript(stage, operation, script);
    }
  });
  await allOrMistakes(checked);
}

async function missingScript(
  { stage, part, source }: StagePart,
  operation: Operation,
  script: string,
): Promise<UserError> {
  const key = `${scriptKey(operation)} in "${part.root}/config.yaml"`;
  const name = shownName(script);
  const error = (problem: string): UserError =>
    new UserError(`Cannot pack the stage "${stage}" as ${key} names "${name}": ${problem}`, {
      argument: "pipeline",
    });
  if (!isInSource(script)) {
    return error(`it must be the path of a file in "${part.root}/src", relative to that`);
  }
  // Loaded only here: most stages name no script, and what is named is there.
  const { explainExclusion } = await import("./exclusion.ts");
  const excluded = explainExclusion(source, path.posix.join("src", script));
  return error(
    excluded === undefined
      ? `there is no such file in "${part.root}/src"`
      : `it is there, but ${excluded} excludes it`,
  );
}
