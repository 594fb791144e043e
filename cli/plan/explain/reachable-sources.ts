/** The sources of all parts that can be found, whatever is wrong with the others. */
import type { PipelineConfiguration } from "../../../provider/pipeline/configuration/configuration.ts";
import { mistakesOf, UserError } from "../../../common/errors/user-error.ts";
import { stageOfRoot } from "../../../provider/pipeline/stages/stage-root.ts";
import type { PartSource } from "../../../provider/manifest/part-source.ts";
import { findPartSources } from "../../../provider/manifest/part-sources.ts";
import type { ReadManifestOptions } from "../../../provider/manifest/read-manifest.ts";

/** Sources, and why others could not be found. */
export interface ReachableSources {
  readonly parts: readonly PartSource[];
  /** Messages. */
  readonly problems: readonly string[];
}

/**
 * Like {@link findPartSources}, but where that refuses the whole, each stage, module and path is
 * looked for by itself.
 *
 * @param pipelineDirectory absolute, real path
 */
export async function findReachableSources(
  pipelineDirectory: string,
  configuration: PipelineConfiguration,
  { python, findModules }: Pick<ReadManifestOptions, "python" | "findModules">,
): Promise<ReachableSources> {
  const find = async (part: PipelineConfiguration): Promise<readonly PartSource[]> =>
    (await findPartSources(pipelineDirectory, part, python, findModules)).parts;
  try {
    return { parts: await find(configuration), problems: [] };
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const parts: PartSource[] = [];
    for (const piece of stagesAndPaths(configuration)) {
      parts.push(...(await foundOrNone(find(piece))));
    }
    // Modules are looked for only when there is a stage to run.
    const stages = parts
      .filter(({ kind }) => kind === "stage")
      .map(({ root }) => stageOfRoot(root));
    for (const piece of modules(configuration, stages)) {
      parts.push(...(await foundOrNone(find(piece))));
    }
    const byRoot = new Map(parts.map((part) => [part.root, part]));
    return {
      parts: [...byRoot.values()],
      problems: mistakesOf(error).map((mistake) => mistake.message),
    };
  }
}

/** A piece that cannot be found is among the problems of the whole. */
async function foundOrNone(parts: Promise<readonly PartSource[]>): Promise<readonly PartSource[]> {
  try {
    return await parts;
  } catch (error) {
    if (error instanceof UserError) {
      return [];
    }
    throw error;
  }
}

/** The configuration, asking for one thing at a time. */
function stagesAndPaths(configuration: PipelineConfiguration): readonly PipelineConfiguration[] {
  const nothing = askingForNothing(configuration);
  const { enabledStages, packStages, uploadPaths } = configuration;
  return [
    ...enabledStages.map((name) => ({ ...nothing, enabledStages: [name] })),
    { ...nothing, packStages },
    ...uploadPaths.map((item) => ({ ...nothing, uploadPaths: [item] })),
  ];
}

function modules(
  configuration: PipelineConfiguration,
  enabledStages: readonly string[],
): readonly PipelineConfiguration[] {
  const none = { ...askingForNothing(configuration), enabledStages };
  return [none, ...configuration.uploadModules.map((name) => ({ ...none, uploadModules: [name] }))];
}

function askingForNothing(configuration: PipelineConfiguration): PipelineConfiguration {
  return {
    ...configuration,
    enabledStages: [],
    packStages: "enabled",
    uploadModules: [],
    uploadPaths: [],
  };
}
