/** A version that is to be published: its files, and how each gets onto the cluster. */
import type { YtTransaction } from "../yt/index.ts";
import type { FileHashes } from "./types.ts";

/** One file of a version that is to be published. */
export interface VersionFile extends FileHashes {
  readonly name: string;
  /**
   * Whether a file of the version that is on the cluster already must have these very bytes. An
   * archive that was packed elsewhere may be compressed otherwise and still hold the same.
   */
  readonly sameBytes: boolean;
  /** Further attributes of the node, for example `executable`. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /**
   * Puts the content at the path, in place of whatever is there.
   *
   * @param attributes all user attributes that the node must have
   * @returns how many bytes went over the network
   */
  put(
    transaction: YtTransaction,
    path: string,
    attributes: Readonly<Record<string, unknown>>,
  ): Promise<number>;
}

/** A version that is to be published, wherever its bytes come from. */
export interface VersionSource {
  readonly digest: string;
  readonly parts: Readonly<Record<string, string>>;
  /** Named `source.tar.gz`. */
  readonly archive: VersionFile;
  readonly wrappers: readonly VersionFile[];
}
