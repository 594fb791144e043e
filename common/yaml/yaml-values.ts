/**
 * The values of a YAML document, and the mistakes that its grammar allows, in one pass. With the
 * library's options alone (yaml 2.9.1, 2 cores) a map of 50,000 keys takes over 60 s (`uniqueKeys`;
 * here 2 s), 20,000 anchors with an alias each 14 s (`toJS()`; here 2 s), and a value that is used
 * more than 100 times is refused (`maxAliasCount`; without that limit 50,000 uses take over 60 s).
 */
import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Scalar, YAMLMap } from "yaml";
import { isRecord } from "../values/is-record.ts";

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

const NO_MERGE =
  'a merge key takes a map or a list of maps; put the key "<<" into quotes if it is a plain one';

const SELF_MERGE = "a merge key cannot take the map that it is in";

/** What `yq` writes before merge keys: `!!merge <<`. */
const MERGE_TAG = "tag:yaml.org,2002:merge";

/** What a scalar becomes: its value, or itself. */
export type ReadScalar = (scalar: Scalar) => unknown;

/** What a key becomes: the name of a field. */
export type NameKey = (key: Scalar) => string;

/**
 * Turns a document into plain values: maps into objects, an alias into the very value that it
 * repeats. A merge key (`<<`) gives its map the fields of others that it has not itself, as YAML 1.1
 * and PyYAML have it; of a list of maps the earlier wins, of two merge keys the later.
 *
 * @param contents the document's top node
 * @param readScalar what a scalar becomes @default its value
 * @param nameKey what a key becomes @default its value, as JSON has it
 * @returns the value, or the first alias without an anchor before it, key that is there twice,
 * merge of what is no map, or alias that makes the document explode
 */
export function readYamlValues(
  contents: unknown,
  readScalar: ReadScalar = ({ value }) => value,
  nameKey: NameKey = ({ value }) => fieldName(value),
): { readonly value: unknown; readonly mistake?: undefined } | { readonly mistake: YamlMistake } {
  const reader = new Reader(readScalar, nameKey);
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
  readonly #readScalar: ReadScalar;
  readonly #nameKey: NameKey;
  /** How many values were read, with what aliases stand for. */
  #count = 0;
  /** How many of them by way of aliases. */
  #repeated = 0;
  /** The lists and maps that are being read: what an alias to one of them stands for is not complete. */
  readonly #open = new Set<unknown>();

  constructor(readScalar: ReadScalar, nameKey: NameKey) {
    this.#readScalar = readScalar;
    this.#nameKey = nameKey;
  }

  read(node: unknown): unknown {
    if (this.mistake !== undefined) {
      return null;
    }
    if (isAlias(node)) {
      return this.#readAlias(node.source, node.range?.[0]);
    }
    this.#count++;
    if (isScalar(node)) {
      const value = this.#readScalar(node);
      this.#anchor(node.anchor, value);
      return value;
    }
    const before = this.#count;
    if (isSeq(node)) {
      const items: unknown[] = [];
      const anchored = this.#anchor(node.anchor, items);
      this.#open.add(items);
      for (const item of node.items) {
        items.push(this.read(item));
      }
      this.#open.delete(items);
      anchored.count += this.#count - before;
      return items;
    }
    if (isMap(node)) {
      const fields = {};
      const anchored = this.#anchor(node.anchor, fields);
      this.#open.add(fields);
      this.#readMap(node, fields);
      this.#open.delete(fields);
      anchored.count += this.#count - before;
      return fields;
    }
    return null;
  }

  #readMap(map: YAMLMap, into: object): void {
    const keys = new Set<unknown>();
    const merges: (readonly object[])[] = [];
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) {
        merges.push(this.#readMerge(value, key.range?.[0]));
        continue;
      }
      if (!isScalar(key)) {
        // A list or map is nobody's key.
        this.read(key);
        this.read(value);
        continue;
      }
      if (keys.has(key.value)) {
        this.#found(key.range?.[0], "Map keys must be unique");
        return;
      }
      keys.add(key.value);
      this.#count++;
      this.#anchor(key.anchor, key.value);
      setField(into, this.#nameKey(key), this.read(value));
    }
    for (const fields of merges.toReversed().flat()) {
      for (const [name, field] of Object.entries(fields)) {
        if (!Object.hasOwn(into, name)) {
          setField(into, name, field);
        }
      }
    }
  }

  /** The maps that a merge key takes, the one that wins first. */
  #readMerge(node: unknown, offset: number | undefined): readonly object[] {
    const value = this.read(node);
    const maps: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (this.#open.has(value) || maps.some((map) => this.#open.has(map))) {
      this.#found(offset, SELF_MERGE);
      return [];
    }
    const found = maps.filter((map): map is object => isRecord(map) && !isScalar(map));
    if (found.length < maps.length) {
      this.#found(offset, NO_MERGE);
    }
    return found;
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

/** In quotes, or with another tag, it is a key like any other. */
function isMergeKey(key: unknown): key is Scalar {
  if (!isScalar(key)) {
    return false;
  }
  return (
    key.tag === MERGE_TAG || (key.value === "<<" && key.type === "PLAIN" && key.tag === undefined)
  );
}

/** A field may be called "__proto__". */
function setField(fields: object, name: string, value: unknown): void {
  Object.defineProperty(fields, name, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function fieldName(key: unknown): string {
  if (typeof key === "string") {
    return key;
  }
  return key === null ? "" : JSON.stringify(key);
}
