/**
 * Commits as lines of a file. A line is a CRC-32 of the rest (8 hexadecimal
 * digits), a space, and a map in YSON text, which never contains a line feed.
 */
import { crc32 } from "node:zlib";
import type { ByteString } from "../../common/yson/byte-string.ts";
import { bufferOf } from "../../common/yson/byte-string.ts";
import { ValueSyntaxError } from "../../common/yson/syntax-error.ts";
import { parseYson } from "../../common/yson/parser.ts";
import { writeYsonText } from "../../common/yson/text-writer.ts";
import type { YsonValue } from "../../common/yson/value.ts";

const CHECKSUM_LENGTH = 8;

/** The line, with its line feed. */
export function encodeRecord(value: YsonValue): Buffer {
  const text = writeYsonText(value);
  return bufferOf(`${checksum(text)} ${text}\n`);
}

/** The value of a line, or undefined when it is none that was written here. @param line without line feed */
export function decodeRecord(line: ByteString): YsonValue | undefined {
  const text = line.slice(CHECKSUM_LENGTH + 1);
  if (line.slice(0, CHECKSUM_LENGTH) !== checksum(text)) {
    return undefined;
  }
  try {
    return parseYson(text);
  } catch (error) {
    if (error instanceof ValueSyntaxError) {
      return undefined;
    }
    throw error;
  }
}

function checksum(text: ByteString): string {
  return crc32(bufferOf(text)).toString(16).padStart(CHECKSUM_LENGTH, "0");
}
