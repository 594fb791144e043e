/** Removes pieces that no version is made of any more. */
import { joinYPath, LockConflictError } from "../../yt/index.ts";
import type { LightCommands } from "../../yt/index.ts";
import { piecesPathOf } from "../layout.ts";
import { isOwn } from "../ownership.ts";
import type { Publisher } from "../types.ts";
import { listPieces } from "./piece-folder.ts";

/**
 * Removes those of the publisher's pieces that nobody needs. What no version was ever made of may be of a publication
 * that goes on later, and goes by itself; one that somebody has locked stays until the next publication.
 *
 * @param needed names of the pieces that versions are made of
 */
export async function removeUnneededPieces(
  transaction: LightCommands,
  buildFolder: string,
  needed: ReadonlySet<string>,
  publisher: Publisher,
): Promise<void> {
  const pieces = [...(await listPieces(transaction, buildFolder)).values()];
  const unneeded = pieces.filter(
    ({ name, type, record, isTemporary }) =>
      type === "file" &&
      !isTemporary &&
      !needed.has(name) &&
      record?.digest === name &&
      isOwn(record.publisher, publisher),
  );
  await Promise.all(
    unneeded.map(async ({ name }) => {
      try {
        await transaction.remove(joinYPath(piecesPathOf(buildFolder), name), { force: true });
      } catch (error) {
        if (!(error instanceof LockConflictError)) {
          throw error;
        }
      }
    }),
  );
}
