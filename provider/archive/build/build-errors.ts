/** Says what keeps a build from being written: a full disk, a folder, a path that is too long. */
import { statfs } from "node:fs/promises";
import { findFileErrorReason } from "../../../common/files/file-error-reason.ts";
import { hasCode, isMissing } from "../../../common/files/file-errors.ts";
import { formatSize } from "../../../common/text/format-size.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import { shortenedPath } from "../../pipeline/files/file-names.ts";
import { IGNORE_FILE } from "../../pipeline/ignore/ignore-rules.ts";
import { UserError } from "../../../common/errors/user-error.ts";

/** A used-up quota, a file larger than is allowed: what is free on the disk says nothing then. */
const LIMIT_CODES = ["EDQUOT", "EFBIG"];

/** A folder or file system that must not be written to. */
const NOT_WRITABLE_CODES = ["EACCES", "EPERM", "EROFS"];

/** Where a build failed, and what else could have been done. */
export interface FailedBuild {
  /** The folder of the build, already removed. */
  readonly folder: string;
  /** A directory above it that is there. */
  readonly directory: string;
  /** What to do when it cannot be written. @default to make it writable */
  readonly advice?: string | undefined;
}

/**
 * The error to show for a failed build: for a full disk one that says how much is needed and free,
 * for a build that was removed meanwhile one that says so, for a limit of the system or a folder that must not be written
 * one that names it, for a path that is too long one that shows it, for all else the error itself.
 */
export async function explainBuildError(
  error: unknown,
  manifest: Manifest,
  { folder, directory, advice = "make its directory writable" }: FailedBuild,
): Promise<unknown> {
  if (NOT_WRITABLE_CODES.some((code) => hasCode(error, code))) {
    return new UserError(`Cannot build in "${folder}" as it cannot be written: ${advice}`, {
      argument: "pipeline",
    });
  }
  // What is not there of the sources has been told by its name.
  if (isMissing(error)) {
    return new UserError(
      `Cannot build in "${folder}" as another process removed what was built there: run the command again`,
      { argument: "pipeline" },
    );
  }
  if (hasCode(error, "ENAMETOOLONG")) {
    return longPathError(manifest, folder);
  }
  const reason = findFileErrorReason(error);
  if (reason !== undefined && LIMIT_CODES.some((code) => hasCode(error, code))) {
    return new UserError(
      `Cannot build in "${folder}" as ${reason}: leave files out in "${IGNORE_FILE}", or have that limit raised`,
      { argument: "pipeline" },
    );
  }
  if (!hasCode(error, "ENOSPC")) {
    return error;
  }
  const contentBytes = manifest.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  const { bavail, bsize } = await statfs(directory);
  return new UserError(
    `Cannot build in "${folder}" as there is not enough disk space: it needs ${formatSize(contentBytes)} for the files and ` +
      `at most as much again for the archive, and ${formatSize(bavail * bsize)} are free; ` +
      `free some space, or leave files out in "${IGNORE_FILE}"`,
    { argument: "pipeline" },
  );
}

/** A file can be read where it is, and be too deep for the system a few directories down. */
function longPathError(manifest: Manifest, folder: string): UserError {
  const paths = manifest.parts.flatMap((part) => part.files.map((file) => file.path));
  const longest = paths.reduce((a, b) => (Buffer.byteLength(b) > Buffer.byteLength(a) ? b : a), "");
  return new UserError(
    `Cannot build in "${folder}" as the path of "${shortenedPath(longest)}", ${Buffer.byteLength(longest)} bytes, ` +
      "is longer there than the system allows: move the file up, or the pipeline to a shorter path",
    { argument: "pipeline" },
  );
}
