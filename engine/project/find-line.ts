/** Where something stands in a YAML file. */
import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { isTextKey, nameKey } from "./yaml-scalars.ts";

/**
 * Finds the line of a key.
 *
 * @param keys the keys that lead to it, from the top
 * @returns from 1; undefined when it comes from somewhere else, such as a merge
 */
export function findLine(text: string, keys: readonly string[]): number | undefined {
  const lines = new LineCounter();
  let node: unknown = parseDocument(text, { lineCounter: lines, uniqueKeys: false }).contents;
  let found: number | undefined;
  for (const key of keys) {
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && nameKey(item.key) === key)
      : undefined;
    if (pair === undefined || !isScalar(pair.key)) {
      return undefined;
    }
    found = pair.key.range?.[0];
    node = pair.value;
  }
  return found === undefined ? undefined : lines.linePos(found).line;
}

/** The first key of the map under a top-level key that is no text, such as `5` or `true`. */
export function findOddKey(text: string, section: string): string | undefined {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  const map: unknown = isMap(contents) ? contents.get(section) : undefined;
  const keys = isMap(map) ? map.items.map(({ key }) => key) : [];
  return keys
    .filter((key) => isScalar(key))
    .filter((key) => !isTextKey(key))
    .map(nameKey)[0];
}
