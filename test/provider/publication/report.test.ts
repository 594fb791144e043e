/** The lines that tell of a publication: progress and success. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  countReusedParts,
  createProgressReporter,
  formatSuccess,
} from "../../../provider/publication/report.ts";
import { createRecordingClock } from "../../tools/recording-clock.ts";

const MIB = 1024 * 1024;

test("formatSuccess() tells size, parts reused and bytes sent", () => {
  const published = { sizeBytes: 12_595, bytesSent: 17, partsReused: 4, partCount: 5 };
  assert.equal(
    formatSuccess(published),
    "[Upload] Code uploaded successfully: 12.3 KiB, 4 of 5 parts reused, 17 B sent",
  );
});

test("countReusedParts() counts equal digests under equal keys", () => {
  assert.equal(countReusedParts({ a: "1", b: "2", c: "3" }, { a: "1", b: "9", d: "3" }), 1);
});

test("createProgressReporter() is silent about short uploads", () => {
  const lines: string[] = [];
  const report = createProgressReporter(
    8 * MIB,
    (line) => lines.push(line),
    createRecordingClock(),
  );
  report(4 * MIB);
  assert.deepEqual(lines, []);
});

test("createProgressReporter() tells every 10 percent", () => {
  const lines: string[] = [];
  const report = createProgressReporter(
    100 * MIB,
    (line) => lines.push(line),
    createRecordingClock(),
  );
  for (let sent = 1; sent <= 25; sent += 1) {
    report(sent * MIB);
  }
  assert.deepEqual(lines, [
    "[Upload] 10.0 MiB of 100.0 MiB sent (10 %)",
    "[Upload] 20.0 MiB of 100.0 MiB sent (20 %)",
  ]);
});

test("createProgressReporter() tells every 5 seconds of a slow upload, and starts over with it", () => {
  const lines: string[] = [];
  const clock = createRecordingClock();
  const report = createProgressReporter(100 * MIB, (line) => lines.push(line), clock);
  clock.advance(5000);
  report(3 * MIB);
  clock.advance(4000);
  report(4 * MIB);
  report(10);
  clock.advance(5000);
  report(MIB);
  assert.deepEqual(lines, [
    "[Upload] 3.0 MiB of 100.0 MiB sent (3 %)",
    "[Upload] 1.0 MiB of 100.0 MiB sent (1 %)",
  ]);
});
