/** The folders that a version is in: what stands in their place is somebody else's, and is not removed. */
import { UserError } from "../../common/errors/user-error.ts";
import { CONTAINER_TYPES } from "./build-folder.ts";
import type { Folder, FolderEntry } from "./folder.ts";
import { versionDirectoryOf, VERSIONS_NAME, versionsPathOf } from "./layout.ts";

/** A node in the place of a folder; `how` follows "it", and says what to do. */
export interface Obstacle {
  readonly path: string;
  readonly how: string;
}

/**
 * What keeps a version's directory from being one. `versions` may be a link to a folder elsewhere; the
 * directory of a version may not, as it would not go with the version.
 *
 * @param folder what is in the build folder
 * @param type of the node at the directory's path itself, which may be a link; undefined when there is none
 */
export function findObstacle(
  buildFolder: string,
  folder: Folder,
  digest: string,
  type: string | undefined,
): Obstacle | undefined {
  const versions = folder.get(VERSIONS_NAME);
  if (versions !== undefined && !holdsVersions(versions)) {
    return { path: versionsPathOf(buildFolder), how: inTheWay(versions.type) };
  }
  return type === undefined || CONTAINER_TYPES.has(type)
    ? undefined
    : { path: versionDirectoryOf(buildFolder, digest), how: inTheWay(type) };
}

/**
 * Checks that a version's directory can be made.
 *
 * @param folder what is in the build folder
 * @param node what is at the directory's path itself
 * @throws {UserError} that says what to remove
 */
export function assertVersionPlace(
  buildFolder: string,
  folder: Folder,
  digest: string,
  node: FolderEntry | undefined,
): void {
  const obstacle = findObstacle(buildFolder, folder, digest, node?.type);
  if (obstacle !== undefined) {
    throw new UserError(
      `Cannot publish to "${buildFolder}" as "${obstacle.path}" ${obstacle.how}`,
      { argument: "buildFolder" },
    );
  }
}

function holdsVersions({ type, isBrokenLink }: FolderEntry): boolean {
  return CONTAINER_TYPES.has(type) || (type === "link" && !isBrokenLink);
}

function inTheWay(type: string): string {
  return `is a node of type "${type}": remove it, or choose another build folder`;
}
