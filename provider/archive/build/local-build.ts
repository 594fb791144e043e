/** Where a local build is; light to load, as a preview needs no more of a build than its place. */
import { lstatSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import path from "node:path";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import { sha256, shortDigest } from "../../manifest/digests.ts";
import { DEFAULT_CONFIGURATION_FILE } from "../../pipeline/defaults.ts";

/** The folder of builds, under the pipeline directory. */
const BUILDS_FOLDER = ".build";

/** The file name of an archive, here and on the cluster. */
export const ARCHIVE_NAME = "source.tar.gz";

/** The name of the assembled tree. */
export const TREE_NAME = "source";

/** The file in a build that holds the id of the resource it was built for. */
export const OWNER_FILE = "resource-id";

/** What a build for the default configuration file has in the folder of all builds. */
const BUILD_NAMES: ReadonlySet<string> = new Set([ARCHIVE_NAME, TREE_NAME, OWNER_FILE]);

/** No name of a build is longer, in characters: a file name has at most 255 bytes. */
const MAX_NAME_LENGTH = 60;

/**
 * The folder of a build, relative to the pipeline directory: `.build` for the default configuration
 * file, `.build/prod` for `configs/prod.yaml`. Files whose names may not be so plainly used, or are
 * elsewhere, have a digest in the name, so that no two share a build.
 *
 * @param configurationFile relative to the pipeline directory, with `/` and normalized
 */
export function localBuildFolder(configurationFile: string): string {
  if (configurationFile === DEFAULT_CONFIGURATION_FILE) {
    return BUILDS_FOLDER;
  }
  const { dir, name, ext } = path.posix.parse(configurationFile);
  const defaults = path.posix.parse(DEFAULT_CONFIGURATION_FILE);
  const isPlain =
    dir === defaults.dir &&
    ext === defaults.ext &&
    name.length <= MAX_NAME_LENGTH &&
    !name.startsWith(".") &&
    // Some file systems take both cases for the same.
    !BUILD_NAMES.has(name.toLowerCase());
  const unique = `${name.replace(/^\.+/, "").slice(0, MAX_NAME_LENGTH)}-${shortDigest(sha256(configurationFile))}`;
  return `${BUILDS_FOLDER}/${isPlain ? name : unique}`;
}

/**
 * Removes a build with all that is in it; it is nobody else's. Those for other configuration files stay.
 *
 * @param directory the pipeline directory, or what stands for it
 * @param configurationFile see {@link localBuildFolder}
 * @throws {Error} what the file system refuses
 */
export function cleanBuild(
  directory: string,
  configurationFile: string = DEFAULT_CONFIGURATION_FILE,
): void {
  const folder = path.join(directory, localBuildFolder(configurationFile));
  clearBuild(folder, []);
  // Stays where there are others.
  ignoringFileSystemErrors(() => {
    rmdirSync(folder);
    rmdirSync(path.join(directory, BUILDS_FOLDER));
  });
}

/**
 * Removes what is in the folder of a build, apart from entries of these names and the builds for other
 * configuration files; and what stands in its place and is no directory.
 *
 * @throws {Error} what the file system refuses
 */
export function clearBuild(folder: string, keep: readonly string[]): void {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) {
    rmSync(folder, { force: true });
    return;
  }
  const hasOthers = path.basename(folder) === BUILDS_FOLDER;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    // No build's name begins with a dot: that is a tree which another was writing ahead.
    const isBuild = entry.isDirectory() && !entry.name.startsWith(".");
    const isOther = hasOthers && isBuild && !BUILD_NAMES.has(entry.name);
    if (!keep.includes(entry.name) && !isOther) {
      rmSync(path.join(folder, entry.name), { recursive: true, force: true });
    }
  }
}
