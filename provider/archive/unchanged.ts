/** Is a file still what the manifest says, as far as can be told without reading it? */
import { statSync } from "node:fs";
import { isSameSignature, isSettled, signatureOf } from "../cache/file-signature.ts";
import type { ManifestFile } from "../manifest/manifest.ts";

/** Whether a file certainly has the content that the manifest was made of; false when it must be read. */
export function isUnchanged({ content }: ManifestFile): boolean {
  if (content.type === "text") return true;
  const { file, signature, observedAtMs } = content;
  if (!isSettled(signature, observedAtMs)) return false;
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && isSameSignature(signatureOf(stats), signature);
}
