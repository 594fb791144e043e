/**
 * Paths of Cypress: `//home/x`, `#<id>/y`, `//x/@attribute/key`, `//x&`, `//x/*`, with
 * annotations in front (`<append=%true>//x`). This is about the text; `resolve.ts` finds the node.
 * Unlike on the cluster, ranges and columns are accepted and ignored: files have none.
 */
import { genericError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import { YsonParser } from "../../common/yson/parser.ts";
import { ValueSyntaxError } from "../../common/yson/syntax-error.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";
import { isId } from "../objects/ids.ts";

/**
 * In front of a key that names an attribute of a value inside an attribute (`//x/@a/key/@inner`). It is
 * no byte, so that no key of the user's begins with it.
 */
export const ATTRIBUTE_MARK = "\u{100}@";

/** One key on the way down. */
export interface PathStep {
  readonly key: ByteString;
  /** Followed by `&`: a link of this name is not followed. */
  readonly ampersand: boolean;
}

/** What follows the node in a path: an attribute, or all of its attributes or children. */
export type PathSuffix =
  | { readonly type: "none" }
  /** `/@name/key/0`; no keys for `/@`. */
  | { readonly type: "attribute"; readonly keys: readonly ByteString[] }
  /** `/@*` */
  | { readonly type: "all attributes" }
  /** `/*` */
  | { readonly type: "all children" };

/** A parsed path. */
export interface CypressPath {
  /** The path as written, without annotations and selectors: for messages. */
  readonly text: ByteString;
  /** Columns and ranges as written, which only `parse_ypath` reads. */
  readonly selectors: ByteString;
  readonly annotations: YsonMap;
  /** Object id to start from, or undefined for the root of Cypress. */
  readonly objectId: string | undefined;
  /** Whether `&` follows the root designator. */
  readonly rootAmpersand: boolean;
  readonly steps: readonly PathStep[];
  readonly suffix: PathSuffix;
}

/** A path given as a parameter: annotations are in its text, its attributes, or both. */
export function pathFromValue(value: YsonValue): CypressPath {
  if (value.type !== "string") {
    throw genericError("Path must be a string");
  }
  const path = parsePath(value.value);
  if (value.attributes === undefined) {
    return path;
  }
  return { ...path, annotations: new Map([...path.annotations, ...value.attributes]) };
}

/**
 * A path with what stands in front of it and behind it, which may name nothing: `//` and `//a//b` are
 * refused only where a path is followed.
 *
 * @throws {YtError} code 1 when it does not begin as a path does
 */
export function splitPath(
  value: YsonValue,
): Pick<CypressPath, "text" | "annotations" | "selectors"> {
  if (value.type !== "string") {
    throw genericError("Path must be a string");
  }
  const { text: full, annotations } = splitAnnotations(value.value);
  new PathReader(full).readRoot();
  const text = /^(?:\\.|[^\\[{])*/s.exec(full)?.[0] ?? "";
  return {
    text,
    annotations: new Map([...annotations, ...(value.attributes ?? [])]),
    selectors: full.slice(text.length),
  };
}

/** @throws {YtError} code 1 when the text is no path */
export function parsePath(annotated: ByteString): CypressPath {
  const { text: full, annotations } = splitAnnotations(annotated);
  if (full === "") {
    throw genericError("YPath cannot be empty");
  }
  const reader = new PathReader(full);
  const objectId = reader.readRoot();
  const rootAmpersand = reader.skipAmpersand();
  const steps: PathStep[] = [];
  let suffix: PathSuffix = { type: "none" };
  while (suffix.type === "none" && !reader.atEnd()) {
    reader.expectSlash();
    suffix = reader.readSuffix();
    if (suffix.type === "none") {
      const key = reader.readKey();
      steps.push({ key, ampersand: reader.skipAmpersand() });
    }
  }
  reader.expectEnd();
  const text = reader.consumed();
  const selectors = full.slice(text.length);
  return { text, selectors, annotations, objectId, rootAmpersand, steps, suffix };
}

/** The key as it must be written in a path. */
export function escapeKey(key: ByteString): ByteString {
  return (
    key
      .replace(/[\\/@&*[{]/g, (special) => `\\${special}`)
      // oxlint-disable-next-line no-control-regex -- exactly the bytes that are not printable ASCII
      .replace(/[\x00-\x1f\x7f-\xff]/g, (byte) => `\\x${hex(byte)}`)
  );
}

function hex(byte: string): string {
  return byte.charCodeAt(0).toString(16).padStart(2, "0");
}

function splitAnnotations(annotated: ByteString): { text: ByteString; annotations: YsonMap } {
  if (!/^\s*</.test(annotated)) {
    return { text: annotated, annotations: new Map() };
  }
  try {
    const parser = new YsonParser(annotated);
    parser.skipWhitespace();
    const annotations = parser.readPairs("<", ">");
    parser.skipWhitespace();
    return { text: parser.rest, annotations };
  } catch (error) {
    if (error instanceof ValueSyntaxError) {
      throw genericError(error.message);
    }
    throw error;
  }
}

const TOKEN_NAMES: Readonly<Record<string, string>> = {
  "/": "slash",
  "@": "at",
  "&": "ampersand",
  "*": "asterisk",
  "[": "range",
  "{": "range",
};

class PathReader {
  readonly #text: ByteString;
  #position = 0;

  constructor(text: ByteString) {
    this.#text = text;
  }

  /** Ranges and columns select nothing in what is emulated, so they end the path unread. */
  atEnd(): boolean {
    return ["", "[", "{"].includes(this.#next());
  }

  consumed(): ByteString {
    return this.#text.slice(0, this.#position);
  }

  readRoot(): string | undefined {
    if (this.#next() === "/") {
      this.#position += 1;
      return undefined;
    }
    const id = /^#([0-9a-fA-F-]+)/.exec(this.#text)?.[1];
    if (id === undefined || !isId(id)) {
      throw genericError(`Path "${this.#text}" does not start with a valid root-designator`);
    }
    this.#position += id.length + 1;
    return id.toLowerCase();
  }

  skipAmpersand(): boolean {
    if (this.#next() !== "&") {
      return false;
    }
    this.#position += 1;
    return true;
  }

  expectSlash(): void {
    if (this.#next() !== "/") {
      this.#assertEscapes();
      throw genericError(`Expected "slash" in YPath but found ${this.#token()}`);
    }
    this.#position += 1;
  }

  readSuffix(): PathSuffix {
    if (this.#next() === "*") {
      this.#position += 1;
      return { type: "all children" };
    }
    if (this.#next() !== "@") {
      return { type: "none" };
    }
    this.#position += 1;
    if (this.#next() === "*") {
      this.#position += 1;
      return { type: "all attributes" };
    }
    if (this.#next() === "") {
      return { type: "attribute", keys: [] };
    }
    const keys = [this.readKey()];
    while (this.#next() === "/") {
      this.#position += 1;
      const isAttribute = this.#next() === "@";
      this.#position += isAttribute ? 1 : 0;
      keys.push(`${isAttribute ? ATTRIBUTE_MARK : ""}${this.readKey()}`);
    }
    return { type: "attribute", keys };
  }

  readKey(): ByteString {
    const raw = this.#nextLiteral();
    if (raw === "") {
      throw this.#unexpected();
    }
    this.#position += raw.length;
    return raw.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_, code?: string, special?: string) =>
      code === undefined ? (special ?? "") : String.fromCharCode(Number.parseInt(code, 16)),
    );
  }

  expectEnd(): void {
    if (!this.atEnd()) {
      throw this.#unexpected();
    }
  }

  #unexpected(): Error {
    this.#assertEscapes();
    return genericError(
      this.#next() === ""
        ? `Unexpected end-of-string in YPath; please note that YPath cannot normally end with "/"`
        : `Unexpected ${this.#token()} in YPath`,
    );
  }

  /** @throws {YtError} when the next thing is a backslash that begins no escape sequence */
  #assertEscapes(): void {
    if (this.#next() === "\\" && this.#nextLiteral() === "") {
      const sequence = /\\(?:x.{0,2}|.)?/sy;
      throw genericError(`Malformed escape sequence "${this.#peek(sequence)}" in YPath`);
    }
  }

  /** Kind and text of the next token, which is not the end. */
  #token(): string {
    const name = TOKEN_NAMES[this.#next()];
    if (name === undefined) {
      return `"literal" token "${this.#nextLiteral()}"`;
    }
    return `"${name}" token "${name === "range" ? this.#text.slice(this.#position) : this.#next()}"`;
  }

  #nextLiteral(): string {
    return this.#peek(/(?:\\x[0-9a-fA-F]{2}|\\[\\/@&*[{]|[^\\/@&*[{])+/y);
  }

  #next(): string {
    return this.#text.charAt(this.#position);
  }

  #peek(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    return pattern.exec(this.#text)?.[0] ?? "";
  }
}
