/** `ytcode inspect --json`, version 1, as `docs/inspect-json.md` describes it. */
import { formatMode } from "../../../common/text/format-mode.ts";
import { jsonText } from "../../../common/text/json-text.ts";
import { afterOf, beforeOf, nameOf, type Change } from "../compare/compare-archives.ts";
import type { Difference } from "../compare/difference.ts";
import type { Examined } from "./examine.ts";
import type { Item } from "../open/opened-archive.ts";
import { isFile, itemsOf, packedMode } from "../open/opened-archive.ts";
import { type InspectedPart, partFinder } from "./parts.ts";

/** Goes up when a key goes away or changes its meaning, not when one is added. */
const VERSION = 1;

/** One archive as a JSON document. */
export function archiveJson(archive: Examined): string {
  const { parts, entries, operations } = archive;
  const keyOf = partFinder(parts.map((part) => part.key));
  const counted = new Set(itemsOf(entries).values());
  return jsonText({
    version: VERSION,
    type: "archive",
    ...factsOf(archive),
    operations,
    parts: parts.map((part) => partOf(part, archive)),
    entries: entries.map((entry) => ({
      path: entry.path,
      part: counted.has(entry) ? keyOf(entry.name) : null,
      ...describe(entry),
    })),
  });
}

/** A comparison as a JSON document. */
export function differenceJson({ before, after, changes, parts }: Difference): string {
  const count = (kind: Change["type"]): number =>
    changes.filter(({ type }) => type === kind).length;
  return jsonText({
    version: VERSION,
    type: "difference",
    equal: changes.length === 0,
    before: factsOf(before),
    after: factsOf(after),
    counts: {
      added: count("added"),
      removed: count("removed"),
      changed: count("changed"),
      renamed: count("renamed"),
    },
    parts: parts.map(({ key, changes: inPart }) => ({
      key,
      digestBefore: digestIn(before, key),
      digestAfter: digestIn(after, key),
      changes: inPart.map(changeOf),
    })),
  });
}

function factsOf(archive: Examined): Readonly<Record<string, unknown>> {
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

function publicationOf({ node }: Examined): unknown {
  const record = node?.record;
  if (node === undefined || record === undefined) return null;
  const { resource, project, stack, toolVersion } = record.publisher;
  const { digest, sha256, md5, sizeBytes } = record;
  return {
    createdAt: node.creationTime ?? null,
    resource,
    project,
    stack,
    toolVersion,
    promotedFrom: record.promotedFrom ?? null,
    recorded: { digest, sha256, md5, sizeBytes },
  };
}

function partOf({ key, digest, sizeBytes, items }: InspectedPart, { node }: Examined): unknown {
  const recordedDigest = node?.record?.parts[key] ?? null;
  return { key, digest, recordedDigest, sizeBytes, fileCount: items.filter(isFile).length };
}

function describe(item: Item): Readonly<Record<string, unknown>> {
  const { type, mode, sizeBytes, sha256 = null, linkTarget = null } = item;
  return { type, mode: formatMode(mode), sizeBytes, sha256, linkTarget };
}

function changeOf(change: Change): unknown {
  return {
    type: change.type,
    path: nameOf(change),
    previousPath: change.type === "renamed" ? change.before.name : null,
    before: sideOf(beforeOf(change)),
    after: sideOf(afterOf(change)),
  };
}

function sideOf(item: Item | undefined): unknown {
  if (item === undefined) return null;
  return describe(isFile(item) ? { ...item, mode: packedMode(item) } : item);
}

function digestIn({ parts }: Examined, key: string): string | null {
  return parts.find((part) => part.key === key)?.digest ?? null;
}
