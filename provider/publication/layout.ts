/** Names in a build folder. */
import { ARCHIVE_NAME } from "../archive/build/local-build.ts";
import { WRAPPER_PREFIX } from "../pipeline/configuration/targets.ts";
import { joinYPath } from "../yt/ypath.ts";

export { ARCHIVE_NAME };
export const VERSIONS_NAME = "versions";
export const PIECES_NAME = "pieces";

/** Whether a node of this name in a build folder can be part of a publication. */
export function isStableName(name: string): boolean {
  return name === ARCHIVE_NAME || name.startsWith(WRAPPER_PREFIX);
}

/** `<build folder>/source.tar.gz`, the stable path of the live archive. */
export function archivePathOf(buildFolder: string): string {
  return joinYPath(buildFolder, ARCHIVE_NAME);
}

/** `<build folder>/versions`. */
export function versionsPathOf(buildFolder: string): string {
  return joinYPath(buildFolder, VERSIONS_NAME);
}

/** `<build folder>/pieces`: what large archives are put together of, each named by its SHA-256. */
export function piecesPathOf(buildFolder: string): string {
  return joinYPath(buildFolder, PIECES_NAME);
}

/** `<build folder>/versions/<digest>`, the immutable directory of one version. */
export function versionDirectoryOf(buildFolder: string, digest: string): string {
  return joinYPath(buildFolder, VERSIONS_NAME, digest);
}
