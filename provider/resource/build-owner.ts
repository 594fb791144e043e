/**
 * Which resource the local build belongs to. Resources may share a pipeline directory, as a resource and its
 * replacement do, and `.build` holds one archive at a time: that of the last one to finish.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { BUILD_FOLDER, cleanBuild } from "../archive/build/local-build.ts";
import { isMissing } from "../../common/files/file-errors.ts";

/** The file in `.build` that holds the id of the resource it was built for. */
const OWNER_FILE = "resource-id";

/** Notes for which resource a pipeline was built; the next build forgets it. */
export async function setBuildOwner(pipelineDirectory: string, resourceId: string): Promise<void> {
  try {
    await writeFile(path.join(pipelineDirectory, BUILD_FOLDER, OWNER_FILE), resourceId);
  } catch (error) {
    // The build was removed meanwhile, which is no reason to fail: all is published.
    if (!isMissing(error)) {
      throw error;
    }
  }
}

/** Removes the local build of a pipeline, unless it is another resource's. */
export async function removeBuild(pipelineDirectory: string, resourceId: string): Promise<void> {
  const owner = await findBuildOwner(pipelineDirectory);
  // A build without owner is a failed resource's, or was made by the command line: it can go.
  if (owner === undefined || owner === resourceId) {
    await cleanBuild(pipelineDirectory);
  }
}

/** Undefined when there is no build, or none that a resource finished. */
async function findBuildOwner(pipelineDirectory: string): Promise<string | undefined> {
  try {
    return await readFile(path.join(pipelineDirectory, BUILD_FOLDER, OWNER_FILE), "utf8");
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}
