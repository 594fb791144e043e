/** Archives that are large enough for pieces of a test's size. */
import { createCipheriv } from "node:crypto";

/** Archives above 100 kB are sent in pieces of 128 KiB on average. */
export const SMALL_PIECES = { aboveBytes: 100_000, pieceBytes: 128 * 1024 } as const;

/** Where an archive is cut follows from what it holds: with the same bytes in each run no test depends on chance. */
const keystream = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16));

/** Bytes that nobody can compress, and others each time. */
function nextBytes(count: number): Buffer {
  return keystream.update(Buffer.alloc(count));
}

/** Segments as they are packed: each ends in a flush. */
export function makeSegments(count: number): readonly Buffer[] {
  return Array.from({ length: count }, () =>
    Buffer.concat([nextBytes(40_000), Buffer.from([0, 0, 0xff, 0xff])]),
  );
}

/** Segments one after the other, and what closes a gzip file: two bytes, checksum, size. */
export function joinSegments(segments: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...segments, Buffer.from([3, 0]), nextBytes(8)]);
}

/** The same segments, one of them edited. */
export function editSegment(segments: readonly Buffer[], index: number): readonly Buffer[] {
  const edited = Buffer.concat([nextBytes(123), segments[index] ?? Buffer.alloc(0)]);
  return segments.with(index, edited);
}
