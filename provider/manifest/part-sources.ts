/** From a configuration to the sources of each part: which places are packed, and as what. */
import path from "node:path";
import type { PipelineConfiguration, UploadPath } from "../pipeline/configuration/configuration.ts";
import { findPythonModules } from "../pipeline/python/python-modules.ts";
import type { FindModules } from "../pipeline/python/python-modules.ts";
import { hasEntryPoint, readStageFacts } from "../pipeline/stages/stage-facts.ts";
import { findStagesToPack, STAGE_CONTENTS } from "../pipeline/stages/stages.ts";
import { stageRoot } from "../pipeline/stages/stage-root.ts";
import { assertNoConflicts } from "../pipeline/configuration/targets.ts";
import { resolveUploadPath } from "../pipeline/configuration/upload-paths.ts";
import { allOrMistakes } from "../../common/errors/user-error.ts";
import type { YtjobsOrigin } from "./manifest.ts";
import { findModuleParts, SHIPPED } from "./module-parts.ts";
import type { PartSource } from "./part-source.ts";

/** All parts that come from files, and where `ytjobs` was found. */
export interface PartSources {
  readonly parts: readonly PartSource[];
  readonly ytjobs: YtjobsOrigin;
}

/**
 * Resolves everything a configuration asks to pack. Without code to run nothing is packed, so
 * then modules are not looked for and no interpreter is needed.
 *
 * @param pipelineDirectory absolute, real path
 * @throws {UserError} for stages, modules and paths that cannot be packed, all of them, or two
 * with one target
 */
export async function findPartSources(
  pipelineDirectory: string,
  configuration: PipelineConfiguration,
  python: string | undefined,
  findModules: FindModules = findPythonModules,
): Promise<PartSources> {
  const stages = stageParts(pipelineDirectory, configuration);
  const modules = hasCode(stages, configuration).then((isNeeded) =>
    isNeeded
      ? findModuleParts(pipelineDirectory, configuration, async (names, first) =>
          findModules(names, python, { first }),
        )
      : { parts: [], ytjobs: SHIPPED },
  );
  const parts = await allOrMistakes([
    stages,
    modules.then((found) => found.parts),
    ...configuration.uploadPaths.map(async (item) => [
      await uploadPathPart(item, pipelineDirectory),
    ]),
  ]);
  assertNoConflicts(parts.flat().map((part) => ({ ...part, path: part.root })));
  return { parts: parts.flat(), ytjobs: (await modules).ytjobs };
}

async function hasCode(
  stages: Promise<readonly PartSource[]>,
  { packStages }: PipelineConfiguration,
): Promise<boolean> {
  const [settled] = await Promise.allSettled([stages]);
  // The mistakes of stages are reported together with those of modules.
  if (settled.status === "rejected") {
    return true;
  }
  return settled.value.some(
    ({ stage }) => packStages === "all" || (stage !== undefined && hasEntryPoint(stage)),
  );
}

async function stageParts(
  pipelineDirectory: string,
  configuration: PipelineConfiguration,
): Promise<readonly PartSource[]> {
  const names = await findStagesToPack(pipelineDirectory, configuration);
  const parts = names.map((name) => stagePart(name, pipelineDirectory));
  return (await Promise.all(parts)).filter((part) => part !== undefined);
}

async function uploadPathPart(item: UploadPath, pipelineDirectory: string): Promise<PartSource> {
  const { source, target, claimedBy } = await resolveUploadPath(pipelineDirectory, item);
  const sources = [{ source, rulesFrom: pipelineDirectory, linksWithin: pipelineDirectory }];
  return { kind: "upload-path", root: target, sources, claimedBy };
}

/** @returns undefined for a stage that only drives */
async function stagePart(name: string, pipelineDirectory: string): Promise<PartSource | undefined> {
  const root = stageRoot(name);
  const directory = path.join(pipelineDirectory, root);
  const stage = await readStageFacts(name, directory);
  if (stage === undefined) {
    return undefined;
  }
  const source = {
    source: directory,
    rulesFrom: pipelineDirectory,
    linksWithin: pipelineDirectory,
    only: STAGE_CONTENTS,
  };
  return {
    kind: "stage",
    root,
    sources: [source],
    claimedBy: `stage "${name}"`,
    stage,
  };
}
