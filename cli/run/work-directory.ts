/** Where runs keep their sandboxes and builds. */
import path from "node:path";
import { canWriteIn } from "../../common/files/can-write.ts";
import { ensureOwnTemporaryDirectory } from "../../common/files/own-temporary-directory.ts";
import { canBuild } from "../../provider/archive/build/temporary-build.ts";
import type { Manifest } from "../../provider/manifest/manifest.ts";
import { RUNS_FOLDER } from "./sandbox/sandbox-name.ts";

/**
 * The pipeline directory, and where that cannot be written, a directory among the temporary files that
 * stays, so that sandboxes can be looked into and what was installed is used again.
 *
 * @param say takes a line when it is not the pipeline directory
 * @returns an absolute path
 * @throws {UserError} when there is no place to write
 */
export function findWorkDirectory(manifest: Manifest, say: (message: string) => void): string {
  const { pipelineDirectory } = manifest;
  if (canBuild(manifest) && canWriteIn(path.join(pipelineDirectory, RUNS_FOLDER))) {
    return pipelineDirectory;
  }
  const directory = ensureOwnTemporaryDirectory(pipelineDirectory, "run a stage");
  say(`"${pipelineDirectory}" cannot be written: running in "${directory}"`);
  return directory;
}
