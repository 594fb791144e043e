/** A version that is to be published: its files, and where their content comes from. */
import type { FileSource, SentFile } from "../yt/index.ts";
import type { PieceSource } from "./pieces/piece-source.ts";
import type { PieceSettings } from "./pieces/settings.ts";
import type { FileHashes, Revision } from "./types.ts";

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
  readonly content: VersionContent;
}

/** Where a file's content is: at a path of the same cluster, or to be sent. */
export type VersionContent =
  | { readonly type: "node"; readonly path: string }
  | {
      readonly type: "upload";
      readonly source: FileSource;
      /** See `WriteFileOptions`. */
      readonly onProgress?: (sentBytes: number) => void;
      /** @throws {UserError} when what was sent is not what it should be */
      readonly assertSent: (sent: SentFile) => void;
      /** How it is sent piece by piece; undefined when it has to be sent as a whole. @default always as a whole */
      readonly findPieces?: (settings: PieceSettings) => Promise<PieceSource | undefined>;
    };

/** A version that is to be published, wherever its bytes come from. */
export interface VersionSource {
  readonly digest: string;
  readonly parts: Readonly<Record<string, string>>;
  /** What it was packed from, where that is known. */
  readonly revision?: Revision | undefined;
  /** Named `source.tar.gz`. */
  readonly archive: VersionFile;
  readonly wrappers: readonly VersionFile[];
}
