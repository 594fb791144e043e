/** Compares what is in a build folder with what a resource has published there. */
import { joinYPath } from "../yt/index.ts";
import type { YtClient } from "../yt/index.ts";
import { findAlteration, findNode, listFolder } from "./folder.ts";
import type { Folder, FolderEntry } from "./folder.ts";
import { ARCHIVE_NAME, isStableName, versionDirectoryOf } from "./layout.ts";
import { describePublisher, isNobody, isOwn } from "./ownership.ts";
import type { NodeRecord } from "./records.ts";
import { findObstacle } from "./version-place.ts";

/**
 * What is known of a publication without the cluster, which anybody may edit. What is left out, as an
 * earlier release did not keep it, is not compared: then what is recorded on the nodes decides.
 */
export interface KnownPublication {
  /** The archive's, in hex. */
  readonly sha256?: string | undefined;
  /** The archive's, in hex. */
  readonly md5?: string | undefined;
  /** Of an archive that the cluster has put together, and which has no MD5: what tells its content. */
  readonly chunks?: string | undefined;
  /** The archive's. */
  readonly sizeBytes?: number | undefined;
  /** Whose it is. */
  readonly resourceId?: string | undefined;
  /** Part key to part digest. */
  readonly parts?: Readonly<Record<string, string>> | undefined;
  /** Whether these wrappers, name to SHA-256, are those that were published. */
  readonly hasWrappers?: ((wrappers: Readonly<Record<string, string>>) => boolean) | undefined;
}

export interface ObservePublicationOptions {
  readonly client: YtClient;
  readonly buildFolder: string;
  /** The archive's digest as it should be. */
  readonly digest: string;
  /** @default nothing more */
  readonly known?: KnownPublication;
}

/** What is in the build folder, compared with what should be; the first difference found. */
export type Observation =
  | ({
      readonly type: "in place";
      /** Paths that look like wrappers but are nobody's: no publication touches them. Left out when there are none. */
      readonly strangers?: readonly string[];
    } & Pick<
      NodeRecord,
      "sha256" | "md5" | "sizeBytes" | "chunks" | "parts" | "publisher" | "promotedFrom"
    >)
  | Difference;

/** `how` follows "it": `is a node of type "table", not a file`. */
export type Difference =
  | { readonly type: "archive missing"; readonly path: string }
  | { readonly type: "archive altered"; readonly path: string; readonly how: string }
  | { readonly type: "wrapper missing"; readonly path: string }
  | { readonly type: "wrapper altered"; readonly path: string; readonly how: string }
  /** One of this resource's that is no part of what was published. */
  | { readonly type: "wrapper too many"; readonly path: string }
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
  known = {},
}: ObservePublicationOptions): Promise<Observation> {
  const directory = versionDirectoryOf(buildFolder, digest);
  const [folder, kept, node] = await client.batch(async (batch) =>
    Promise.all([
      listFolder(batch, buildFolder),
      listFolder(batch, directory),
      findNode(batch, directory, digest),
    ]),
  );
  const live = checkSet(folder, buildFolder, digest, known);
  if ("type" in live) {
    return live;
  }
  const obstacle = findObstacle(buildFolder, folder, digest, node?.type);
  if (obstacle !== undefined) {
    return { type: "version missing", ...obstacle };
  }
  const version = checkSet(kept, directory, digest, known);
  if ("type" in version) {
    const how = version.type === "wrapper too many" ? "is no part of it" : "is missing";
    return {
      type: "version missing",
      path: version.path,
      how: "how" in version ? version.how : how,
    };
  }
  if (node?.record?.digest !== digest) {
    return { type: "version missing", path: directory, how: LOST_RECORD };
  }
  const { sha256, md5, sizeBytes, chunks, parts, publisher, promotedFrom } = live.record;
  const strangers = [...live.strangers, ...version.strangers];
  return {
    type: "in place",
    sha256,
    md5,
    sizeBytes,
    ...(chunks === undefined ? {} : { chunks }),
    parts,
    publisher,
    promotedFrom,
    ...(strangers.length === 0 ? {} : { strangers }),
  };
}

/** An archive with its wrappers that is as it should be. */
interface WholeSet {
  readonly record: NodeRecord;
  readonly strangers: readonly string[];
}

const LOST_RECORD = "has lost what was recorded on it (attributes ytcode_…)";

/** Compares an archive and its wrappers with what was published, and recorded. */
function checkSet(
  folder: Folder,
  directory: string,
  digest: string,
  known: KnownPublication,
): WholeSet | Difference {
  const archive = folder.get(ARCHIVE_NAME);
  const path = joinYPath(directory, ARCHIVE_NAME);
  if (archive === undefined) {
    return { type: "archive missing", path };
  }
  const how = findArchiveDifference(archive, digest, known);
  const { record } = archive;
  if (record === undefined || how !== undefined) {
    return { type: "archive altered", path, how: how ?? "was not written by this tool" };
  }
  for (const [name, sha256] of Object.entries(record.wrappers)) {
    const difference = checkWrapper(folder.get(name), joinYPath(directory, name), sha256, record);
    if (difference !== undefined) {
      return difference;
    }
  }
  const others = [...folder.values()].filter(
    ({ name }) =>
      isStableName(name) && name !== ARCHIVE_NAME && record.wrappers[name] === undefined,
  );
  const left = others.find((entry) => isOf(entry, record));
  if (left !== undefined) {
    return { type: "wrapper too many", path: joinYPath(directory, left.name) };
  }
  return { record, strangers: others.map(({ name }) => joinYPath(directory, name)) };
}

function findArchiveDifference(
  archive: FolderEntry,
  digest: string,
  known: KnownPublication,
): string | undefined {
  const { record, md5, chunks, type } = archive;
  const isKnown =
    (md5 !== undefined && md5 === known.md5) || (chunks !== undefined && chunks === known.chunks);
  if (record === undefined && type === "file" && isKnown) {
    return LOST_RECORD;
  }
  const alteration = findAlteration(archive);
  if (record === undefined || alteration !== undefined) {
    return alteration;
  }
  if (record.digest !== digest) {
    return `holds another version: ${record.digest}, published by ${describePublisher(record.publisher)}`;
  }
  // Without MD5 the chunks are all that tells the content, and who edits it may edit what is recorded of it.
  if (chunks !== undefined && known.chunks !== undefined && chunks !== known.chunks) {
    return "holds other bytes than were published: its chunks are not those that were published";
  }
  return findUnknownBytes(record, known) ?? findEditedRecord(record, known);
}

/** The same content may be compressed otherwise; what is known tells which bytes it was. */
function findUnknownBytes(record: NodeRecord, known: KnownPublication): string | undefined {
  for (const [name, key] of [
    ["SHA-256", "sha256"],
    ["MD5", "md5"],
    ["size", "sizeBytes"],
  ] as const) {
    if (known[key] !== undefined && known[key] !== record[key]) {
      return `holds other bytes than were published: its ${name} is ${record[key]}, published was ${known[key]}`;
    }
  }
  return undefined;
}

function findEditedRecord(record: NodeRecord, known: KnownPublication): string | undefined {
  const { publisher, parts, wrappers } = record;
  const { resourceId, parts: knownParts, hasWrappers } = known;
  if (resourceId !== undefined && publisher.resourceId !== resourceId) {
    return isNobody(publisher)
      ? "has lost the record of its owner"
      : `belongs to ${describePublisher(publisher)} now, with the id "${publisher.resourceId}"`;
  }
  if (knownParts !== undefined && !isSameMap(parts, knownParts)) {
    return "has another record of its parts than was published (attribute ytcode_parts)";
  }
  if (hasWrappers?.(wrappers) === false) {
    return "has another record of its wrappers than was published (attribute ytcode_wrappers)";
  }
  return undefined;
}

function checkWrapper(
  entry: FolderEntry | undefined,
  path: string,
  sha256: string,
  archive: NodeRecord,
): Difference | undefined {
  if (entry === undefined) {
    return { type: "wrapper missing", path };
  }
  const how = findAlteration(entry) ?? findWrapperDifference(entry, sha256, archive);
  return how === undefined ? undefined : { type: "wrapper altered", path, how };
}

function findWrapperDifference(
  entry: FolderEntry,
  sha256: string,
  archive: NodeRecord,
): string | undefined {
  if (entry.record?.sha256 !== sha256) {
    return "belongs to another version";
  }
  if (!entry.isExecutable) {
    return "is not executable";
  }
  return isOf(entry, archive) ? undefined : "has another owner than the archive";
}

/** Whether a node was written by the resource that owns the archive. */
function isOf({ record }: FolderEntry, archive: NodeRecord): boolean {
  return record !== undefined && isOwn(record.publisher, archive.publisher);
}

function isSameMap(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}
