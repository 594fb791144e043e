/**
 * YTsaurus strings are bytes. Here each is a JavaScript string whose characters
 * U+0000–U+00FF stand for one byte each, which is also how the cluster's default JSON writes
 * them. ASCII literals in the code therefore need no conversion.
 */

/** A string of bytes, one character (U+0000–U+00FF) per byte. */
export type ByteString = string;

/** The byte string that holds `text` in UTF-8. */
export function bytesFromText(text: string): ByteString {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The UTF-8 text that `bytes` holds, or undefined when they are not UTF-8. */
export function findText(bytes: ByteString): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bufferOf(bytes));
  } catch (error) {
    if (error instanceof TypeError) {
      return undefined;
    }
    throw error;
  }
}

/** The UTF-8 text that `bytes` holds, for messages: what is not UTF-8 shows as U+FFFD. */
export function textForDisplay(bytes: ByteString): string {
  return bufferOf(bytes).toString("utf8");
}

/** The bytes themselves. */
export function bufferOf(bytes: ByteString): Buffer {
  return Buffer.from(bytes, "latin1");
}

/** The byte string that holds the given bytes. */
export function bytesFromBuffer(buffer: Uint8Array): ByteString {
  return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength).toString("latin1");
}
