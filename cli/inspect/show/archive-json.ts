/** `ytcode inspect --json` of one archive, version 1, as `docs/inspect-json.md` describes it. */
import { formatMode } from "../../../common/text/format-mode.ts";
import { jsonText } from "../../../common/text/json-text.ts";
import { isFile, itemsOf } from "../items.ts";
import type { Item } from "../items.ts";
import type { ExaminedArchive } from "./examine.ts";
import { partFinder } from "./parts.ts";
import type { ArchivePart } from "./parts.ts";

/** Of all documents of `inspect`: goes up when a key goes away or changes its meaning, not when one is added. */
export const VERSION = 1;

/** One archive as a JSON document. */
export function archiveJson(archive: ExaminedArchive): string {
  const { parts, entries, operations } = archive;
  const keyOf = partFinder(parts.map((part) => part.key));
  const extracted = new Set(itemsOf(entries).values());
  return jsonText({
    version: VERSION,
    type: "archive",
    ...factsOf(archive),
    operations,
    parts: parts.map((part) => partOf(part, archive)),
    entries: entries.map((entry) => ({
      path: entry.path,
      part: extracted.has(entry) ? keyOf(entry.name) : null,
      ...describeItem(entry),
    })),
  });
}

/** What is said of an archive beside its entries. */
export function factsOf(archive: ExaminedArchive): Readonly<Record<string, unknown>> {
  const { place, digest, partKeys, unpackedBytes, fileCount, packed, disagreements } = archive;
  return {
    place,
    digest,
    partsFrom: partKeys === undefined ? "names" : place.type === "node" ? "attributes" : "pipeline",
    sizeBytes: unpackedBytes,
    fileCount,
    packed:
      packed === undefined
        ? null
        : {
            format: packed.isGzip ? "gzip" : "tar",
            sizeBytes: packed.sizeBytes,
            sha256: packed.sha256,
            md5: packed.md5,
          },
    publication: publicationOf(archive),
    verified: disagreements === undefined ? null : disagreements.length === 0,
    disagreements: disagreements ?? [],
    warnings: archive.warnings,
  };
}

function publicationOf({ node }: ExaminedArchive): unknown {
  const record = node?.record;
  if (node === undefined || record === undefined) {
    return null;
  }
  const { resource, project, stack, toolVersion } = record.publisher;
  const { digest, sha256, md5, sizeBytes } = record;
  return {
    createdAt: node.creationTime ?? null,
    resource,
    project,
    stack,
    toolVersion,
    ...record.revision,
    promotedFrom: record.promotedFrom ?? null,
    recorded: { digest, sha256, md5, sizeBytes },
  };
}

function partOf(
  { key, digest, sizeBytes, items }: ArchivePart,
  { node }: ExaminedArchive,
): unknown {
  const recordedDigest = node?.record?.parts[key] ?? null;
  return { key, digest, recordedDigest, sizeBytes, fileCount: items.filter(isFile).length };
}

/** What is said of an entry beside its name. */
export function describeItem(item: Item): Readonly<Record<string, unknown>> {
  const { type, mode, sizeBytes, sha256 = null, linkTarget = null } = item;
  return { type, mode: formatMode(mode), sizeBytes, sha256, linkTarget };
}
