/**
 * Whose the local build is. Resources may share a pipeline directory, as a resource and its
 * replacement do, and `.build` holds one archive at a time: that of the last one to finish.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { BUILD_FOLDER } from "../archive/build.ts";
import { isMissing } from "../file-errors.ts";

/** The file in `.build` that holds the id of the resource it was built for. */
const OWNER_FILE = "resource-id";

/** Notes for which resource a pipeline was built; the next build forgets it. */
export async function setBuildOwner(pipelineDirectory: string, resourceId: string): Promise<void> {
  try {
    await writeFile(path.join(pipelineDirectory, BUILD_FOLDER, OWNER_FILE), resourceId);
  } catch (error) {
    // Somebody has removed the build meanwhile: no reason to fail when all is published.
    if (!isMissing(error)) throw error;
  }
}

/** The id of that resource; undefined when there is no build, or none that a resource finished. */
export async function findBuildOwner(pipelineDirectory: string): Promise<string | undefined> {
  try {
    return await readFile(path.join(pipelineDirectory, BUILD_FOLDER, OWNER_FILE), "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
