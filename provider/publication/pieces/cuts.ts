/** Where an archive is cut into pieces: at places that its content tells, so that an edit moves few cuts. */
import { fnv1a, FNV_BASIS } from "../../../common/values/fnv1a.ts";
import { readAhead } from "../../../common/files/read-ahead.ts";

/** What ends a segment of a packed archive: an empty block of deflate, as each flush leaves it (RFC 1951, 3.2.4). */
const FLUSH = Buffer.from([0x00, 0x00, 0xff, 0xff]);
/** So many bytes after it tell one such place from another. */
const TELLING_BYTES = 16;
/** Of places that are closer together only the first counts, in bytes: whatever the content, there are not too many. */
const LEAST_DISTANCE = 32 * 1024;
/** A gzip file ends in a checksum of all of it (RFC 1952, 2.3.1), which is a piece of its own, in bytes. */
const CHECKSUM_BYTES = 8;

/** A place where an archive may be cut. */
export interface Mark {
  /** Of the first byte after the cut. */
  readonly offset: number;
  /** Follows from the content there; of several places the one with the lowest is taken. */
  readonly rank: number;
}

/** Finds the places where segments end, looking at the bytes alone: it does not matter who has packed them. */
export async function findMarks(path: string): Promise<readonly Mark[]> {
  const marks: Mark[] = [];
  let before: Buffer = Buffer.alloc(0);
  let start = 0;
  const look = (bytes: Buffer, isEnd: boolean): void => {
    let at = bytes.indexOf(FLUSH);
    const needed = isEnd ? FLUSH.length : FLUSH.length + TELLING_BYTES;
    while (at !== -1 && at + needed <= bytes.length) {
      const offset = start + at + FLUSH.length;
      if (offset - (marks.at(-1)?.offset ?? 0) >= LEAST_DISTANCE) {
        marks.push({ offset, rank: rankOf(bytes.subarray(at + FLUSH.length)) });
      }
      at = bytes.indexOf(FLUSH, at + FLUSH.length);
    }
    const rest = at === -1 ? Math.max(0, bytes.length - FLUSH.length + 1) : at;
    before = Buffer.from(bytes.subarray(rest));
    start += rest;
  };
  for await (const chunk of readAhead(path)) {
    look(Buffer.concat([before, chunk]), false);
  }
  look(before, true);
  return marks;
}

function rankOf(bytes: Buffer): number {
  return bytes.subarray(0, TELLING_BYTES).reduce(fnv1a, FNV_BASIS) >>> 0;
}

/**
 * The cuts between pieces: after each the next one is, of the places from half to one and a half times the wanted
 * size away, the one with the lowest rank. So two archives that differ in one place have the same cuts soon after it.
 *
 * @returns offsets in order, without 0 and the end
 */
export function chooseCuts(
  marks: readonly Mark[],
  sizeBytes: number,
  pieceBytes: number,
): readonly number[] {
  const end = Math.max(0, sizeBytes - CHECKSUM_BYTES);
  const cuts: number[] = [];
  let start = 0;
  while (end - start > 1.5 * pieceBytes) {
    const [from, to] = [start + pieceBytes / 2, start + 1.5 * pieceBytes];
    const best = marks
      .filter(({ offset }) => offset >= from && offset <= to)
      .reduce<Mark | undefined>((a, b) => (a === undefined || b.rank < a.rank ? b : a), undefined);
    start = best?.offset ?? Math.floor(to);
    cuts.push(start);
  }
  return end > 0 ? [...cuts, end] : cuts;
}
