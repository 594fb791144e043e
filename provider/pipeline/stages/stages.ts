/** Stages: which there are, which are packed, and whether they have something to run. */
import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import { isMissing } from "../../../common/files/file-errors.ts";
import { listNames } from "../../../common/files/list-names.ts";
import { allOrMistakes, UserError } from "../../../common/errors/user-error.ts";
import type { PipelineConfiguration } from "../configuration/configuration.ts";
import { isInside } from "../../../common/files/is-inside.ts";
import { stageRoot, STAGES_FOLDER } from "./stage-root.ts";

/** What is packed of a stage's directory. */
export const STAGE_CONTENTS: readonly string[] = ["config.yaml", "requirements.txt", "src"];

// A stage's name becomes part of file names, Cypress paths and shell commands.
const STAGE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/**
 * The names of the stages that are asked for, sorted: the order of `enabled_stages` is no change.
 * With `pack_stages: all` these are also all that have `src/`.
 *
 * @param pipelineDirectory absolute, real path
 * @throws {UserError} when an enabled stage has no directory (lists those there are), a name is
 * not allowed, or a directory is a link out of the pipeline directory
 */
export async function findStagesToPack(
  pipelineDirectory: string,
  configuration: PipelineConfiguration,
): Promise<readonly string[]> {
  const directories = await stageDirectories(pipelineDirectory);
  const names = new Set(configuration.enabledStages);
  if (configuration.packStages === "all") {
    for (const name of directories) {
      const entries = await listNames(path.join(pipelineDirectory, stageRoot(name)));
      if (entries.includes("src")) {
        names.add(name);
      }
    }
  }
  const checked = [...names].map(async (name) => {
    assertStageName(name);
    if (!directories.includes(name)) {
      throw unknownStage(name, directories);
    }
    await assertStageInside(name, pipelineDirectory);
    return name;
  });
  return (await allOrMistakes(checked)).toSorted();
}

function assertStageName(name: string): void {
  if (STAGE_NAME.test(name)) {
    return;
  }
  throw new UserError(
    // Escaped, as it may hold anything.
    `Cannot pack the stage ${JSON.stringify(name)} as a stage's name must start with a letter, digit or "_" ` +
      'and hold only letters, digits, "_", "." and "-": rename its directory',
    { argument: "pipeline" },
  );
}

async function assertStageInside(name: string, pipelineDirectory: string): Promise<void> {
  const real = realpathSync.native(path.join(pipelineDirectory, stageRoot(name)));
  if (isInside(pipelineDirectory, real)) {
    return;
  }
  throw new UserError(
    `Cannot pack the stage "${name}" as its directory must be inside the pipeline directory "${pipelineDirectory}": it leads to "${real}"`,
    { argument: "pipeline" },
  );
}

function unknownStage(name: string, directories: readonly string[]): UserError {
  const there = directories.map((directory) => `"${directory}"`).join(", ");
  return new UserError(
    `Cannot pack the stage "${name}" of stages.enabled_stages as it has no directory "${stageRoot(name)}": ` +
      (there === "" ? "there are no stages" : `the stages are ${there}`),
    { argument: "pipeline" },
  );
}

async function stageDirectories(pipelineDirectory: string): Promise<readonly string[]> {
  const directory = path.join(pipelineDirectory, STAGES_FOLDER);
  const names = await listNames(directory);
  const found: string[] = [];
  for (const name of names.toSorted()) {
    const isDirectory = await isDirectoryAt(path.join(directory, name));
    if (isDirectory) {
      found.push(name);
    }
  }
  return found;
}

async function isDirectoryAt(file: string): Promise<boolean> {
  try {
    return statSync(file).isDirectory();
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}
