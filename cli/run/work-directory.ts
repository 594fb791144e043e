/**
 * Where runs keep their sandboxes and builds: in the pipeline directory, and where that cannot be written, in a
 * folder of the user's own among the temporary files. It is the same one each time, so that it can be
 * looked into, and what was installed is used again.
 */
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { canWriteIn } from "../../common/files/can-write.ts";
import { findFileErrorReason } from "../../common/files/file-error-reason.ts";
import { hasCode, isSystemError } from "../../common/files/file-errors.ts";
import { makeDirectory } from "../../common/files/make-directory.ts";
import { canBuild } from "../../provider/archive/build/build.ts";
import type { Manifest } from "../../provider/manifest/manifest.ts";
import { RUNS_FOLDER } from "./sandbox/sandbox-name.ts";

/**
 * Finds the directory, and makes it.
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
  // Names of files may hold what PYTHONPATH cannot.
  const name = path.basename(pipelineDirectory).replace(/[^\p{L}\p{N}._-]/gu, "_");
  const unique = createHash("sha256").update(pipelineDirectory).digest("hex").slice(0, 12);
  const directory = path.join(ensureOwnFolder(), `${name}-${unique}`);
  makeDirectory(directory);
  say(`"${pipelineDirectory}" cannot be written: running in "${directory}"`);
  return directory;
}

/** Everybody may write where it is, so it counts only when nobody else can have made it. */
function ensureOwnFolder(): string {
  const user = process.getuid?.();
  const folder = path.join(tmpdir(), `ytcode-${user ?? "runs"}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!isSystemError(error)) {
      throw error;
    }
    if (!hasCode(error, "EEXIST")) {
      throw new UserError(
        `Cannot run a stage as neither its pipeline directory nor "${tmpdir()}" can be written: ` +
          `${findFileErrorReason(error) ?? error.message}; set TMPDIR to a folder that can be written`,
      );
    }
  }
  const stats = lstatSync(folder);
  const isOurs = user === undefined || (stats.uid === user && (stats.mode & 0o022) === 0);
  if (!stats.isDirectory() || !isOurs) {
    throw new UserError(
      `Cannot run a stage in "${folder}" as others may write there: remove it, or set TMPDIR to a folder of your own`,
    );
  }
  return folder;
}
