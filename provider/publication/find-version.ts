/** Finds the version of a build folder that is to be promoted. */
import { joinYPath } from "../yt/index.ts";
import type { YtClient } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { findAlteration, findFolder, listFolder } from "./folder.ts";
import type { Folder, FolderEntry } from "./folder.ts";
import { ARCHIVE_NAME, versionDirectoryOf, versionsPathOf } from "./layout.ts";
import type { NodeRecord } from "./records.ts";
import type { FoundVersion, FoundWrapper } from "./types.ts";

export interface FindVersionOptions {
  readonly client: YtClient;
  readonly buildFolder: string;
  /** The version with this digest. @default the live one */
  readonly digest?: string | undefined;
  /** The version whose archive has this SHA-256: a pin. @default the live one */
  readonly sha256?: string | undefined;
}

/**
 * The live or the pinned version of a build folder, for promotion. Changes nothing.
 *
 * @throws {UserError} when there is no archive, none that fits the pin (lists what there is), or
 * when its content is not what was recorded
 */
export async function findVersion(options: FindVersionOptions): Promise<FoundVersion> {
  const { client, buildFolder, digest, sha256 } = options;
  const where = `"${buildFolder}" on cluster "${client.proxy}"`;
  const folder = await findFolder(client, buildFolder);
  const live = folder?.get(ARCHIVE_NAME);
  const wanted = (record: NodeRecord | undefined): record is NodeRecord =>
    record !== undefined &&
    (digest === undefined || record.digest === digest) &&
    (sha256 === undefined || record.sha256 === sha256);

  if (folder !== undefined && live !== undefined && wanted(live.record)) {
    // The immutable copy is preferred: it is not replaced while it is read.
    const directory = versionDirectoryOf(buildFolder, live.record.digest);
    const kept = await findFolder(client, directory);
    const keptArchive = kept?.get(ARCHIVE_NAME);
    if (kept !== undefined && keptArchive !== undefined && isSameArchive(keptArchive, live)) {
      return describeVersion(client, kept, directory, true);
    }
    return describeVersion(client, folder, buildFolder, true);
  }
  if (digest === undefined && sha256 === undefined) {
    throw new UserError(
      live === undefined
        ? `Cannot promote from ${where} as there is no "${ARCHIVE_NAME}": publish it there first`
        : `Cannot promote from ${where} as its "${ARCHIVE_NAME}" was not written by this tool`,
      { argument: "promoteFrom" },
    );
  }
  const versions = await listFolder(client, versionsPathOf(buildFolder));
  const pinned = [...versions.values()].find(({ record }) => wanted(record));
  if (pinned === undefined) {
    const pin = sha256 === undefined ? `digest ${digest}` : `SHA-256 ${sha256}`;
    throw new UserError(
      `Cannot promote from ${where} as no version there has ${pin}: ${listVersions(versions)}`,
      { argument: "promoteFrom" },
    );
  }
  const directory = joinYPath(versionsPathOf(buildFolder), pinned.name);
  const kept = await listFolder(client, directory);
  return describeVersion(client, kept, directory, false);
}

/** Whether the version's archive is in order and holds the very bytes of the live one. */
function isSameArchive(kept: FolderEntry, live: FolderEntry): boolean {
  return findAlteration(kept) === undefined && kept.md5 === live.md5;
}

/** @throws {UserError} when a file of the version is missing or altered */
function describeVersion(
  client: YtClient,
  folder: Folder,
  directory: string,
  live: boolean,
): FoundVersion {
  const archive = describeFile(client, folder, directory, ARCHIVE_NAME);
  const record = folder.get(ARCHIVE_NAME)?.record;
  if (record === undefined) {
    throw new TypeError(`A described file has a record: "${ARCHIVE_NAME}"`);
  }
  const wrappers = Object.keys(record.wrappers).map((name) =>
    describeFile(client, folder, directory, name),
  );
  const { digest, parts, publisher } = record;
  const { sha256, md5, sizeBytes } = archive;
  return { digest, sha256, md5, sizeBytes, parts, wrappers, directory, live, publisher };
}

function describeFile(
  client: YtClient,
  folder: Folder,
  directory: string,
  name: string,
): FoundWrapper {
  const entry = folder.get(name);
  const how = entry === undefined ? "is missing" : findAlteration(entry);
  if (entry?.record === undefined || how !== undefined) {
    throw new UserError(
      `Cannot promote "${joinYPath(directory, name)}" on cluster "${client.proxy}" as it ${how}: ` +
        `publish it again in its own stack`,
      { argument: "promoteFrom" },
    );
  }
  const { sha256, md5, sizeBytes } = entry.record;
  return { name, sha256, md5, sizeBytes };
}

function listVersions(versions: Folder): string {
  const lines = [...versions.values()]
    .filter(({ record }) => record !== undefined)
    .toSorted((a, b) => (a.creationTime < b.creationTime ? 1 : -1))
    .map(({ record, creationTime }) => `${String(record?.sha256)} of ${creationTime}`);
  return lines.length === 0 ? "there are none" : `there are ${lines.join(", ")}`;
}
