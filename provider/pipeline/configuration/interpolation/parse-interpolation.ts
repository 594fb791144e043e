/** Parses texts with `${…}` as OmegaConf 2.x does: the same escapes, quotes and refusals. */
import { InterpolationError } from "./interpolation.ts";
import type { Element, Interpolation, Key, Segment } from "./interpolation.ts";
import { pythonFloat } from "./python-text.ts";

/** Interpolations in one another; OmegaConf runs into Python's limit soon after. */
const MOST_NESTED = 100;

const SPACE = /[ \t]*/y;
const BACKSLASHES = /\\+/y;
const KEY = /[^\\{}()[\]:. \t'"]+/y;
/** What may stand unescaped in a value without quotes, besides letters, digits and white space. */
const UNQUOTED = /[\w/\-\\+.$%*@?|:]/;
const ESCAPABLE = /[\\()[\]{}:=, \t]/;

const INT = /^[+-]?(?:0|[1-9](?:_?\d)*)$/;
const FLOAT =
  /^[+-]?(?:(?:0|[1-9](?:_?\d)*)?\.\d(?:_?\d)*(?:e[+-]?\d(?:_?\d)*)?|(?:0|[1-9](?:_?\d)*)(?:\.|\.?e[+-]?\d(?:_?\d)*)|inf|nan)$/i;

/**
 * Parses a text.
 *
 * @returns its pieces, escapes undone; a single interpolation alone keeps the type of its value
 * @throws {InterpolationError} when an interpolation is not well formed
 */
export function parseInterpolations(text: string): readonly Segment[] {
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): readonly Segment[] {
    return this.#textUntil(undefined);
  }

  /** Backslashes count only before an interpolation or the quote: two stand for one, an odd one takes the meaning away. */
  #textUntil(quote: string | undefined): readonly Segment[] {
    const segments = new Segments();
    while (this.#at < this.#text.length) {
      const backslashes = this.#take(BACKSLASHES);
      const special = this.#isNext("${") ? "${" : this.#peek() === quote ? quote : undefined;
      if (special === undefined) {
        segments.add(backslashes === "" ? this.#takeCharacter() : backslashes);
        continue;
      }
      segments.add(backslashes.slice(0, Math.floor(backslashes.length / 2)));
      if (backslashes.length % 2 === 1) {
        this.#at += special.length;
        segments.add(special);
      } else if (special === quote) {
        break;
      } else {
        segments.add(this.#interpolation());
      }
    }
    return segments.all();
  }

  /** From its `${` to its `}`. */
  #interpolation(): Interpolation {
    const start = this.#at;
    this.#depth++;
    if (this.#depth > MOST_NESTED) {
      throw new InterpolationError("its interpolations are nested too deeply");
    }
    this.#at += 2;
    this.#take(SPACE);
    let dots = 0;
    while (this.#skip(".")) {
      dots++;
    }
    const keys = this.#keys();
    const nameEnd = this.#at;
    this.#take(SPACE);
    const name = this.#text.slice(start + 2, nameEnd).trimStart();
    const elements = this.#skip(":") ? this.#elements() : undefined;
    if (elements === undefined && !this.#skip("}")) {
      throw this.#unexpected("}");
    }
    this.#depth--;
    const text = this.#text.slice(start, this.#at);
    return elements === undefined
      ? { type: "key", text, dots, keys }
      : { type: "resolver", text, name, elements };
  }

  #keys(): readonly Key[] {
    const keys: Key[] = [];
    do {
      const isBracketed = this.#skip("[");
      if (this.#isNext("${")) {
        keys.push({ interpolation: this.#interpolation(), isBracketed });
      } else {
        const key = this.#take(KEY);
        if (key === "") {
          throw this.#unexpected("a key");
        }
        keys.push(key);
      }
      if (isBracketed && !this.#skip("]")) {
        throw this.#unexpected("]");
      }
    } while (this.#isNext("[") || this.#skip("."));
    return keys;
  }

  /** The arguments of a resolver, with the `}` after them. */
  #elements(): readonly Element[] {
    const elements: Element[] = [];
    this.#take(SPACE);
    if (this.#skip("}")) {
      return elements;
    }
    do {
      this.#take(SPACE);
      elements.push(this.#element());
      this.#take(SPACE);
    } while (this.#skip(","));
    if (!this.#skip("}")) {
      throw this.#unexpected("}");
    }
    return elements;
  }

  #element(): Element {
    const first = this.#peek();
    if (first === "[" || first === "{") {
      throw new InterpolationError("a list or map is no text; put it into quotes");
    }
    if (first !== "'" && first !== '"') {
      return this.#unquoted();
    }
    this.#at++;
    const segments = this.#textUntil(first);
    if (!this.#skip(first)) {
      throw this.#unexpected(first);
    }
    return { type: "text", segments };
  }

  #unquoted(): Element {
    const segments = new Segments();
    let isPlain = true;
    for (;;) {
      const space = this.#take(SPACE);
      const next = this.#peek();
      if (next === undefined || next === "," || next === "}") {
        break;
      }
      segments.add(space);
      if (this.#isNext("${")) {
        segments.add(this.#interpolation());
      } else if (next === "\\" && ESCAPABLE.test(this.#text.charAt(this.#at + 1))) {
        isPlain = false;
        this.#at++;
        segments.add(this.#takeCharacter());
      } else if (UNQUOTED.test(next)) {
        segments.add(this.#takeCharacter());
        // White space around a colon belongs to it, also at the end.
        segments.add(next === ":" ? this.#take(SPACE) : "");
      } else {
        throw new InterpolationError(
          `a value with ${JSON.stringify(next)} in it must be in quotes`,
        );
      }
    }
    return elementOf(segments.all(), isPlain);
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #isNext(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #skip(text: string): boolean {
    const isThere = this.#isNext(text);
    this.#at += isThere ? text.length : 0;
    return isThere;
  }

  /** What a pattern matches here; nothing when it does not. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [taken = ""] = pattern.exec(this.#text) ?? [];
    this.#at += taken.length;
    return taken;
  }

  #takeCharacter(): string {
    this.#at++;
    return this.#text.charAt(this.#at - 1);
  }

  #unexpected(wanted: string): InterpolationError {
    const found = this.#peek();
    const place = found === undefined ? "at its end" : `before ${JSON.stringify(found)}`;
    const missing = wanted.length === 1 ? JSON.stringify(wanted) : wanted;
    return new InterpolationError(`${missing} is missing ${place}`);
  }
}

/** Joins the characters between interpolations. */
class Segments {
  readonly #segments: Segment[] = [];
  #literal = "";

  add(segment: Segment): void {
    if (typeof segment === "string") {
      this.#literal += segment;
      return;
    }
    this.#endLiteral();
    this.#segments.push(segment);
  }

  all(): readonly Segment[] {
    this.#endLiteral();
    return this.#segments;
  }

  #endLiteral(): void {
    if (this.#literal !== "") {
      this.#segments.push(this.#literal);
    }
    this.#literal = "";
  }
}

function elementOf(segments: readonly Segment[], isPlain: boolean): Element {
  const [only = "", ...others] = segments;
  if (others.length > 0) {
    return { type: "text", segments };
  }
  if (typeof only !== "string") {
    return { type: "value", interpolation: only };
  }
  if (isPlain && /^null$/i.test(only)) {
    return { type: "null" };
  }
  const literal = isPlain ? findLiteral(only) : undefined;
  return literal === undefined ? { type: "text", segments } : { type: "literal", text: literal };
}

function findLiteral(text: string): string | undefined {
  const digits = text.replaceAll("_", "");
  if (INT.test(text)) {
    return BigInt(digits.replace(/^\+/, "")).toString();
  }
  if (FLOAT.test(text)) {
    return pythonFloat(digits);
  }
  if (/^(?:true|false)$/i.test(text)) {
    return text.toLowerCase() === "true" ? "True" : "False";
  }
  return undefined;
}
