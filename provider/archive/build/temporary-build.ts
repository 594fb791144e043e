/** Builds of pipelines whose directory cannot be written: in a temporary one, for an upload or a named file. */
import path from "node:path";
import { canWriteIn } from "../../../common/files/can-write.ts";
import { makeTemporaryDirectory } from "../../../common/files/temporary-directory.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import { buildArchive } from "./build.ts";
import type { BuildOptions, BuiltArchive } from "./build.ts";
import { localBuildFolder, TREE_NAME } from "./local-build.ts";

/**
 * Whether a pipeline can be built in a directory, as far as permissions tell.
 *
 * @param directory @default the pipeline directory
 */
export function canBuild(
  manifest: Manifest,
  directory: string = manifest.pipelineDirectory,
): boolean {
  const folder = path.join(directory, localBuildFolder(manifest.configurationFile));
  return canWriteIn(folder) && canWriteIn(path.join(folder, TREE_NAME));
}

/**
 * Builds in a temporary directory, which is gone when the build has been used, also after a failure.
 *
 * @param options see {@link BuildOptions}
 * @param use is given the build; what it returns comes back
 * @throws {UserError} as {@link buildArchive}, and when no such directory can be made
 */
export async function withTemporaryBuild<Result>(
  manifest: Manifest,
  { tell }: Pick<BuildOptions, "tell">,
  use: (built: BuiltArchive) => Promise<Result>,
): Promise<Result> {
  using temporary = makeTemporaryDirectory(`build "${manifest.pipelineDirectory}"`);
  return await use(
    await buildArchive(manifest, { directory: temporary.path, isTemporary: true, tell }),
  );
}
