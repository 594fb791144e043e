/**
 * The values of a YAML document, and the mistakes that its grammar allows, in one pass. With the
 * library's options alone (yaml 2.9.1, 2 cores) a map of 50,000 keys takes over 60 s (`uniqueKeys`;
 * here 2 s), 20,000 anchors with an alias each 14 s (`toJS()`; here 2 s), and a value that is used
 * more than 100 times is refused (`maxAliasCount`; without that limit 50,000 uses take over 60 s).
 */
import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { YAMLMap } from "yaml";

/** Something wrong at a place. */
export interface YamlMistake {
  /** In characters, from the start of the text. */
  readonly offset: number;
  readonly message: string;
}

/**
 * How many values the aliases of a document may stand for, all together. A few lines of aliases
 * that repeat each other would stand for more than any memory holds.
 */
const MOST_VALUES = 1_000_000;

const TOO_MANY =
  "the aliases up to here stand for more than 1,000,000 values; write what is needed without them";

// Not the alias's name: a password that begins with "*" is taken for an alias too.
const STRAY_ALIAS =
  'there is no anchor for this alias; put a value that begins with "*" into quotes';

/**
 * Turns a document into plain values: maps into objects, an alias into the very value that it
 * repeats.
 *
 * @param contents the document's top node
 * @returns the value, or the first alias without an anchor before it, key that is there twice, or
 * alias that makes the document explode
 */
export function readYamlValues(
  contents: unknown,
): { readonly value: unknown; readonly mistake?: undefined } | { readonly mistake: YamlMistake } {
  const reader = new Reader();
  const value = reader.read(contents);
  return reader.mistake === undefined ? { value } : { mistake: reader.mistake };
}

/** What stands at an anchor. */
interface Anchored {
  readonly value: unknown;
  /** How many values that is, with what aliases stand for; one while it is still being read. */
  count: number;
}

class Reader {
  mistake: YamlMistake | undefined;
  readonly #anchored = new Map<string, Anchored>();
  /** How many values were read, with what aliases stand for. */
  #count = 0;
  /** How many of them by way of aliases. */
  #repeated = 0;

  read(node: unknown): unknown {
    if (this.mistake !== undefined) {
      return null;
    }
    if (isAlias(node)) {
      return this.#readAlias(node.source, node.range?.[0]);
    }
    this.#count++;
    if (isScalar(node)) {
      this.#anchor(node.anchor, node.value);
      return node.value;
    }
    const before = this.#count;
    if (isSeq(node)) {
      const items: unknown[] = [];
      const anchored = this.#anchor(node.anchor, items);
      for (const item of node.items) {
        items.push(this.read(item));
      }
      anchored.count += this.#count - before;
      return items;
    }
    if (isMap(node)) {
      const fields = {};
      const anchored = this.#anchor(node.anchor, fields);
      this.#readMap(node, fields);
      anchored.count += this.#count - before;
      return fields;
    }
    return null;
  }

  #readMap(map: YAMLMap, into: object): void {
    const keys = new Set<unknown>();
    for (const { key, value } of map.items) {
      const isPlain = isScalar(key);
      if (isPlain && keys.has(key.value)) {
        this.#found(key.range?.[0], "Map keys must be unique");
        return;
      }
      if (isPlain) {
        keys.add(key.value);
      }
      const name = this.read(key);
      const field = {
        value: this.read(value),
        enumerable: true,
        writable: true,
        configurable: true,
      };
      // A key may be called "__proto__". One that is a list or map is nobody's field.
      if (isPlain) {
        Object.defineProperty(into, fieldName(name), field);
      }
    }
  }

  #readAlias(source: string, offset: number | undefined): unknown {
    const anchored = this.#anchored.get(source);
    if (anchored === undefined) {
      this.#found(offset, STRAY_ALIAS);
      return null;
    }
    this.#count += anchored.count;
    this.#repeated += anchored.count;
    if (this.#repeated > MOST_VALUES) {
      this.#found(offset, TOO_MANY);
    }
    return anchored.value;
  }

  /** An alias may stand inside what it means, so it is there from the start. */
  #anchor(name: string | undefined, value: unknown): Anchored {
    const anchored = { value, count: 1 };
    if (name !== undefined) {
      this.#anchored.set(name, anchored);
    }
    return anchored;
  }

  #found(offset: number = 0, message: string): void {
    this.mistake ??= { offset, message };
  }
}

function fieldName(key: unknown): string {
  if (typeof key === "string") {
    return key;
  }
  return key === null ? "" : JSON.stringify(key);
}
