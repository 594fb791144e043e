/** Finds the line of a setting in the file that sets it. Loaded only when there is something to say. */
import { readFileSync } from "node:fs";
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, isAlias } from "yaml";
import type { Document } from "yaml";
import type { Place } from "./mistakes.ts";

/** Where a setting stands. */
export interface Line {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/**
 * Finds a setting's line in the first of some files that has its key.
 *
 * @param project the project's name: its own keys may stand without it in the project file
 */
export function locate(
  { key, path }: Place,
  files: readonly string[],
  project: string,
): Line | undefined {
  for (const file of files) {
    const lineCounter = new LineCounter();
    const document = parseDocument(readFileSync(file, "utf8"), {
      lineCounter,
      prettyErrors: false,
    });
    const [namespace = "", name = ""] = key.split(":");
    for (const written of namespace === project ? [key, name] : [key]) {
      const config = childOf(document, document.contents, "config");
      const found = childOf(document, config?.value, written);
      if (found !== undefined) {
        const offset = deepest(document, found, path);
        return { file, line: lineCounter.linePos(offset).line };
      }
    }
  }
  return undefined;
}

/** Something in a document: where it begins, and what it holds. */
interface Child {
  readonly offset: number;
  readonly value: unknown;
}

/** As far down as the path leads. */
function deepest(document: Document, start: Child, path: Place["path"]): number {
  // The project file may have the value in an object with its type.
  let current = path.length > 0 ? (childOf(document, start.value, "value") ?? start) : start;
  for (const part of path) {
    const next = childOf(document, current.value, part);
    if (next === undefined) {
      break;
    }
    current = next;
  }
  return current.offset;
}

function childOf(document: Document, parent: unknown, key: string | number): Child | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isSeq(node) && typeof key === "number") {
    const item = node.items[key];
    return isNode(item) ? { offset: item.range?.[0] ?? 0, value: item } : undefined;
  }
  if (!isMap(node)) {
    return undefined;
  }
  const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
  return isScalar(pair?.key) ? { offset: pair.key.range?.[0] ?? 0, value: pair.value } : undefined;
}
