/** Finds out whether a file is what the manifest says, as far as can be told without reading it. */
import { statSync } from "node:fs";
import {
  type FileSignature,
  isSameSignature,
  isSettled,
  signatureOf,
} from "../../../common/cache/file-signature.ts";
import type { ManifestFile } from "../../manifest/manifest.ts";
import { systemFailure } from "../../../common/files/system-failure.ts";

/** Whether a file certainly has the content that the manifest was made of; false when it must be read. */
export function isUnchanged({ content }: ManifestFile): boolean {
  if (content.type === "text") return true;
  const { file, signature, observedAtMs } = content;
  if (!isSettled(signature, observedAtMs)) return false;
  return isSame(signature, file);
}

function isSame(signature: FileSignature, file: string): boolean {
  try {
    return isSameSignature(signatureOf(statSync(file)), signature);
  } catch (error) {
    // Whatever it is, reading the file will tell.
    systemFailure(error);
    return false;
  }
}
