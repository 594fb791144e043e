/** `pipeline.upload_paths`: resolved to real files or directories inside the pipeline directory. */
import { lstatSync } from "node:fs";
import { realpath } from "node:fs/promises";
import path from "node:path";
import { hasCode, ignoringFileSystemErrors, isMissing } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { shownName } from "../../../common/text/shown-name.ts";
import type { UploadPath } from "./configuration.ts";
import { isInside } from "../../../common/files/is-inside.ts";
import { linkSteps } from "../files/links.ts";
import { IGNORE_FILE } from "../ignore/ignore-rules.ts";
import { parseTarget } from "./targets.ts";

/** An upload path that exists and stays inside. */
export interface ResolvedUploadPath {
  /** Absolute path of a file or directory. */
  readonly source: string;
  /** Relative path in the archive. */
  readonly target: string;
  /** As the user wrote it, for messages. */
  readonly claimedBy: string;
}

/**
 * Resolves one upload path.
 *
 * @param pipelineDirectory absolute, real path
 * @throws {UserError} when the source is missing or leads out of the pipeline directory (real
 * paths count), or the target is not allowed
 */
export async function resolveUploadPath(
  pipelineDirectory: string,
  { source, target }: UploadPath,
): Promise<ResolvedUploadPath> {
  const claimedBy = `upload_paths "${shownName(source)}"`;
  const absolute = path.resolve(pipelineDirectory, source);
  const real = await realPathOf(absolute, pipelineDirectory, claimedBy);
  if (!isInside(pipelineDirectory, real)) {
    throw new UserError(
      `Cannot pack ${claimedBy} as its path must be inside the pipeline directory "${pipelineDirectory}": it leads to "${real}"; copy that into the pipeline directory`,
      { argument: "pipeline" },
    );
  }
  if (real === pipelineDirectory) {
    throw new UserError(
      `Cannot pack ${claimedBy} as it is the whole pipeline directory: name a directory or file in it`,
      { argument: "pipeline" },
    );
  }
  if (path.basename(absolute) === IGNORE_FILE) {
    throw new UserError(
      `Cannot pack ${claimedBy} as "${IGNORE_FILE}" files are never packed: remove it from the list`,
      { argument: "pipeline" },
    );
  }
  return {
    // A path that comes back in by a link from outside has its place inside, where rules count.
    source: isInside(pipelineDirectory, absolute) ? absolute : real,
    target: parseTarget(target ?? path.basename(absolute), claimedBy),
    claimedBy,
  };
}

async function realPathOf(
  absolute: string,
  pipelineDirectory: string,
  claimedBy: string,
): Promise<string> {
  try {
    return await realpath(absolute);
  } catch (error) {
    if (hasCode(error, "ELOOP")) {
      throw new UserError(
        `Cannot pack ${claimedBy} as it is a link that loops: ${linkSteps(absolute)}; remove it`,
        {
          argument: "pipeline",
        },
      );
    }
    if (!isMissing(error)) {
      throw error;
    }
    // An escape that does not exist is still an escape; say the more useful thing.
    if (!isInside(pipelineDirectory, absolute)) {
      return absolute;
    }
    if (ignoringFileSystemErrors(() => lstatSync(absolute))?.isSymbolicLink() === true) {
      throw new UserError(
        `Cannot pack ${claimedBy} as it is a link that leads nowhere: ${linkSteps(absolute)}; mend it`,
        { argument: "pipeline" },
      );
    }
    throw new UserError(
      `Cannot pack ${claimedBy} as there is no file or directory of that name in "${pipelineDirectory}"`,
      { argument: "pipeline" },
    );
  }
}
