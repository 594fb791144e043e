/** Whether an uploaded archive is still what was recorded when it was published. */
import { shortDigest } from "../../../provider/manifest/digests.ts";
import type { NodeRecord } from "../../../provider/publication/records.ts";
import type { PackedBytes } from "../open/opened-archive.ts";
import { operationsIn } from "./parts.ts";
import type { ArchivePart, Parts } from "./parts.ts";

/**
 * Compares the content of an archive with its record.
 *
 * @returns what does not agree, a sentence each; empty when the archive is what it should be
 */
export function findDisagreements(
  { parts, digest }: Parts,
  packed: PackedBytes,
  record: NodeRecord,
): readonly string[] {
  const differences = parts.flatMap((part) => partDifference(part, record));
  const missing = Object.keys(record.parts)
    .filter((key) => !parts.some((part) => part.key === key))
    .map((key) => `Part "${key}" is recorded but not in the archive`);
  return [
    ...difference("SHA-256", packed.sha256, record.sha256),
    ...difference("MD5", packed.md5, record.md5),
    ...difference("size in bytes", String(packed.sizeBytes), String(record.sizeBytes)),
    ...difference("digest", digest, record.digest),
    ...differences,
    ...missing,
    ...wrapperDifferences(parts, record),
  ];
}

function difference(what: string, found: string, recorded: string): readonly string[] {
  if (found === recorded) {
    return [];
  }
  return [`Its ${what} is ${found}, recorded is ${recorded === "" ? "none" : recorded}`];
}

function partDifference({ key, digest }: ArchivePart, { parts }: NodeRecord): readonly string[] {
  const recorded = parts[key];
  if (recorded === digest) {
    return [];
  }
  if (recorded === undefined) {
    return [`Part "${key}" is not recorded`];
  }
  return [
    `The digest of part "${key}" is ${shortDigest(digest)}, recorded is ${shortDigest(recorded)}`,
  ];
}

/** The record names the wrappers beside the archive, which must be the same as those inside it. */
function wrapperDifferences(
  parts: readonly ArchivePart[],
  { wrappers }: NodeRecord,
): readonly string[] {
  const items = parts.flatMap((part) => part.items);
  const found = new Map(items.map((item) => [item.name, item.sha256]));
  const names = [...operationsIn(items).map(({ wrapper }) => wrapper), ...Object.keys(wrappers)];
  return [...new Set(names)]
    .filter((name) => found.get(name) !== wrappers[name])
    .map((name) => `The wrapper "${name}" is not the one that is recorded`);
}
