/** Reading parameters from the query string of a URL. */
import { genericError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import { bytesFromText } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";

const MAX_NESTING = 6;

type Tree = Map<ByteString, Tree | YsonValue>;

/** Parameters from a query string: `?path=//tmp&attributes[0]=type&limit=5`. */
export function parametersFromQuery(query: URLSearchParams): YsonMap {
  const root: Tree = new Map();
  for (const [name, text] of query) {
    insert(root, keysOf(name), scalar(text));
  }
  return new Map([...root].map(([key, value]) => [key, toValue(value)]));
}

function keysOf(name: string): ByteString[] {
  const [first = "", ...rest] = bytesFromText(name).split("[");
  const keys = [first, ...rest.map((part) => part.replace(/\]$/, ""))];
  if (keys.length > MAX_NESTING) {
    throw genericError(`Query parameter "${name}" is nested too deep`);
  }
  return keys;
}

function insert(tree: Tree, keys: readonly ByteString[], value: YsonValue): void {
  const [key = "", ...rest] = keys;
  if (rest.length === 0) {
    tree.set(key, value);
    return;
  }
  const existing = tree.get(key);
  const child: Tree = existing instanceof Map ? existing : new Map();
  tree.set(key, child);
  insert(child, rest, value);
}

/** An integer, or else a string. */
function scalar(text: string): YsonValue {
  return /^-?[0-9]{1,18}$/.test(text) ? yson.int64(BigInt(text)) : yson.string(bytesFromText(text));
}

/** A map, or a list where the keys count from 0. */
function toValue(value: Tree | YsonValue): YsonValue {
  if (!(value instanceof Map)) {
    return value;
  }
  const entries = [...value].map(([key, child]) => [key, toValue(child)] as const);
  const isList = entries.length > 0 && entries.every(([key], index) => key === String(index));
  return isList ? yson.list(entries.map(([, child]) => child)) : yson.map(new Map(entries));
}
