/** What is in a build folder or in a version directory, and whether it is as recorded. */
import { createHash } from "node:crypto";
import { joinYPath, ResolveError, YtError } from "../yt/index.ts";
import type { LightCommands, ListedNode } from "../yt/index.ts";
import { ARCHIVE_NAME } from "./layout.ts";
import { parseMarks, parsePieces, parseRecord, RECORD_ATTRIBUTES } from "./records.ts";
import type { Mark, NodeRecord } from "./records.ts";

/** One node in a build folder or a version directory. */
export interface FolderEntry {
  readonly name: string;
  /** Node type: `file`, `map_node`, … */
  readonly type: string;
  /** As the cluster computes it; `undefined` after a write that did not ask for it. */
  readonly md5: string | undefined;
  /** Of an archive without MD5: tells its content all the same, see `digestOfChunks`. */
  readonly chunks?: string | undefined;
  readonly sizeBytes: number | undefined;
  /** Whether a job that lists the node by its path alone gets a file that it may run. */
  readonly isExecutable: boolean;
  /** Whether it is a link that leads nowhere. */
  readonly isBrokenLink: boolean;
  /** ISO 8601, UTC. */
  readonly creationTime: string;
  /** `undefined` for a node that this tool did not write. */
  readonly record: NodeRecord | undefined;
}

/** A version directory among its siblings. */
export interface VersionEntry extends FolderEntry {
  /** Who runs the version elsewhere. */
  readonly marks: readonly Mark[];
  /** Of what its archive was put together; none when it was sent as a whole. */
  readonly pieces: readonly string[];
}

export type Folder = ReadonlyMap<string, FolderEntry>;

/** What an entry is made of. */
export const ENTRY_ATTRIBUTES = [
  "type",
  "md5",
  "uncompressed_data_size",
  "creation_time",
  "executable",
  "broken",
  ...RECORD_ATTRIBUTES,
] as const;

/** The chunks of a file's content, which is told by them: a chunk never changes, and goes on in copies. */
export const CHUNK_IDS = "chunk_ids";

/** All user attributes as one map: the only way to ask for those whose names are not known before. */
const USER_ATTRIBUTES = "user_attributes";

/** "No such method": the answer to `list` of a node that has no children. */
const NO_SUCH_METHOD = 103;

/**
 * Everything about the children of a map node, in one request, so that it is of one moment. An archive without
 * MD5 is looked at once more, for its chunks: to ask for them costs a cluster more than for all the rest.
 *
 * @returns `undefined` when there is no such node, or one that can have no children
 */
export async function findFolder(client: LightCommands, path: string): Promise<Folder | undefined> {
  const children = await findChildren(client, path, ENTRY_ATTRIBUTES);
  if (children === undefined) {
    return undefined;
  }
  const folder = new Map(
    children.map(({ name, attributes }) => [name, parseEntry(name, attributes)]),
  );
  const archive = folder.get(ARCHIVE_NAME);
  if (archive?.type === "file" && archive.md5 === undefined) {
    const archivePath = joinYPath(path, ARCHIVE_NAME);
    const again = await findNode(client, archivePath, ARCHIVE_NAME, [CHUNK_IDS]);
    if (again === undefined) {
      folder.delete(ARCHIVE_NAME);
    } else {
      folder.set(ARCHIVE_NAME, again);
    }
  }
  return folder;
}

/** The children of a map node; `undefined` when there is none at the path. */
export async function findChildren(
  client: LightCommands,
  path: string,
  attributes: readonly string[],
): Promise<readonly ListedNode[] | undefined> {
  try {
    return await client.list(path, attributes);
  } catch (error) {
    if (
      error instanceof ResolveError ||
      (error instanceof YtError && error.contains(NO_SUCH_METHOD))
    ) {
      return undefined;
    }
    throw error;
  }
}

/** As {@link findFolder}; without children when there is no such node. */
export async function listFolder(client: LightCommands, path: string): Promise<Folder> {
  return (await findFolder(client, path)) ?? new Map();
}

/**
 * A single node, as among its siblings: of a link, the link itself.
 *
 * @param name the last component of its path
 * @param more further attributes to ask for
 * @returns `undefined` when there is no such node
 */
export async function findNode(
  client: LightCommands,
  path: string,
  name: string,
  more: readonly string[] = [],
): Promise<FolderEntry | undefined> {
  try {
    const names = [...ENTRY_ATTRIBUTES, ...more];
    return parseEntry(name, await client.getAttributes(`${path}&`, names));
  } catch (error) {
    if (error instanceof ResolveError) {
      return undefined;
    }
    throw error;
  }
}

/** What is in `versions`, with who keeps each version; empty when there is no such node. */
export async function listVersions(
  client: LightCommands,
  versionsPath: string,
): Promise<ReadonlyMap<string, VersionEntry>> {
  const children = await findChildren(client, versionsPath, [...ENTRY_ATTRIBUTES, USER_ATTRIBUTES]);
  return new Map(
    (children ?? []).map(({ name, attributes }) => {
      const marks = parseMarks(attributes[USER_ATTRIBUTES]);
      const pieces = parsePieces(attributes[USER_ATTRIBUTES]);
      return [name, { ...parseEntry(name, attributes), marks, pieces }];
    }),
  );
}

/**
 * How a file differs from what was recorded when it was written.
 *
 * @returns the end of a sentence that begins with "it"; `undefined` when it does not differ
 */
export function findAlteration(entry: FolderEntry): string | undefined {
  const { record } = entry;
  if (entry.type !== "file") {
    return `is a node of type "${entry.type}", not a file`;
  }
  if (record === undefined) {
    return "was not written by this tool";
  }
  if (entry.md5 === undefined && record.chunks !== undefined) {
    // The cluster has put it together, and computes no MD5 then.
    if (entry.chunks !== record.chunks) {
      return "was written anew: its chunks are not those that are recorded";
    }
  } else if (entry.md5 !== record.md5) {
    return entry.md5 === undefined
      ? `was written anew: its MD5 is gone, recorded is ${record.md5}`
      : `was written anew: its MD5 is ${entry.md5}, recorded is ${record.md5}`;
  }
  if (entry.sizeBytes !== record.sizeBytes) {
    return `has ${String(entry.sizeBytes)} bytes, recorded are ${record.sizeBytes}`;
  }
  return undefined;
}

/** Of chunk ids in the order of the content; `undefined` for what are none. */
export function digestOfChunks(ids: unknown): string | undefined {
  const isList = Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === "string");
  return isList ? createHash("sha256").update(ids.join("\n")).digest("hex") : undefined;
}

/** An entry of the attributes that a cluster gives. */
export function parseEntry(
  name: string,
  attributes: Readonly<Record<string, unknown>>,
): FolderEntry {
  const { type, md5, uncompressed_data_size: size, creation_time: creationTime } = attributes;
  return {
    name,
    type: String(type),
    md5: typeof md5 === "string" ? md5 : undefined,
    chunks: digestOfChunks(attributes[CHUNK_IDS]),
    sizeBytes: typeof size === "number" ? size : undefined,
    isExecutable: attributes["executable"] === true,
    isBrokenLink: attributes["broken"] === true,
    creationTime: String(creationTime),
    record: parseRecord(attributes),
  };
}
