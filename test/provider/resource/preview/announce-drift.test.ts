/** What a refresh says of drift, whatever was said before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { announceDrift } from "../../../../provider/resource/preview/announce.ts";
import { keyOf, PreviewNotes } from "../../../../provider/resource/preview/notes.ts";
import { isToBeSaid } from "../../../../provider/resource/preview/previewed.ts";

const DECLARER = { project: "sales", stack: "dev", resource: `daily-${process.pid}` };
const LINE = `${DECLARER.resource}: //home/me/build/source.tar.gz is missing; up builds it again`;

test("announceDrift() says in each refresh what it has found, also after a preview that has said it", () => {
  const outputs = {
    __declarer: DECLARER,
    mode: "dev",
    archive: "archive missing: //home/me/build/source.tar.gz",
  };
  isToBeSaid(keyOf(DECLARER), LINE, true);
  const lines: string[] = [];
  for (const notes of [new PreviewNotes(), new PreviewNotes()]) {
    const log = (line: string): number => lines.push(line);
    announceDrift(outputs, { notes, log });
    announceDrift(outputs, { notes, log });
  }
  assert.deepEqual(lines, [LINE, LINE]);
});
