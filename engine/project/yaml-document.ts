/** YAML documents whose values stay as they are written: `012`, `1_000` and `0x10` too, which YAML 1.2 would write anew. */
import { isMap, parseDocument, Scalar, YAMLMap, YAMLSeq } from "yaml";
import type { Document, ScalarTag } from "yaml";
import { isRecord } from "../../common/values/is-record.ts";
import { parseTimestamp } from "./timestamp.ts";
import { toText } from "./value-tree.ts";
import { resolvePlain } from "./yaml-scalars.ts";

/** A key without a value stays without one. */
const NOTHING: ScalarTag = {
  tag: "tag:yaml.org,2002:null",
  default: true,
  test: /^$/,
  identify: (value) => value === null,
  resolve: () => new Scalar(null),
  stringify: () => "",
};

/** Texts that YAML 1.1 takes for booleans, which other readers than the Pulumi CLI may do. */
const OLD_BOOLEAN = /^(y|n|yes|no|on|off)$/i;

/** Parses a document; every scalar is the text that stands there. */
export function parseAsWritten(text: string): Document {
  const document: Document = parseDocument(text, {
    schema: "failsafe",
    customTags: (tags) => [NOTHING, ...tags],
    uniqueKeys: false,
  });
  if (!isMap(document.contents)) {
    document.contents = new YAMLMap();
  }
  return document;
}

/** A tree of plain values as nodes, with quotes where a text would be read as something else. */
export function makeNode(value: unknown): Scalar | YAMLMap | YAMLSeq {
  if (Array.isArray(value)) {
    const list = new YAMLSeq();
    list.items = value.map(makeNode);
    return list;
  }
  if (isRecord(value)) {
    const map = new YAMLMap();
    for (const [key, field] of Object.entries(value)) {
      map.set(makeNode(key), makeNode(field));
    }
    return map;
  }
  const scalar = new Scalar(value === null ? null : toText(value));
  if (typeof value === "string" && isTakenForAnother(value)) {
    scalar.type = Scalar.QUOTE_DOUBLE;
  }
  return scalar;
}

function isTakenForAnother(text: string): boolean {
  return (
    typeof resolvePlain(text) !== "string" ||
    parseTimestamp(text) !== undefined ||
    OLD_BOOLEAN.test(text) ||
    text === "<<" ||
    text === "="
  );
}

/** How a file is laid out. */
export interface YamlFormat {
  /** Writes a document in the same way. */
  write(document: Document): string;
}

/** Finds out how a file is laid out: indentation, lists, line ends. */
export function formatOf(text: string): YamlFormat {
  const indent = /^( +)[^\s#-]/m.exec(text)?.[1]?.length ?? 2;
  const isListFlush = /^( *)[^\s#-][^\n]*:[ \t]*\r?\n\1- /m.test(text);
  const isFlowTight = /[:[,]\s*\{[^\s}]/.test(text);
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  return {
    write: (document) =>
      document
        .toString({
          indent,
          indentSeq: !isListFlush,
          lineWidth: 0,
          flowCollectionPadding: !isFlowTight,
        })
        .replaceAll(/\r?\n/g, lineEnd),
  };
}
