/** The history for people, of versions and times that no clock of a test can make at will. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { historyText } from "../../../cli/history/history-text.ts";
import { createPainter } from "../../../cli/terminal/colors.ts";
import type { HistoryEntry } from "../../../provider/cluster.ts";
import { PUBLISHER } from "../../tools/publication-fixtures.ts";

function entry(publishedAt: string, liveSince?: string): HistoryEntry {
  return {
    digest: "1".repeat(64),
    sha256: "2".repeat(64),
    md5: "3".repeat(32),
    sizeBytes: 1,
    path: "//home/me/build/versions/1/source.tar.gz",
    publishedAt,
    liveSince,
    publisher: PUBLISHER,
    promotedFrom: undefined,
    promotedAt: undefined,
    marks: [],
  };
}

function linesOf(...versions: readonly HistoryEntry[]): readonly string[] {
  const history = { buildFolder: "//home/me/build", proxy: "test", versions };
  return historyText(history, createPainter(false)).slice(3);
}

test("historyText() says since when a version is live that another one had replaced", () => {
  const back = entry("2026-01-01T10:00:00.000001Z", "2026-01-03T12:30:00.5Z");
  const lines = linesOf(entry("2026-01-02T10:00:00Z"), back);
  assert.equal(lines.length, 3);
  assert.equal(lines[2], "  live since 2026-01-03T12:30:00Z");
});

test("historyText() says nothing of the moments that a publication takes", () => {
  const slow = entry("2026-01-02T10:00:00.999999Z", "2026-01-02T10:00:01.000001Z");
  assert.equal(linesOf(slow, entry("2026-01-01T10:00:00Z")).length, 2);
});
