/** An archive that `ytcode inspect` has read, wherever it is: a list of what it holds. */
import type { ArchiveEntry, ArchiveListing } from "../../../provider/archive/read/read-archive.ts";
import type { NodeRecord } from "../../../provider/publication/records.ts";

/** Where an archive is. */
export type Place =
  | { readonly type: "file"; readonly path: string }
  /** Not packed yet: as the pipeline would be packed now. */
  | { readonly type: "pipeline"; readonly path: string }
  | { readonly type: "node"; readonly path: string; readonly proxy: string };

/** The packed bytes of an archive. */
export type PackedBytes = Pick<ArchiveListing, "isGzip" | "sizeBytes" | "sha256" | "md5">;

/** What a cluster tells about an archive. */
export interface NodeFacts {
  /** When the node was made, ISO 8601. */
  readonly creationTime: string | undefined;
  /** What was recorded at its publication; `undefined` when this tool did not publish it. */
  readonly record: NodeRecord | undefined;
}

/** An archive that has been read. */
export interface OpenedArchive {
  readonly place: Place;
  /** Its name in messages. */
  readonly label: string;
  /** In the order of the archive. */
  readonly entries: readonly ArchiveEntry[];
  /** The keys of its parts; `undefined` when they are not recorded, only recognised by name. */
  readonly partKeys: readonly string[] | undefined;
  /** `undefined` for a pipeline, which is not packed. */
  readonly packed: PackedBytes | undefined;
  /** `undefined` for what is not on a cluster. */
  readonly node: NodeFacts | undefined;
  /** What to be careful about, a sentence each. */
  readonly warnings: readonly string[];
  /**
   * Reads contents again.
   *
   * @param wanted SHA-256 to size in bytes; the files are kept in memory
   * @returns contents by SHA-256
   * @throws {UserError} when one of them no longer exists
   */
  readonly readContents: (
    wanted: ReadonlyMap<string, number>,
  ) => Promise<ReadonlyMap<string, Buffer>>;
}
