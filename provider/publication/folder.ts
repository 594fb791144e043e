/** What is in a build folder or in a version directory, and whether it is as recorded. */
import { ResolveError, YtError } from "../yt/index.ts";
import type { LightCommands, ListedNode } from "../yt/index.ts";
import { parseMarks, parseRecord, RECORD_ATTRIBUTES } from "./records.ts";
import type { Mark, NodeRecord } from "./records.ts";

/** One node in a build folder or a version directory. */
export interface FolderEntry {
  readonly name: string;
  /** Node type: `file`, `map_node`, … */
  readonly type: string;
  /** As the cluster computes it; `undefined` after a write that did not ask for it. */
  readonly md5: string | undefined;
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
}

export type Folder = ReadonlyMap<string, FolderEntry>;

const ATTRIBUTES = [
  "type",
  "md5",
  "uncompressed_data_size",
  "creation_time",
  "executable",
  "broken",
  ...RECORD_ATTRIBUTES,
] as const;

/** All user attributes as one map: the only way to ask for those whose names are not known before. */
const USER_ATTRIBUTES = "user_attributes";

/** "No such method": the answer to `list` of a node that has no children. */
const NO_SUCH_METHOD = 103;

/**
 * Everything about the children of a map node, in one request, so that it is of one moment.
 *
 * @returns `undefined` when there is no such node, or one that can have no children
 */
export async function findFolder(client: LightCommands, path: string): Promise<Folder | undefined> {
  const children = await findChildren(client, path, ATTRIBUTES);
  return (
    children &&
    new Map(children.map(({ name, attributes }) => [name, parseEntry(name, attributes)]))
  );
}

async function findChildren(
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
 * @returns `undefined` when there is no such node
 */
export async function findNode(
  client: LightCommands,
  path: string,
  name: string,
): Promise<FolderEntry | undefined> {
  try {
    return parseEntry(name, await client.getAttributes(`${path}&`, ATTRIBUTES));
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
  const children = await findChildren(client, versionsPath, [...ATTRIBUTES, USER_ATTRIBUTES]);
  return new Map(
    (children ?? []).map(({ name, attributes }) => {
      const marks = parseMarks(attributes[USER_ATTRIBUTES]);
      return [name, { ...parseEntry(name, attributes), marks }];
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
  if (entry.md5 !== record.md5) {
    return entry.md5 === undefined
      ? `was written anew: its MD5 is gone, recorded is ${record.md5}`
      : `was written anew: its MD5 is ${entry.md5}, recorded is ${record.md5}`;
  }
  if (entry.sizeBytes !== record.sizeBytes) {
    return `has ${String(entry.sizeBytes)} bytes, recorded are ${record.sizeBytes}`;
  }
  return undefined;
}

function parseEntry(name: string, attributes: Readonly<Record<string, unknown>>): FolderEntry {
  const { type, md5, uncompressed_data_size: size, creation_time: creationTime } = attributes;
  return {
    name,
    type: String(type),
    md5: typeof md5 === "string" ? md5 : undefined,
    sizeBytes: typeof size === "number" ? size : undefined,
    isExecutable: attributes["executable"] === true,
    isBrokenLink: attributes["broken"] === true,
    creationTime: String(creationTime),
    record: parseRecord(attributes),
  };
}
