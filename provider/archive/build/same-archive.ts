/** Finds out whether the archive of an earlier build is the one that would be built now. */
import { lstatSync } from "node:fs";
import { isSameSignature, isSettled, signatureOf } from "../../../common/cache/file-signature.ts";
import type { ObservedSignature } from "../../../common/cache/packed-signatures.ts";
import { hashFile } from "../../manifest/digests.ts";
import { SEGMENT_FORMAT } from "../segments/segments.ts";
import type { ArchiveBytes } from "./archive-digests.ts";

/** What is known of an archive that was built. */
export interface RememberedArchive extends ObservedSignature {
  /** The digest of the manifest. */
  readonly digest: string;
  /** What its bytes follow from beside that. */
  readonly format: string;
  readonly bytes: ArchiveBytes;
}

/**
 * What is known of the archive that is there, when it has this digest and nobody has touched it.
 *
 * @param digest the digest of the manifest
 * @returns `remembered` itself when its signature proves that
 */
export function findSameArchive(
  file: string,
  digest: string,
  remembered: RememberedArchive | undefined,
): RememberedArchive | undefined {
  if (remembered?.digest !== digest || remembered.format !== SEGMENT_FORMAT) {
    return undefined;
  }
  const observedAtMs = Date.now();
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.nlink !== 1) {
    return undefined;
  }
  const signature = signatureOf(stats);
  if (
    isSameSignature(signature, remembered.signature) &&
    isSettled(signature, remembered.observedAtMs)
  ) {
    return remembered;
  }
  // Its signature was taken too soon after it was written to be sure. Reading the archive is still
  // faster than making it.
  return hashFile(file).sha256 === remembered.bytes.sha256
    ? { ...remembered, signature, observedAtMs }
    : undefined;
}

/** What is to be remembered of the archive that is there now. */
export function rememberArchive(
  file: string,
  digest: string,
  { sizeBytes, sha256, md5 }: ArchiveBytes,
): RememberedArchive {
  const observedAtMs = Date.now();
  const signature = signatureOf(lstatSync(file));
  const bytes = { sizeBytes, sha256, md5 };
  return { digest, format: SEGMENT_FORMAT, bytes, signature, observedAtMs };
}
