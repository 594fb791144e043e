/** Where archives are cut: the same bytes alike, and an edit moves few cuts. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { chooseCuts, findMarks } from "../../../../provider/publication/pieces/cuts.ts";
import { cutArchive } from "../../../../provider/publication/pieces/cut-archive.ts";
import type { Piece } from "../../../../provider/publication/pieces/piece-source.ts";
import { pieceBytesFor } from "../../../../provider/publication/pieces/settings.ts";
import { editSegment, joinSegments, makeSegments, SMALL_PIECES } from "../../../tools/pieces.ts";
import { sha256 } from "../../../tools/publication-fixtures.ts";
import { makeTemporaryFolder } from "../../../tools/test-cluster.ts";

test("findMarks() finds the ends of segments, wherever reads of the file end", async (t) => {
  const file = join(await makeTemporaryFolder(t), "source.tar.gz");
  const flush = Buffer.from([0, 0, 0xff, 0xff]);
  // Reads are of 1 MiB: one flush is across the end of the first, one is just at the end of the second.
  const before = [2 ** 20 - 2, 2 ** 20 - 6, 2 ** 20 - 20].map((size) => Buffer.alloc(size, 1));
  await writeFile(file, Buffer.concat(before.flatMap((bytes) => [bytes, flush])));
  const offsets = (await findMarks(file)).map(({ offset }) => offset);
  assert.deepEqual(offsets, [2 ** 20 + 2, 2 ** 21, 3 * 2 ** 20 - 16]);
});

test("an edit changes one or two pieces and the checksum at the end", async (t) => {
  const file = join(await makeTemporaryFolder(t), "source.tar.gz");
  const piecesOf = async (bytes: Buffer): Promise<readonly string[]> => {
    await writeFile(file, bytes);
    const cutting = cutArchive(file, bytes.length, SMALL_PIECES);
    const pieces: Piece[] = [];
    let next = await cutting.next();
    for (; next.done !== true; next = await cutting.next()) {
      pieces.push(next.value);
    }
    assert.deepEqual(next.value, { sha256: sha256(bytes), sizeBytes: bytes.length });
    for (const { offset, sizeBytes, ...piece } of pieces) {
      assert.equal(piece.sha256, sha256(bytes.subarray(offset, offset + sizeBytes)));
      assert.ok(sizeBytes <= 1.5 * SMALL_PIECES.pieceBytes);
    }
    assert.equal(
      pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      bytes.length,
    );
    return pieces.map((piece) => piece.sha256);
  };
  const segments = makeSegments(100);
  const before = await piecesOf(joinSegments(segments));
  assert.ok(before.length > 20 && before.length < 60, `${before.length} pieces`);
  let changed = 0;
  for (let index = 0; index < 100; index += 10) {
    const after = await piecesOf(joinSegments(editSegment(segments, index)));
    changed += after.filter((piece) => !before.includes(piece)).length;
  }
  // One of the edited stretch, one of the checksum, and at times the next one.
  assert.ok(changed <= 35, `${changed} pieces of 10 edits`);
});

test("chooseCuts() cuts what has no ends of segments, or nothing else", async (t) => {
  assert.deepEqual(chooseCuts([], 1008, 200), [300, 600, 900, 1000]);
  assert.deepEqual(chooseCuts([], 8, 200), []);
  const file = join(await makeTemporaryFolder(t), "flushes");
  await writeFile(file, Buffer.alloc(1_000_000, Buffer.from([0, 0, 0xff, 0xff])));
  const marks = await findMarks(file);
  assert.ok(marks.length < 32);
  await writeFile(file, randomBytes(0));
  assert.deepEqual(await findMarks(file), []);
});

test("pieces grow with the archive, in steps of two", () => {
  const mib = 1024 * 1024;
  const settings = { aboveBytes: 32 * mib, pieceBytes: 2 * mib };
  const sizes = [33, 256, 257, 512, 513, 10_240].map((size) => pieceBytesFor(size * mib, settings));
  assert.deepEqual(
    sizes.map((size) => size / mib),
    [2, 2, 4, 4, 8, 128],
  );
});

test("cutArchive() stops in the middle of a piece", async (t) => {
  const file = join(await makeTemporaryFolder(t), "source.tar.gz");
  const bytes = Buffer.alloc(4 * 2 ** 20);
  await writeFile(file, bytes);
  const stopping = new AbortController();
  const settings = { ...SMALL_PIECES, pieceBytes: bytes.length };
  const cutting = cutArchive(file, bytes.length, settings, stopping.signal);
  const first = cutting.next();
  stopping.abort();
  await assert.rejects(first, { name: "AbortError" });
});
