/** Compares what is in a build folder with what a resource has published there. */
import { joinYPath } from "../yt/index.ts";
import type { YtClient } from "../yt/index.ts";
import { findAlteration, findFolder } from "./folder.ts";
import type { Folder, FolderEntry } from "./folder.ts";
import { ARCHIVE_NAME, versionDirectoryOf } from "./layout.ts";
import { describePublisher } from "./ownership.ts";
import type { NodeRecord } from "./records.ts";

export interface ObservePublicationOptions {
  readonly client: YtClient;
  readonly buildFolder: string;
  /** The archive's digest as it should be. */
  readonly digest: string;
}

/** What is in the build folder, compared with what should be; the first difference found. */
export type Observation =
  | ({ readonly type: "in place" } & Pick<
      NodeRecord,
      "sha256" | "md5" | "sizeBytes" | "parts" | "publisher" | "promotedFrom"
    >)
  | Difference;

/** `how` follows "it": `is a node of type "table", not a file`. */
export type Difference =
  | { readonly type: "archive missing"; readonly path: string }
  | { readonly type: "archive altered"; readonly path: string; readonly how: string }
  | { readonly type: "wrapper missing"; readonly path: string }
  | { readonly type: "wrapper altered"; readonly path: string; readonly how: string }
  /** The immutable copy in `versions` is gone or not whole; the stable names are fine. */
  | { readonly type: "version missing"; readonly path: string; readonly how: string };

/**
 * Looks whether a publication is still as it was left.
 *
 * @throws {YtError} when the cluster cannot be asked, which is never taken for "missing"
 */
export async function observePublication({
  client,
  buildFolder,
  digest,
}: ObservePublicationOptions): Promise<Observation> {
  const live = checkSet(await findFolder(client, buildFolder), buildFolder, digest);
  if ("type" in live) {
    return live;
  }
  const directory = versionDirectoryOf(buildFolder, digest);
  const kept = checkSet(await findFolder(client, directory), directory, digest);
  if ("type" in kept) {
    return {
      type: "version missing",
      path: kept.path,
      how: "how" in kept ? kept.how : "is missing",
    };
  }
  const { sha256, md5, sizeBytes, parts, publisher, promotedFrom } = live;
  return { type: "in place", sha256, md5, sizeBytes, parts, publisher, promotedFrom };
}

/** Compares an archive and its wrappers with what was recorded; the archive's record when all is well. */
function checkSet(
  folder: Folder | undefined,
  directory: string,
  digest: string,
): NodeRecord | Difference {
  const archive = folder?.get(ARCHIVE_NAME);
  const path = joinYPath(directory, ARCHIVE_NAME);
  if (archive === undefined) {
    return { type: "archive missing", path };
  }
  const how = findArchiveDifference(archive, digest);
  if (archive.record === undefined || how !== undefined) {
    return { type: "archive altered", path, how: how ?? "was not written by this tool" };
  }
  for (const [name, sha256] of Object.entries(archive.record.wrappers)) {
    const difference = checkWrapper(folder?.get(name), joinYPath(directory, name), sha256);
    if (difference !== undefined) {
      return difference;
    }
  }
  return archive.record;
}

function findArchiveDifference(archive: FolderEntry, digest: string): string | undefined {
  const alteration = findAlteration(archive);
  if (alteration !== undefined || archive.record?.digest === digest) {
    return alteration;
  }
  const publisher = archive.record?.publisher;
  const by = publisher === undefined ? "" : `, published by ${describePublisher(publisher)}`;
  return `holds another version: ${String(archive.record?.digest)}${by}`;
}

function checkWrapper(
  entry: FolderEntry | undefined,
  path: string,
  sha256: string,
): Difference | undefined {
  if (entry === undefined) {
    return { type: "wrapper missing", path };
  }
  const how =
    findAlteration(entry) ??
    (entry.record?.sha256 === sha256 ? undefined : "belongs to another version");
  return how === undefined ? undefined : { type: "wrapper altered", path, how };
}
