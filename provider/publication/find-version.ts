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
    const isKept =
      keptArchive !== undefined &&
      findAlteration(keptArchive) === undefined &&
      // A pin says itself which bytes are meant, whatever became of the live ones.
      (sha256 === undefined ? hasSameContent(keptArchive, live) : wanted(keptArchive.record));
    if (kept !== undefined && isKept) {
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
    const there = [...versions.values(), ...(live === undefined ? [] : [live])];
    const pin = sha256 === undefined ? `digest ${digest}` : `SHA-256 ${sha256}`;
    throw new UserError(
      `Cannot promote from ${where} as no version there has ${pin}: ${listVersions(there, sha256)}`,
      { argument: "promoteFrom" },
    );
  }
  const directory = joinYPath(versionsPathOf(buildFolder), pinned.name);
  const kept = await listFolder(client, directory);
  return describeVersion(client, kept, directory, false);
}

function hasSameContent(one: FolderEntry, other: FolderEntry): boolean {
  return one.md5 === other.md5 && one.chunks === other.chunks;
}

/** @throws {UserError} when a file of the version is missing or altered */
function describeVersion(
  client: YtClient,
  folder: Folder,
  directory: string,
  live: boolean,
): FoundVersion {
  const archive = describeFile(client, folder, directory, ARCHIVE_NAME);
  const { record, creationTime: publishedAt = "" } = folder.get(ARCHIVE_NAME) ?? {};
  if (record === undefined) {
    throw new TypeError(`A described file has a record: "${ARCHIVE_NAME}"`);
  }
  const wrappers = Object.keys(record.wrappers).map((name) =>
    describeFile(client, folder, directory, name),
  );
  const { digest, parts, publisher, revision } = record;
  const { sha256, md5, sizeBytes } = archive;
  const hashes = { digest, sha256, md5, sizeBytes };
  const found = { ...hashes, parts, wrappers, directory, live, publisher, publishedAt };
  return revision === undefined ? found : { ...found, revision };
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

/** The versions that there are, newest first, for who has named another. */
function listVersions(entries: readonly FolderEntry[], sha256: string | undefined): string {
  const named = entries.find(({ record }) => record !== undefined && record.digest === sha256);
  if (named !== undefined) {
    return `that is the digest of one, whose SHA-256 is ${String(named.record?.sha256)}`;
  }
  const lines = entries
    .toSorted((a, b) => (a.creationTime < b.creationTime ? 1 : -1))
    .flatMap(({ record, creationTime }) =>
      record === undefined ? [] : [[record.sha256, creationTime] as const],
    );
  // The live archive is a copy of its version, and newer.
  const times = new Map(lines);
  return times.size === 0
    ? "there are none"
    : `there are ${[...times].map(([hash, time]) => `${hash} of ${time}`).join(", ")}`;
}
