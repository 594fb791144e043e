/** Where a local build is; light to load, as a preview needs no more of a build than its place. */
import { rm } from "node:fs/promises";
import path from "node:path";

/** The folder of a build, under the pipeline directory. */
export const BUILD_FOLDER = ".build";

/** The file name of an archive, here and on the cluster. */
export const ARCHIVE_NAME = "source.tar.gz";

/** Removes the folder of builds with all that is in it; it is nobody else's. */
export async function cleanBuild(pipelineDirectory: string): Promise<void> {
  await rm(path.join(pipelineDirectory, BUILD_FOLDER), { recursive: true, force: true });
}
