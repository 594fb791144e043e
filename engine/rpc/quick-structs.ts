/**
 * Has protobuf's structs go from JavaScript to bytes and back in one step. The library makes two objects and a map of
 * each value between; with a hash for each file of many pipelines that is most of what a preview would compute.
 */
import { decodeFields, encodeFields, Unread } from "./struct-bytes.ts";
import type { ReplaceLarge } from "./struct-bytes.ts";

/** What is used of a reader of the library's; its cursor is in its buffer. */
interface Reader {
  nextField(): boolean;
  skipField(): void;
  getCursor(): number;
  getBuffer(): Uint8Array;
}

/** What is used of a writer of the library's. */
interface Writer {
  writeSerializedMessage(bytes: Uint8Array, start: number, end: number): void;
}

/** Where a struct holds its bytes, until somebody asks for its map. */
const BYTES = Symbol("bytes");

/** Where a struct holds what it most probably says. */
const LIKE = Symbol("like");

/** See {@link expectLike}. */
interface Expecting {
  [LIKE]?: Readonly<Record<string, unknown>>;
}

/** A struct of the library's. */
interface Message extends Expecting {
  [BYTES]?: Uint8Array | undefined;
  toJavaScript(): unknown;
  getFieldsMap(noLazyCreate?: boolean): unknown;
}

/** What is replaced. */
interface StructClass {
  new (): Message;
  readonly prototype: Message;
  fromJavaScript(this: void, plain: unknown): Message;
  deserializeBinaryFromReader(this: void, message: Message, reader: Reader): Message;
  serializeBinaryToWriter(this: void, message: Message, writer: Writer): void;
}

/** The library's modules. */
export interface ProtobufLibrary {
  readonly structs: { readonly Struct: StructClass };
  readonly protobuf: { readonly BinaryReader: new (bytes: Uint8Array) => Reader };
}

/**
 * Replaces how the library reads and writes structs. What it is given and gives stays the same; what is not plain JSON
 * is left to the library.
 *
 * @param options.isLazy a large object in a struct is read when somebody asks for it; a provider compares what is the
 *   same without looking at all of it
 * @param options.isFrozen no object that becomes a struct is ever changed, so that what it was written as is kept
 */
export function quickenStructs(
  { structs: { Struct }, protobuf: { BinaryReader } }: ProtobufLibrary,
  { isLazy, isFrozen }: { readonly isLazy: boolean; readonly isFrozen: boolean },
): void {
  const { fromJavaScript, deserializeBinaryFromReader, serializeBinaryToWriter } = Struct;
  // oxlint-disable-next-line typescript/unbound-method -- called with it below
  const { toJavaScript, getFieldsMap } = Struct.prototype;

  const known = isFrozen ? new WeakMap<object, Uint8Array>() : undefined;
  const readLater = (bytes: Uint8Array): unknown => {
    const message = new Struct();
    message[BYTES] = bytes;
    return message.toJavaScript();
  };

  const replacements = (like: Expecting[typeof LIKE]): ReplaceLarge | undefined => {
    if (isLazy) {
      return (_key, bytes) => new Unread(bytes, readLater);
    }
    return (
      like &&
      ((key, bytes) => {
        const candidate = Object.hasOwn(like, key) ? like[key] : undefined;
        return isWrittenAs(candidate, bytes, known) ? candidate : undefined;
      })
    );
  };

  Struct.fromJavaScript = (plain) => {
    const bytes = encodeFields(plain, known);
    if (bytes === undefined) {
      return fromJavaScript(plain);
    }
    const message = new Struct();
    message[BYTES] = bytes;
    return message;
  };
  Struct.deserializeBinaryFromReader = (message, reader) => {
    const start = reader.getCursor();
    while (reader.nextField()) {
      reader.skipField();
    }
    message[BYTES] = reader.getBuffer().subarray(start, reader.getCursor());
    return message;
  };
  Struct.serializeBinaryToWriter = (message, writer) => {
    const bytes = message[BYTES];
    if (bytes === undefined) {
      serializeBinaryToWriter(message, writer);
    } else {
      writer.writeSerializedMessage(bytes, 0, bytes.length);
    }
  };
  Struct.prototype.toJavaScript = function (this: Message) {
    const [bytes, like] = [this[BYTES], this[LIKE]];
    if (bytes !== undefined && like !== undefined && isWrittenAs(like, bytes, known)) {
      return like;
    }
    const fields = bytes && decodeFields(bytes, replacements(like));
    return fields ?? toJavaScript.call(this);
  };
  Struct.prototype.getFieldsMap = function (this: Message, noLazyCreate) {
    const bytes = this[BYTES];
    if (bytes !== undefined) {
      this[BYTES] = undefined;
      deserializeBinaryFromReader(this, new BinaryReader(bytes));
    }
    return getFieldsMap.call(this, noLazyCreate);
  };
}

/**
 * Says what a struct most probably holds: what would be written as that is will be that, and a large object in it will be
 * the one of the same name, where it is kept what they were written as.
 */
export function expectLike(
  struct: Pick<Message, "toJavaScript"> & Expecting,
  like: Readonly<Record<string, unknown>>,
): void {
  struct[LIKE] = like;
}

/** Whether these are the bytes that a value was written as, of which it is known. */
function isWrittenAs(
  value: unknown,
  bytes: Uint8Array,
  known: WeakMap<object, Uint8Array> | undefined,
): boolean {
  const written = typeof value === "object" && value !== null ? known?.get(value) : undefined;
  return written !== undefined && Buffer.compare(written, bytes) === 0;
}
