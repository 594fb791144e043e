/** Opens what the user has named: a file, a pipeline directory, or a node on a cluster. */
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { isMissing } from "../../../common/files/file-errors.ts";
import { shownName } from "../../../common/text/shown-name.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { shownPath, userDirectory, userPath } from "../../user-directory.ts";
import type { OpenedArchive } from "./opened-archive.ts";
import type { PipelineReading } from "./open-pipeline.ts";
import { findProxy } from "../../cluster/find-proxy.ts";

/** How to open it. */
export interface OpenSourceOptions extends PipelineReading {
  /** `--proxy`. @default `YT_PROXY` */
  readonly proxy?: string | undefined;
}

/**
 * Opens an archive.
 *
 * @param given a Cypress path (it begins with `//`), an archive, or a pipeline directory
 * @throws {UserError} when there is no such thing, or it is no archive
 */
export async function openSource(
  given: string,
  options: OpenSourceOptions,
): Promise<OpenedArchive> {
  // Each kind loads only what it needs: a local archive needs no cluster and no Python.
  if (given.startsWith("//")) {
    const proxy = findProxy(options.proxy, "inspect", given, process.env);
    const { openArchiveNode } = await import("./open-archive-node.ts");
    return openArchiveNode(given, { proxy, directory: userDirectory() });
  }
  const absolute = userPath(given);
  const label = shownName(shownPath(absolute));
  const stats = await findStats(absolute, label);
  if (stats.isDirectory()) {
    const { openPipeline } = await import("./open-pipeline.ts");
    return openPipeline(absolute, label, options);
  }
  if (!stats.isFile()) {
    throw new UserError(`Cannot inspect "${label}" as it is neither a file nor a directory`);
  }
  const { openArchiveFile } = await import("./open-archive-file.ts");
  return openArchiveFile(absolute, label);
}

async function findStats(absolute: string, label: string): Promise<Stats> {
  try {
    return await stat(absolute);
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
    throw new UserError(
      `Cannot inspect "${label}" as there is no such file or directory` +
        (absolute.startsWith("/home/") ? "; a Cypress path begins with two slashes" : ""),
    );
  }
}
