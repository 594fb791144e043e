/** Decoding of Snappy blocks, which the Go client sends on demand and Node does not bring. */
import { ERROR_CODE, YtError } from "../errors/yt-error.ts";

/** Low two bits of a tag: what it stands for. */
const LITERAL = 0;
const COPY_1_BYTE_OFFSET = 1;
const COPY_2_BYTE_OFFSET = 2;

/** A literal's length is in its tag up to this, and in 1 to 4 bytes after it otherwise. */
const MAX_INLINE_LENGTH = 60;

/**
 * The content of a block (Snappy's block format: https://github.com/google/snappy, format_description.txt).
 *
 * @param maxBytes the longest content that is accepted
 * @throws {YtError} for what is no such block
 */
export function decodeSnappy(block: Buffer, maxBytes: number): Buffer {
  const preamble = readLength(block);
  if (preamble === undefined || preamble.length > maxBytes) {
    throw corrupt();
  }
  const content = Buffer.alloc(preamble.length);
  let at = preamble.end;
  let written = 0;
  while (at < block.length) {
    const element = readElement(block, at);
    if (element === undefined || written + element.length > content.length) {
      throw corrupt();
    }
    if (element.offset === undefined) {
      at = element.end + element.length;
      if (at > block.length) {
        throw corrupt();
      }
      block.copy(content, written, element.end, at);
    } else {
      at = element.end;
      if (element.offset === 0 || element.offset > written) {
        throw corrupt();
      }
      repeat(content, written, element.offset, element.length);
    }
    written += element.length;
  }
  if (written !== content.length) {
    throw corrupt();
  }
  return content;
}

/** A stretch of content: a literal that follows at `end`, or a copy of what is `offset` bytes back. */
interface Element {
  readonly length: number;
  readonly offset: number | undefined;
  /** Where the element's header ends. */
  readonly end: number;
}

function readElement(block: Buffer, at: number): Element | undefined {
  const tag = block.readUInt8(at);
  const kind = tag % 4;
  const rest = tag >> 2;
  if (kind === LITERAL) {
    const bytes = Math.max(0, rest + 1 - MAX_INLINE_LENGTH);
    const end = at + 1 + bytes;
    if (end > block.length) {
      return undefined;
    }
    const length = bytes === 0 ? rest : block.readUIntLE(at + 1, bytes);
    return { length: length + 1, offset: undefined, end };
  }
  const bytes = kind === COPY_1_BYTE_OFFSET ? 1 : kind === COPY_2_BYTE_OFFSET ? 2 : 4;
  const end = at + 1 + bytes;
  if (end > block.length) {
    return undefined;
  }
  const offset = block.readUIntLE(at + 1, bytes);
  return kind === COPY_1_BYTE_OFFSET
    ? { length: 4 + (rest % 8), offset: (tag >> 5) * 256 + offset, end }
    : { length: 1 + rest, offset, end };
}

/** Copies within the content, where the copy may begin before its source has ended. */
function repeat(content: Buffer, to: number, offset: number, length: number): void {
  for (let i = to; i < to + length; i++) {
    content.writeUInt8(content.readUInt8(i - offset), i);
  }
}

/** The length of the content: seven bits a byte, the lowest first, at most five bytes. */
function readLength(block: Buffer): { readonly length: number; readonly end: number } | undefined {
  let length = 0;
  for (const [index, byte] of block.subarray(0, 5).entries()) {
    length += (byte % 128) * 128 ** index;
    if (byte < 128) {
      return { length, end: index + 1 };
    }
  }
  return undefined;
}

function corrupt(): YtError {
  return new YtError(ERROR_CODE.generic, "Corrupt Snappy block");
}
