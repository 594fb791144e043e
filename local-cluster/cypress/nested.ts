/** Reading and changing a part of a value, as `//document/key/0` and `//x/@name/key` name it. */
import { ATTRIBUTE_MARK } from "./path.ts";
import { ERROR_CODE, YtError, genericError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import { map, withAttributes } from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";

/** The part at the given keys, or undefined when there is none. */
export function findPart(value: YsonValue, keys: readonly ByteString[]): YsonValue | undefined {
  let current: YsonValue | undefined = value;
  for (const key of keys) {
    current = current === undefined ? undefined : findChild(current, key);
  }
  return current;
}

/** How a part is replaced. */
export interface ReplaceOptions {
  /**
   * Make the maps that are missing on the way.
   *
   * @default false
   */
  readonly recursive?: boolean;
}

/**
 * The value with one part replaced; `undefined` removes it.
 *
 * @throws {YtError} code 500 when the way there does not exist
 */
export function replacePart(
  value: YsonValue,
  keys: readonly ByteString[],
  part: YsonValue | undefined,
  options: ReplaceOptions = {},
): YsonValue {
  const [key, ...rest] = keys;
  if (key === undefined) {
    throw new RangeError("replacePart needs at least one key");
  }
  const isMade = options.recursive === true && part !== undefined;
  const child = findChild(value, key) ?? (isMade && rest.length > 0 ? map({}) : undefined);
  if (rest.length > 0) {
    if (child === undefined) {
      throw noSuchKey(key);
    }
    return replaceChild(value, key, replacePart(child, rest, part, options));
  }
  if (child === undefined && part === undefined) {
    throw noSuchKey(key);
  }
  return replaceChild(value, key, part);
}

function findChild(value: YsonValue, key: ByteString): YsonValue | undefined {
  if (key.startsWith(ATTRIBUTE_MARK)) {
    return value.attributes?.get(key.slice(ATTRIBUTE_MARK.length));
  }
  if (value.type === "map") {
    return value.entries.get(key);
  }
  if (value.type === "list") {
    return value.items[listIndex(key, value.items.length)];
  }
  return undefined;
}

function replaceChild(value: YsonValue, key: ByteString, part: YsonValue | undefined): YsonValue {
  if (key.startsWith(ATTRIBUTE_MARK)) {
    const attributes = new Map(value.attributes);
    const name = key.slice(ATTRIBUTE_MARK.length);
    if (part === undefined) {
      attributes.delete(name);
    } else {
      attributes.set(name, part);
    }
    return withAttributes(value, attributes);
  }
  if (value.type === "map") {
    const entries = new Map(value.entries);
    if (part === undefined) {
      entries.delete(key);
    } else {
      entries.set(key, part);
    }
    return { ...value, entries };
  }
  if (value.type === "list") {
    return { ...value, items: replaceItem(value.items, key, part) };
  }
  throw genericError(`Value of type "${value.type}" cannot have children`);
}

function replaceItem(
  items: readonly YsonValue[],
  key: ByteString,
  part: YsonValue | undefined,
): readonly YsonValue[] {
  const inserted = part === undefined ? [] : [part];
  const insertion = insertionIndex(key, items.length);
  const index = insertion ?? listIndex(key, items.length);
  if (index < 0 || index > items.length || (insertion === undefined && index === items.length)) {
    throw new YtError(ERROR_CODE.resolve, `List index is out of range: ${key}`);
  }
  return items.toSpliced(index, insertion === undefined ? 1 : 0, ...inserted);
}

/**
 * Where a new item goes, for keys that are places between items (`TListNodeMixin::SetChild` in
 * yt/yt/core/ytree/node_detail.cpp); undefined for other keys.
 */
function insertionIndex(key: ByteString, length: number): number | undefined {
  if (key === "begin" || key === "end") {
    return key === "begin" ? 0 : length;
  }
  const [, side, number] = /^(before|after):(-?[0-9]+)$/.exec(key) ?? [];
  if (number === undefined) {
    return undefined;
  }
  const index = listIndex(number, length);
  const isThere = index >= 0 && index < length;
  return isThere ? index + (side === "after" ? 1 : 0) : -1;
}

/** A negative index counts from the end; -1 for what is no index. */
function listIndex(key: ByteString, length: number): number {
  if (!/^-?[0-9]+$/.test(key)) {
    return -1;
  }
  const index = Number(key);
  return index < 0 ? length + index : index;
}

/** The failure of a path that leads into a value and finds nothing. */
export function noSuchKey(key: ByteString): YtError {
  return new YtError(ERROR_CODE.resolve, `Node has no child with key "${key}"`);
}

/** A map from what `set` may be given for attributes. */
export function expectMap(value: YsonValue, what: string): YsonMap {
  if (value.type !== "map") {
    throw genericError(`${what} must be a map, actual type "${value.type}"`);
  }
  return value.entries;
}
