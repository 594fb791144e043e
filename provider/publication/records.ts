/** What this tool records on the nodes it writes: user attributes whose names begin with `ytcode_`. */
import { isRecord } from "../../common/values/is-record.ts";
import type { FileHashes, PromotedFrom, Publisher, Revision } from "./types.ts";

/**
 * The record of a file or a version directory; a node with `ytcode_digest` is one of this tool's. The
 * hashes are of the file's bytes as they were written, or of the version's archive; the cluster's own
 * `md5` shows later changes.
 */
export interface NodeRecord extends FileHashes {
  readonly publisher: Publisher;
  /** Identity of the archive that the node belongs to. */
  readonly digest: string;
  /** On archives: part key to part digest. Empty elsewhere. */
  readonly parts: Readonly<Record<string, string>>;
  /** On archives: wrapper name to SHA-256. Empty elsewhere. */
  readonly wrappers: Readonly<Record<string, string>>;
  /** On archives that the cluster has put together, which have no MD5: what tells their content, see `digestOfChunks`. */
  readonly chunks?: string | undefined;
  /** On archives that were promoted. */
  readonly promotedFrom: PromotedFrom | undefined;
  /** On archives that were packed in a git checkout; kept when they are promoted. */
  readonly revision?: Revision;
  /** On version directories: when it was last promoted from here, ISO 8601. */
  readonly promotedAt: string | undefined;
}

/** Set on a version directory for each who runs the version elsewhere; see `marks.ts`. The rest is the user's resource id. */
export const MARK_PREFIX = "ytcode_kept_for_";

/** Who keeps a version on the cluster. What somebody has edited away is undefined; it still keeps the version. */
export interface Mark {
  /** The attribute of the version directory that is the mark: who removes it lets the version go. */
  readonly attribute: string;
  readonly project: string | undefined;
  readonly stack: string | undefined;
  readonly resource: string | undefined;
  /** Where the version is in use. */
  readonly proxy: string | undefined;
  readonly buildFolder: string | undefined;
  /** ISO 8601; when the user's stack last published it. */
  readonly renewedAt: string | undefined;
}

/** Set on a version directory by those who promote from it; what the marks replace. */
export const PROMOTED_AT = "ytcode_promoted_at";
export const PROMOTED_FROM = "ytcode_promoted_from";
/** Set on archives that the cluster has put together. */
export const CHUNKS = "ytcode_chunks";
/** Set on the directory of a version whose archive was put together: the names of its pieces, in order. */
export const PIECES = "ytcode_pieces";

/** The attributes to ask for to read a record. */
export const RECORD_ATTRIBUTES = [
  "ytcode_digest",
  "ytcode_sha256",
  "ytcode_md5",
  "ytcode_size_bytes",
  "ytcode_parts",
  "ytcode_wrappers",
  "ytcode_resource",
  "ytcode_project",
  "ytcode_stack",
  "ytcode_resource_id",
  "ytcode_version",
  "ytcode_commit",
  "ytcode_dirty",
  CHUNKS,
  PROMOTED_FROM,
  PROMOTED_AT,
] as const;

/** Who owns a node; rewritten when it is taken over. */
export function ownerAttributes(publisher: Publisher): Record<string, string> {
  return {
    ytcode_resource: publisher.resource,
    ytcode_project: publisher.project,
    ytcode_stack: publisher.stack,
    ytcode_resource_id: publisher.resourceId,
    ytcode_version: publisher.toolVersion,
  };
}

/** What a node's bytes are. */
export function contentAttributes(
  content: FileHashes & { readonly digest: string },
): Record<string, unknown> {
  return {
    ytcode_digest: content.digest,
    ytcode_sha256: content.sha256,
    ytcode_md5: content.md5,
    ytcode_size_bytes: content.sizeBytes,
  };
}

/** What only archives have. */
export function archiveAttributes(archive: {
  readonly parts: Readonly<Record<string, string>>;
  readonly wrappers: Readonly<Record<string, string>>;
}): Record<string, unknown> {
  return { ytcode_parts: archive.parts, ytcode_wrappers: archive.wrappers };
}

/** `ytcode_promoted_from`, in the cluster's spelling. */
export function promotionAttributes(from: PromotedFrom | undefined): Record<string, unknown> {
  return from === undefined
    ? {}
    : {
        [PROMOTED_FROM]: {
          proxy: from.proxy,
          build_folder: from.buildFolder,
          sha256: from.sha256,
        },
      };
}

/** The git commit, and whether there were changes beside it: both, or neither. */
export function revisionAttributes(revision: Revision | undefined): Record<string, unknown> {
  return revision === undefined
    ? {}
    : { ytcode_commit: revision.commit, ytcode_dirty: revision.dirty };
}

/** Reads a record; `undefined` for a node that this tool did not write. */
export function parseRecord(attributes: Readonly<Record<string, unknown>>): NodeRecord | undefined {
  const digest = text(attributes["ytcode_digest"]);
  if (digest === "") {
    return undefined;
  }
  const sizeBytes = attributes["ytcode_size_bytes"];
  const promotedAt = text(attributes[PROMOTED_AT]);
  return {
    digest,
    sha256: text(attributes["ytcode_sha256"]),
    md5: text(attributes["ytcode_md5"]),
    sizeBytes: typeof sizeBytes === "number" ? sizeBytes : -1,
    parts: textMap(attributes["ytcode_parts"]),
    wrappers: textMap(attributes["ytcode_wrappers"]),
    publisher: {
      resource: text(attributes["ytcode_resource"]),
      project: text(attributes["ytcode_project"]),
      stack: text(attributes["ytcode_stack"]),
      resourceId: text(attributes["ytcode_resource_id"]),
      toolVersion: text(attributes["ytcode_version"]),
    },
    chunks: text(attributes[CHUNKS]) === "" ? undefined : text(attributes[CHUNKS]),
    promotedFrom: parsePromotedFrom(attributes[PROMOTED_FROM]),
    promotedAt: promotedAt === "" ? undefined : promotedAt,
    ...parseRevision(attributes),
  };
}

/** Reads the names of the pieces among all user attributes of a version directory. */
export function parsePieces(userAttributes: unknown): readonly string[] {
  const pieces = isRecord(userAttributes) ? userAttributes[PIECES] : undefined;
  return Array.isArray(pieces) ? pieces.filter((name) => typeof name === "string") : [];
}

/** Reads the marks among all user attributes of a version directory. */
export function parseMarks(userAttributes: unknown): readonly Mark[] {
  return Object.entries(isRecord(userAttributes) ? userAttributes : {})
    .filter(([attribute]) => attribute.startsWith(MARK_PREFIX))
    .map(([attribute, value]) => {
      const { project, stack, resource, proxy, ...fields } = textMap(value);
      const { build_folder: buildFolder, renewed_at: renewedAt } = fields;
      return { attribute, project, stack, resource, proxy, buildFolder, renewedAt };
    });
}

function parseRevision(attributes: Readonly<Record<string, unknown>>): {
  readonly revision?: Revision;
} {
  const commit = text(attributes["ytcode_commit"]);
  return commit === "" ? {} : { revision: { commit, dirty: attributes["ytcode_dirty"] === true } };
}

function parsePromotedFrom(value: unknown): PromotedFrom | undefined {
  const fields = textMap(value);
  const { proxy, build_folder: buildFolder, sha256 } = fields;
  return proxy === undefined || buildFolder === undefined || sha256 === undefined
    ? undefined
    : { proxy, buildFolder, sha256 };
}

// Anybody may edit attributes. What is not of the right type counts as absent, and what is absent
// fits nothing, so that the node shows as altered.
function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textMap(value: unknown): Readonly<Record<string, string>> {
  return typeof value !== "object" || value === null
    ? {}
    : Object.fromEntries(
        Object.entries(value).filter(
          (entry): entry is [string, string] => typeof entry[1] === "string",
        ),
      );
}
