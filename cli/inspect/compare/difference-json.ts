/** `ytcode inspect --diff --json`, version 1, as `docs/inspect-json.md` describes it. */
import { jsonText } from "../../../common/text/json-text.ts";
import { isFile, packedMode } from "../items.ts";
import type { Item } from "../items.ts";
import { describeItem, factsOf, VERSION } from "../show/archive-json.ts";
import type { ExaminedArchive } from "../show/examine.ts";
import { afterOf, beforeOf, nameOf } from "./compare-archives.ts";
import type { Change } from "./compare-archives.ts";
import type { Difference } from "./difference.ts";

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
  if (item === undefined) {
    return null;
  }
  return describeItem(isFile(item) ? { ...item, mode: packedMode(item) } : item);
}

function digestIn({ parts }: ExaminedArchive, key: string): string | null {
  return parts.find((part) => part.key === key)?.digest ?? null;
}
