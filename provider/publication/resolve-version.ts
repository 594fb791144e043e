/** Finds a version of a build folder by the first digits of its digest or of its archive's SHA-256. */
import type { YtClient } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { listFolder } from "./folder.ts";
import type { FolderEntry } from "./folder.ts";
import { versionDirectoryOf, versionsPathOf } from "./layout.ts";

/** How many digits tell versions apart on a screen. */
const SHOWN_DIGITS = 12;

/**
 * The directory of a version.
 *
 * @param digits the first hexadecimal digits of its digest or SHA-256, as many as are needed
 * @throws {UserError} that lists what there is, when they fit none or several
 */
export async function resolveVersion(
  client: YtClient,
  buildFolder: string,
  digits: string,
): Promise<string> {
  const folder = await listFolder(client, versionsPathOf(buildFolder));
  const versions = [...folder.values()].filter(({ name, record }) => record?.digest === name);
  const found = versions.filter(
    ({ name, record }) => name.startsWith(digits) || record?.sha256.startsWith(digits),
  );
  const [version] = found;
  if (version !== undefined && found.length === 1) {
    return versionDirectoryOf(buildFolder, version.name);
  }
  const where = `"${buildFolder}" on cluster "${client.proxy}"`;
  throw new UserError(
    version === undefined
      ? `Cannot find version "${digits}" in ${where}: ${listVersions(versions)}`
      : `Cannot tell which version "${digits}" is in ${where}, as it fits several: ${listVersions(found)}`,
  );
}

function listVersions(versions: readonly FolderEntry[]): string {
  const lines = versions
    .toSorted((a, b) => (a.creationTime < b.creationTime ? 1 : -1))
    .map(({ name, record, creationTime }) => {
      const sha256 = String(record?.sha256).slice(0, SHOWN_DIGITS);
      return `${name.slice(0, SHOWN_DIGITS)} (SHA-256 ${sha256}) of ${creationTime}`;
    });
  return lines.length === 0 ? "there are none" : `there are ${lines.join(", ")}`;
}
