/**
 * Which resource a local build belongs to. Resources may share a pipeline directory and its configuration
 * file, as a resource and its replacement do, and a build is that of the last one to finish.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { withBuildLock } from "../archive/build/build-lock.ts";
import { cleanBuild, localBuildFolder, OWNER_FILE } from "../archive/build/local-build.ts";
import { findFileErrorReason } from "../../common/files/file-error-reason.ts";
import { isMissing } from "../../common/files/file-errors.ts";
import { normalConfigurationFile } from "../manifest/read-manifest.ts";
import { DEFAULT_CONFIGURATION_FILE } from "../pipeline/defaults.ts";
import type { Properties } from "./arguments.ts";

/** The place of a local build. */
export interface BuildPlace {
  /** Absolute path. */
  readonly pipelineDirectory: string;
  /** See `normalConfigurationFile()`. */
  readonly configurationFile: string;
}

/** Where a resource has its local build; undefined when it has none, as a promotion. */
export function findBuildPlace(
  { pipeline, config }: Properties,
  projectDirectory: string,
): BuildPlace | undefined {
  if (typeof pipeline !== "string") {
    return undefined;
  }
  const pipelineDirectory = path.resolve(projectDirectory, pipeline);
  const configurationFile = normalConfigurationFile({
    pipelineDirectory,
    configurationFile: typeof config === "string" ? config : undefined,
  });
  return { pipelineDirectory, configurationFile };
}

/** The folder of a build, absolute. */
export function folderOf({ pipelineDirectory, configurationFile }: BuildPlace): string {
  return path.join(pipelineDirectory, localBuildFolder(configurationFile));
}

/** Notes for which resource a pipeline was built; the next build forgets it. */
export async function setBuildOwner(place: BuildPlace, resourceId: string): Promise<void> {
  try {
    await writeFile(path.join(folderOf(place), OWNER_FILE), resourceId);
  } catch (error) {
    // The build was removed meanwhile, which is no reason to fail: all is published.
    if (!isMissing(error)) {
      throw error;
    }
  }
}

/**
 * Removes a resource's local build, unless it is another resource's by now, and the one from before
 * configuration files had builds of their own.
 *
 * @param log takes a line when the file system refuses, which is no reason to fail
 */
export async function removeBuild(
  place: BuildPlace,
  resourceId: string,
  log: (line: string) => void,
): Promise<void> {
  // A build without owner is a failed resource's, or was made by the command line: it can go.
  await cleanOwned(place, [undefined, resourceId], log);
  await removeEarlierBuild(place, resourceId, log);
}

/** Earlier releases built for every configuration file in the place of the default one. */
export async function removeEarlierBuild(
  place: BuildPlace,
  resourceId: string,
  log: (line: string) => void,
): Promise<void> {
  if (place.configurationFile !== DEFAULT_CONFIGURATION_FILE) {
    const shared = { ...place, configurationFile: DEFAULT_CONFIGURATION_FILE };
    await cleanOwned(shared, [resourceId], log);
  }
}

/** Removes a build if it is one of these owners'. */
async function cleanOwned(
  place: BuildPlace,
  owners: readonly (string | undefined)[],
  log: (line: string) => void,
): Promise<void> {
  try {
    await withBuildLock(folderOf(place), async () => {
      if (owners.includes(await findBuildOwner(place))) {
        cleanBuild(place.pipelineDirectory, place.configurationFile);
      }
    });
  } catch (error) {
    const reason = findFileErrorReason(error);
    if (reason === undefined) {
      throw error;
    }
    log(`[Upload] Keeping "${folderOf(place)}": ${reason}`);
  }
}

/** Undefined when there is no build, or none that a resource finished. */
async function findBuildOwner(place: BuildPlace): Promise<string | undefined> {
  try {
    return await readFile(path.join(folderOf(place), OWNER_FILE), "utf8");
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}
