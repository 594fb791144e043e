/**
 * Has protobuf's structs go from JavaScript to bytes and back in one step. The library makes two objects and a map of
 * each value between; with a hash for each file of many pipelines that is most of what a preview would compute.
 */
import { decodeFields, encodeFields } from "./struct-bytes.ts";

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

/** A struct of the library's. */
interface Message {
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
    const fields = this[BYTES] && decodeFields(this[BYTES], isLazy ? readLater : undefined);
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
