/**
 * What may follow a path to a table: `{a,b}` and `[#1:#2,key]`. As on the cluster, parsing the path turns
 * them into its attributes `columns` and `ranges` (yt/client/ypath/parser_detail.cpp).
 */
import { genericError } from "../errors/yt-error.ts";
import { YsonParser } from "../../common/yson/parser.ts";
import { ValueSyntaxError } from "../../common/yson/syntax-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";

/**
 * The attributes that stand behind a path, which are none when there is nothing.
 *
 * @throws {YtError} code 1 when the text is no selector
 */
export function parseSelectors(text: ByteString): YsonMap {
  const attributes = new Map<string, YsonValue>();
  try {
    const parser = new YsonParser(text);
    parser.skipWhitespace();
    if (parser.peek() === "{") {
      attributes.set("columns", yson.list(readItems(parser, "{", "}", readColumn)));
      parser.skipWhitespace();
    }
    if (parser.peek() === "[") {
      attributes.set("ranges", yson.list(readItems(parser, "[", "]", readRange)));
      parser.skipWhitespace();
    }
    parser.expectEnd();
    return attributes;
  } catch (error) {
    if (error instanceof ValueSyntaxError) {
      throw genericError(error.message);
    }
    throw error;
  }
}

function readItems(
  parser: YsonParser,
  open: string,
  close: string,
  readItem: (parser: YsonParser) => YsonValue,
): YsonValue[] {
  const items: YsonValue[] = [];
  expect(parser, open);
  while (!isNext(parser, close)) {
    items.push(readItem(parser));
    if (!isNext(parser, close)) {
      expect(parser, ",");
    }
  }
  parser.skip(1);
  return items;
}

function readColumn(parser: YsonParser): YsonValue {
  const name = parser.readValue();
  if (name.type !== "string") {
    throw genericError(`Column selector must hold strings, actual type "${name.type}"`);
  }
  return name;
}

/** One limit alone is exact; a limit that is left out is none. */
function readRange(parser: YsonParser): YsonValue {
  const lower = isNext(parser, ":") ? undefined : readLimit(parser);
  if (lower !== undefined && !isNext(parser, ":")) {
    return yson.map({ exact: lower });
  }
  expect(parser, ":");
  const isOpen = isNext(parser, ",") || isNext(parser, "]");
  const upper = isOpen ? undefined : readLimit(parser);
  return yson.map({
    ...(lower === undefined ? {} : { lower_limit: lower }),
    ...(upper === undefined ? {} : { upper_limit: upper }),
  });
}

const NUMBERED_LIMITS: Readonly<Record<string, string>> = {
  "#": "row_index",
  $: "chunk_index",
  "%": "offset",
};

function readLimit(parser: YsonParser): YsonValue {
  parser.skipWhitespace();
  const numbered = NUMBERED_LIMITS[parser.peek()];
  if (numbered !== undefined) {
    parser.skip(1);
    return yson.map({ [numbered]: parser.readValue() });
  }
  const isTuple = parser.peek() === "(";
  const key = isTuple
    ? readItems(parser, "(", ")", (inner) => inner.readValue())
    : [parser.readValue()];
  return yson.map({ key: yson.list(key) });
}

function isNext(parser: YsonParser, byte: string): boolean {
  parser.skipWhitespace();
  return parser.peek() === byte;
}

function expect(parser: YsonParser, byte: string): void {
  if (!isNext(parser, byte)) {
    throw genericError(`Unexpected token "${parser.peek()}" in YPath: expected "${byte}"`);
  }
  parser.skip(1);
}
