/** The pieces that a build folder has on the cluster, and whether each is what its name says. */
import type { LightCommands } from "../../yt/index.ts";
import { CHUNK_IDS, ENTRY_ATTRIBUTES, findChildren, parseEntry } from "../folder.ts";
import type { FolderEntry } from "../folder.ts";
import { piecesPathOf } from "../layout.ts";
import type { Piece } from "./piece-source.ts";

/** Set on pieces until a version is made of them, so that those of a publication that fails go by themselves. */
export const EXPIRATION = "expiration_timeout";
/** How long such a piece stays when nobody uses it, in milliseconds. */
export const UNUSED_PIECE_MS: number = 7 * 24 * 60 * 60 * 1000;

/** A piece on the cluster. */
export interface FoundPiece extends FolderEntry {
  /** The chunks of its content. */
  readonly chunkIds: readonly unknown[];
  /** Whether it goes by itself when nobody uses it. */
  readonly isTemporary: boolean;
}

/** All that is in the folder of pieces, by name; nothing when there is no such folder. */
export async function listPieces(
  client: LightCommands,
  buildFolder: string,
): Promise<ReadonlyMap<string, FoundPiece>> {
  const names = [...ENTRY_ATTRIBUTES, CHUNK_IDS, EXPIRATION];
  const children = await findChildren(client, piecesPathOf(buildFolder), names);
  return new Map(
    (children ?? []).map(({ name, attributes }) => {
      const { [CHUNK_IDS]: chunkIds, [EXPIRATION]: expiration } = attributes;
      const piece = {
        ...parseEntry(name, attributes),
        chunkIds: Array.isArray(chunkIds) ? chunkIds : [],
        isTemporary: expiration !== undefined && expiration !== null,
      };
      return [name, piece];
    }),
  );
}

/** Whether the cluster has these very bytes: it has computed their MD5 itself. */
export function isIntact(found: FoundPiece | undefined, { md5, sizeBytes }: Piece): boolean {
  return found?.type === "file" && found.md5 === md5 && found.sizeBytes === sizeBytes;
}
