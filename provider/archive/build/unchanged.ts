/** Finds out whether a file is what the manifest says, as far as can be told without reading it. */
import { statSync } from "node:fs";
import { isSameSignature, isSettled, signatureOf } from "../../../common/cache/file-signature.ts";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import type { ManifestFile, Part } from "../../manifest/manifest.ts";
import { packedListingOf } from "../../manifest/part-facts.ts";

/** Whether a file certainly has the content that the manifest was made of; false when it must be read. */
export function isUnchanged({ content }: ManifestFile): boolean {
  if (content.type === "text") {
    return true;
  }
  const { file, signature, observedAtMs } = content;
  if (!isSettled(signature, observedAtMs)) {
    return false;
  }
  // Where the file system refuses, reading the file will tell why.
  const stats = ignoringFileSystemErrors(() => statSync(file));
  return stats !== undefined && isSameSignature(signatureOf(stats), signature);
}

/** {@link isUnchanged} of all files of a part. */
export function isPartUnchanged(part: Part): boolean {
  const same = packedListingOf(part)?.sameFiles();
  return same?.includes(0) === false || part.files.every(isUnchanged);
}
