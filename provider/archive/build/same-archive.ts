/** Finds out whether the archive of an earlier build is the one that would be built now. */
import { lstatSync } from "node:fs";
import { signatureOf } from "../../../common/cache/file-signature.ts";
import type { SignatureMemory } from "../../../common/cache/signature-memory.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import { hashFile } from "../../manifest/digests.ts";
import { SEGMENT_FORMAT } from "../segments/segments.ts";
import type { ArchiveBytes } from "./archive-digests.ts";

/** Its name in the memory of the tree, which it stands beside. */
const NAME = "../source.tar.gz";

/**
 * What is known of the archive that is there, when it has this digest and nobody has touched it.
 *
 * @param digest the digest of the manifest
 */
export function findSameArchive(
  file: string,
  digest: string,
  memory: SignatureMemory,
): ArchiveBytes | undefined {
  const bytes = parse(memory.findUnverified(NAME), digest);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (bytes === undefined || stats?.isFile() !== true || stats.nlink !== 1) {
    return undefined;
  }
  const signature = signatureOf(stats);
  if (memory.find(NAME, signature) !== undefined) {
    return bytes;
  }
  // Its signature was taken too soon after it was written to be sure. Reading the archive is still
  // faster than making it.
  return hashFile(file).sha256 === bytes.sha256 ? bytes : undefined;
}

/** Takes note of the archive that is there now. */
export function rememberArchive(
  file: string,
  digest: string,
  bytes: ArchiveBytes,
  memory: SignatureMemory,
): void {
  const observedAtMs = Date.now();
  const signature = signatureOf(lstatSync(file));
  if (memory.find(NAME, signature) !== undefined) {
    return;
  }
  const { sizeBytes, sha256, md5 } = bytes;
  const value = JSON.stringify({ digest, format: SEGMENT_FORMAT, sizeBytes, sha256, md5 });
  memory.keep(NAME, signature, value, observedAtMs);
}

function parse(value: string | undefined, wantedDigest: string): ArchiveBytes | undefined {
  const found: unknown = value === undefined ? undefined : JSON.parse(value);
  if (!isRecord(found)) {
    return undefined;
  }
  const { digest, format, sizeBytes, sha256, md5 } = found;
  if (digest !== wantedDigest || format !== SEGMENT_FORMAT) {
    return undefined;
  }
  if (typeof sizeBytes !== "number") {
    return undefined;
  }
  if (typeof sha256 !== "string" || typeof md5 !== "string") {
    return undefined;
  }
  return { sizeBytes, sha256, md5 };
}
