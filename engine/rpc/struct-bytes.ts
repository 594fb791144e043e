/**
 * Plain values as the bytes of a `google.protobuf.Struct`: `map<string, Value>`, a value being one of null (1),
 * double (2), string (3), bool (4), struct (5) and list (6).
 */

/** A field's tag: its number, and whether it is a varint (0), eight bytes (1) or bytes with their length before them (2). */
const TAG = {
  element: 0x0a,
  key: 0x0a,
  value: 0x12,
  null: 0x08,
  number: 0x11,
  string: 0x1a,
  boolean: 0x20,
  struct: 0x2a,
  list: 0x32,
} as const;

const EIGHT = 8;
/** A longer text is faster measured and written by Node than letter by letter. */
const SHORT_TEXT = 48;
/** A struct in a struct of this many bytes is read when it is asked for, where that is wanted. */
const LARGE_BYTES = 256;
/** A larger buffer is not kept, in bytes. */
const KEPT_BYTES = 1 << 20;

/** What stands for a large struct in a struct, in place of what its bytes say; undefined where they are to be read. */
export type ReplaceLarge = (key: string, bytes: Uint8Array) => unknown;

/** What the bytes do not tell, or the plain value cannot say in them; the caller has a slower way. */
class NotPlain extends Error {}

/**
 * The fields of a struct as bytes; keys in the order of their characters, as the library has it.
 *
 * @param known the bytes of objects that nobody changes; what is large is added to it
 * @returns undefined when a value is not plain JSON
 */
export function encodeFields(
  plain: unknown,
  known?: WeakMap<object, Uint8Array>,
): Uint8Array | undefined {
  const written = isObject(plain) ? known?.get(plain) : undefined;
  if (written !== undefined) {
    return written;
  }
  const buffer = new BackwardBuffer(kept, known);
  try {
    buffer.fields(plain);
  } catch {
    return undefined;
  }
  if (buffer.bytes.length <= KEPT_BYTES) {
    kept = buffer.bytes;
  }
  const bytes = buffer.taken();
  if (isObject(plain) && bytes.length >= LARGE_BYTES) {
    known?.set(plain, bytes);
  }
  return bytes;
}

/**
 * The fields of a struct.
 *
 * @param replaceLarge gives what stands for a large struct in it: what is {@link Unread}, or is known @default it is read
 * @returns undefined when the bytes are not those of one
 */
export function decodeFields(
  bytes: Uint8Array,
  replaceLarge?: ReplaceLarge,
): Record<string, unknown> | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    return new Cursor(buffer, replaceLarge).fields(buffer.length);
  } catch {
    return undefined;
  }
}

let kept: Buffer = Buffer.allocUnsafe(1 << 14);

/** Written from its end to its start, so that lengths are known when they are written. */
class BackwardBuffer {
  bytes: Buffer;
  #start: number;
  readonly #known: WeakMap<object, Uint8Array> | undefined;

  constructor(bytes: Buffer, known: WeakMap<object, Uint8Array> | undefined) {
    this.bytes = bytes;
    this.#start = bytes.length;
    this.#known = known;
  }

  /** A copy of what was written. */
  taken(): Uint8Array {
    return Uint8Array.from(this.bytes.subarray(this.#start));
  }

  fields(plain: unknown): void {
    if (!isObject(plain) || !isPlain(plain)) {
      throw new NotPlain();
    }
    const entries = Object.entries(plain).toSorted(byKey);
    for (let index = entries.length - 1; index >= 0; index--) {
      const [key = "", value] = entries[index] ?? [];
      if (key === "__proto__") {
        throw new NotPlain();
      }
      const end = this.#written();
      this.#value(value);
      this.#endMessage(end, TAG.value);
      this.#text(key, TAG.key);
      this.#endMessage(end, TAG.element);
    }
  }

  #value(value: unknown): void {
    if (typeof value === "string") {
      this.#text(value, TAG.string);
    } else if (typeof value === "number") {
      // There are many of it in bytes.
      if (Number.isNaN(value)) {
        throw new NotPlain();
      }
      this.#room(EIGHT + 1);
      this.#start -= EIGHT;
      this.bytes.writeDoubleLE(value, this.#start);
      this.#byte(TAG.number);
    } else if (typeof value === "boolean") {
      this.#room(2);
      this.#byte(value ? 1 : 0);
      this.#byte(TAG.boolean);
    } else if (value === null) {
      this.#room(2);
      this.#byte(0);
      this.#byte(TAG.null);
    } else if (Array.isArray(value)) {
      const end = this.#written();
      for (let index = value.length - 1; index >= 0; index--) {
        const elementEnd = this.#written();
        this.#value(value[index]);
        this.#endMessage(elementEnd, TAG.element);
      }
      this.#endMessage(end, TAG.list);
    } else {
      const end = this.#written();
      this.#nestedFields(value);
      this.#endMessage(end, TAG.struct);
    }
  }

  #nestedFields(plain: unknown): void {
    if (this.#known === undefined || !isObject(plain)) {
      this.fields(plain);
      return;
    }
    const known = this.#known.get(plain);
    if (known !== undefined) {
      this.#room(known.length);
      this.#start -= known.length;
      this.bytes.set(known, this.#start);
      return;
    }
    const before = this.#written();
    this.fields(plain);
    const written = this.#written() - before;
    if (written >= LARGE_BYTES) {
      this.#known.set(
        plain,
        Uint8Array.from(this.bytes.subarray(this.#start, this.#start + written)),
      );
    }
  }

  #text(text: string, tag: number): void {
    const end = this.#written();
    if (text.length > SHORT_TEXT || !this.#shortText(text)) {
      // The library leaves half a surrogate pair out; the bytes of one would not be the same.
      if (!text.isWellFormed()) {
        throw new NotPlain();
      }
      const length = Buffer.byteLength(text);
      this.#room(length);
      this.#start -= length;
      this.bytes.write(text, this.#start);
    }
    this.#endMessage(end, tag);
  }

  /** @returns false, with nothing written, when there are other characters than those of ASCII in it */
  #shortText(text: string): boolean {
    this.#room(text.length);
    const start = this.#start - text.length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        return false;
      }
      this.bytes[start + index] = code;
    }
    this.#start = start;
    return true;
  }

  /** Puts tag and length before what was written since. */
  #endMessage(end: number, tag: number): void {
    let length = this.#written() - end;
    this.#room(EIGHT);
    const low = [];
    for (; length > 0x7f; length = Math.floor(length / 0x80)) {
      low.push((length % 0x80) | 0x80);
    }
    this.#byte(length);
    while (low.length > 0) {
      this.#byte(low.pop() ?? 0);
    }
    this.#byte(tag);
  }

  #byte(byte: number): void {
    this.#start -= 1;
    this.bytes[this.#start] = byte;
  }

  #written(): number {
    return this.bytes.length - this.#start;
  }

  #room(count: number): void {
    if (this.#start >= count) {
      return;
    }
    const written = this.#written();
    const larger = Buffer.allocUnsafe(2 * this.bytes.length + count);
    const start = larger.length - written;
    this.bytes.copy(larger, start, this.#start);
    [this.bytes, this.#start] = [larger, start];
  }
}

/** Reads on from where it is. */
class Cursor {
  readonly #bytes: Buffer;
  /** Each byte as a letter: what is cut out of it costs less than what is made of bytes. */
  readonly #letters: string;
  readonly #replaceLarge: ReplaceLarge | undefined;
  #at = 0;

  constructor(bytes: Buffer, replaceLarge: ReplaceLarge | undefined) {
    this.#bytes = bytes;
    this.#letters = bytes.toString("latin1");
    this.#replaceLarge = replaceLarge;
  }

  /** @param end where the struct ends */
  fields(end: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    let isSorted = true;
    while (this.#at < end) {
      this.#expect(TAG.element);
      const entryEnd = this.#length(end);
      this.#expect(TAG.key);
      const key = this.#text(entryEnd);
      this.#expect(TAG.value);
      const value = this.#field(key, this.#length(entryEnd));
      if (this.#at !== entryEnd) {
        throw new NotPlain();
      }
      isSorted &&= entries.length === 0 || (entries.at(-1)?.[0] ?? "") < key;
      entries.push([key, value]);
    }
    const fields: Record<string, unknown> = {};
    for (const [key, value] of isSorted ? entries : entries.toSorted(byKey)) {
      if (value instanceof Unread) {
        defineUnread(fields, key, value);
      } else {
        fields[key] = value;
      }
    }
    return fields;
  }

  #field(key: string, end: number): unknown {
    const start = this.#at;
    if (
      this.#replaceLarge === undefined ||
      end - this.#at < LARGE_BYTES ||
      this.#bytes[this.#at] !== TAG.struct
    ) {
      return this.#value(end);
    }
    this.#at += 1;
    if (this.#length(end) !== end) {
      throw new NotPlain();
    }
    const found = this.#replaceLarge(key, this.#bytes.subarray(this.#at, end));
    this.#at = found === undefined ? start : end;
    return found === undefined ? this.#value(end) : found;
  }

  #value(end: number): unknown {
    const tag: number = this.#bytes[this.#at++] ?? 0;
    let value: unknown;
    switch (tag) {
      case TAG.null:
        this.#expect(0);
        value = null;
        break;
      case TAG.number:
        value = this.#bytes.readDoubleLE(this.#at);
        this.#at += EIGHT;
        break;
      case TAG.string:
        value = this.#text(end);
        break;
      case TAG.boolean:
        value = this.#bytes[this.#at++] === 1;
        break;
      case TAG.struct:
        value = this.fields(this.#length(end));
        break;
      case TAG.list:
        value = this.#list(this.#length(end));
        break;
      default:
        throw new NotPlain();
    }
    if (this.#at !== end) {
      throw new NotPlain();
    }
    return value;
  }

  #list(end: number): readonly unknown[] {
    const elements: unknown[] = [];
    while (this.#at < end) {
      this.#expect(TAG.element);
      elements.push(this.#value(this.#length(end)));
    }
    return elements;
  }

  #text(limit: number): string {
    const end = this.#length(limit);
    const start = this.#at;
    if (this.#isShortAscii(start, end)) {
      this.#at = end;
      return this.#letters.slice(start, end);
    }
    const text = this.#bytes.toString("utf8", start, end);
    // Stands for bytes that Node does not take for a character; the library may.
    if (text.includes("\ufffd")) {
      throw new NotPlain();
    }
    this.#at = end;
    return text;
  }

  #isShortAscii(start: number, end: number): boolean {
    if (end - start > SHORT_TEXT) {
      return false;
    }
    for (let at = start; at < end; at++) {
      if ((this.#bytes[at] ?? 0) > 0x7f) {
        return false;
      }
    }
    return true;
  }

  #expect(byte: number): void {
    if (this.#bytes[this.#at++] !== byte) {
      throw new NotPlain();
    }
  }

  /** Reads a length. @returns where what has it ends */
  #length(limit: number): number {
    let length = 0;
    for (let unit = 1; ; unit *= 0x80) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) {
        throw new NotPlain();
      }
      length += (byte & 0x7f) * unit;
      if (byte <= 0x7f) {
        break;
      }
    }
    const end = this.#at + length;
    if (end > limit) {
      throw new NotPlain();
    }
    return end;
  }
}

/** A struct that nobody has asked for yet: it is read when somebody asks for the field that it is in. */
export class Unread {
  readonly #bytes: Uint8Array;
  readonly #readLater: (bytes: Uint8Array) => unknown;

  constructor(bytes: Uint8Array, readLater: (bytes: Uint8Array) => unknown) {
    this.#bytes = bytes;
    this.#readLater = readLater;
  }

  read(): unknown {
    return this.#readLater(this.#bytes);
  }
}

/** Sets a field that becomes an ordinary one as soon as it is read or written. */
function defineUnread(fields: Record<string, unknown>, key: string, unread: Unread): void {
  const [enumerable, configurable] = [true, true];
  const settle = (value: unknown): unknown => {
    Object.defineProperty(fields, key, { value, writable: true, enumerable, configurable });
    return value;
  };
  Object.defineProperty(fields, key, {
    get: () => settle(unread.read()),
    set: settle,
    enumerable,
    configurable,
  });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
