/** Looks whether a local build is still what the last update has made: all there is of a resource in dev mode. */
import { statSync } from "node:fs";
import path from "node:path";
import { ARCHIVE_NAME, localBuildFolder, TREE_NAME } from "../archive/build/local-build.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { findFileErrorReason } from "../../common/files/file-error-reason.ts";
import { isSystemError } from "../../common/files/file-errors.ts";
import { hashFile, shortDigest } from "../manifest/digests.ts";
import { WRAPPERS_KEY } from "../manifest/part-key.ts";
import { isProperties } from "./arguments.ts";
import type { Properties } from "./arguments.ts";
import { findBuildPlace, folderOf } from "./build-owner.ts";
import { IN_PLACE } from "./inputs.ts";

/**
 * Compares a local build with the outputs in state: the archive's bytes, and the wrappers of the tree.
 *
 * @returns {@link IN_PLACE}, or the first difference in words; undefined when there is no pipeline
 * @throws {UserError} when the file system refuses to tell, which is never taken for "missing"
 */
export function observeBuild(outputs: Properties, projectDirectory: string): string | undefined {
  const place = findBuildPlace(outputs, projectDirectory);
  if (place === undefined) {
    return undefined;
  }
  const folder = folderOf(place);
  // As the user has written the pipeline directory.
  const shownFolder = path.posix.join(
    String(outputs["pipeline"]),
    localBuildFolder(place.configurationFile),
  );
  try {
    return (
      archiveDifference(
        path.join(folder, ARCHIVE_NAME),
        `${shownFolder}/${ARCHIVE_NAME}`,
        outputs,
      ) ??
      wrapperDifference(path.join(folder, TREE_NAME), `${shownFolder}/${TREE_NAME}`, outputs) ??
      IN_PLACE
    );
  } catch (error) {
    if (!isSystemError(error)) {
      throw error;
    }
    throw new UserError(
      `Cannot look at the build "${shownFolder}": ${findFileErrorReason(error) ?? error.message}`,
    );
  }
}

function archiveDifference(
  file: string,
  shown: string,
  { bytes, sha256 }: Properties,
): string | undefined {
  const sizeBytes = findSize(file);
  if (sizeBytes === undefined) {
    return `archive missing: ${shown}`;
  }
  // The size first, as it costs nothing.
  if (sizeBytes !== bytes) {
    return `archive altered: ${shown}: its size is ${sizeBytes} bytes, built were ${String(bytes)}`;
  }
  const found = hashFile(file).sha256;
  if (found !== sha256) {
    return `archive altered: ${shown}: its SHA-256 is ${shortDigest(found)}, built was ${shortDigest(String(sha256))}`;
  }
  return undefined;
}

/** More than a few hundred wrappers have no digests of their own in the inputs, and are not looked at. */
function wrapperDifference(tree: string, shown: string, outputs: Properties): string | undefined {
  const wrappers = outputs[WRAPPERS_KEY];
  for (const [name, digest] of Object.entries(isProperties(wrappers) ? wrappers : {})) {
    if (name.endsWith("/")) {
      continue;
    }
    const file = path.join(tree, name);
    if (findSize(file) === undefined) {
      return `wrapper missing: ${shown}/${name}`;
    }
    if (!String(digest).startsWith(shortDigest(hashFile(file).sha256))) {
      return `wrapper altered: ${shown}/${name}: its content is another`;
    }
  }
  return undefined;
}

/** Undefined when there is no such file. */
function findSize(file: string): number | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true ? stats.size : undefined;
}
