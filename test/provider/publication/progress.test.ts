/** The lines that tell how far a long upload is, by a clock that nobody waits for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createProgressReporter } from "../../../provider/publication/progress.ts";
import { createRecordingClock } from "../../tools/recording-clock.ts";

const MIB = 1024 * 1024;

/** A reporter, and each line with the second in which it was said. */
function recorded(totalBytes: number) {
  const lines: string[] = [];
  const clock = createRecordingClock();
  const say = (line: string) => lines.push(`${Math.round(clock.now() / 1000)}: ${line}`);
  const reporter = createProgressReporter(totalBytes, say, clock);
  /** Sends at an even speed from one size to another. */
  const send = (
    report: (sentBytes: number) => void,
    from: number,
    to: number,
    bytesPerSecond: number,
  ): void => {
    for (let sent = from; sent < to;) {
      sent = Math.min(sent + bytesPerSecond / 10, to);
      clock.advance(100);
      report(sent);
    }
  };
  return { lines, clock, reporter, send };
}

test("createProgressReporter() is silent about what takes less than two seconds, whatever its size", () => {
  const { lines, reporter, send } = recorded(1000 * MIB);
  send(reporter.part(), 0, 1000 * MIB, 550 * MIB);
  assert.deepEqual(lines, []);
});

test("createProgressReporter() tells percent, and when they are known speed and time left, every few seconds", () => {
  const { lines, reporter, send } = recorded(100 * MIB);
  send(reporter.part(), 0, 100 * MIB, 3 * MIB);
  assert.deepEqual(lines, [
    "2: [Upload] 6 % (6.3 MiB of 100.0 MiB)",
    "4: [Upload] 12 %, 3.0 MiB/s, 30 s left (12.3 MiB of 100.0 MiB)",
    "6: [Upload] 18 %, 3.0 MiB/s, 28 s left (18.3 MiB of 100.0 MiB)",
    "8: [Upload] 24 %, 3.0 MiB/s, 26 s left (24.3 MiB of 100.0 MiB)",
    "10: [Upload] 30 %, 3.0 MiB/s, 24 s left (30.3 MiB of 100.0 MiB)",
    "12: [Upload] 36 %, 3.0 MiB/s, 22 s left (36.3 MiB of 100.0 MiB)",
    "14: [Upload] 42 %, 3.0 MiB/s, 20 s left (42.3 MiB of 100.0 MiB)",
    "16: [Upload] 48 %, 3.0 MiB/s, 18 s left (48.3 MiB of 100.0 MiB)",
    "18: [Upload] 55 %, 3.0 MiB/s, 15 s left (55.2 MiB of 100.0 MiB)",
    "21: [Upload] 63 %, 3.0 MiB/s, 13 s left (63.3 MiB of 100.0 MiB)",
    "24: [Upload] 72 %, 3.0 MiB/s, 10 s left (72.3 MiB of 100.0 MiB)",
    "28: [Upload] 82 %, 3.0 MiB/s, 6 s left (82.8 MiB of 100.0 MiB)",
    "32: [Upload] 94 %, 3.0 MiB/s, 2 s left (94.8 MiB of 100.0 MiB)",
  ]);
});

test("createProgressReporter() does not take what fills the system's buffers for the speed of the line", () => {
  const { lines, reporter, send } = recorded(100 * MIB);
  const report = reporter.part();
  send(report, 0, 8 * MIB, 80 * MIB);
  send(report, 8 * MIB, 14 * MIB, 1 * MIB);
  assert.equal(lines.at(-1), "6: [Upload] 13 %, 1.0 MiB/s, 87 s left (14.0 MiB of 100.0 MiB)");
});

test("createProgressReporter() tells of a stall, in place of a time left that nobody knows", () => {
  const { lines, clock, reporter, send } = recorded(100 * MIB);
  const report = reporter.part();
  send(report, 0, 20 * MIB, 4 * MIB);
  for (let second = 1; second <= 20; second += 1) {
    clock.advance(1000);
    report(20 * MIB);
  }
  assert.match(
    lines.at(-1) ?? "",
    /^2\d: \[Upload\] 20 %, stalled for \d\d s \(20.0 MiB of 100.0 MiB\)$/,
  );
  // The mean of the last seconds falls meanwhile, and the time left grows with it.
  assert.deepEqual(
    lines.slice(1, 5).map((line) => /(?<=, )\d+ s left/.exec(line)?.[0]),
    ["21 s left", "26 s left", "36 s left", "47 s left"],
  );
});

test("createProgressReporter() counts a stall from the beginning where nothing is sent at all", () => {
  const { lines, clock, reporter } = recorded(100 * MIB);
  const report = reporter.part();
  clock.advance(1_000_000);
  for (let second = 1; second <= 20; second += 1) {
    clock.advance(1000);
    report(0);
  }
  assert.equal(lines[0], "1003: [Upload] 0 % (0 B of 100.0 MiB)");
  assert.match(lines.at(-1) ?? "", /^10\d\d: \[Upload\] 0 %, stalled for 1\d s /);
});

test("createProgressReporter() tells at once what was sent in vain, and counts it no more", () => {
  const { lines, clock, reporter, send } = recorded(100 * MIB);
  const [report, other] = [reporter.part(), reporter.part()];
  other(MIB);
  send(report, 0, 30 * MIB, 10 * MIB);
  report(0);
  other(0);
  clock.advance(4000);
  send(report, 0, 35 * MIB, 10 * MIB);
  assert.deepEqual(lines.slice(1), [
    "3: [Upload] 1 %, broken off after 30.0 MiB (1.0 MiB of 100.0 MiB)",
    "7: [Upload] 1 %, broken off after 1.0 MiB (1.0 MiB of 100.0 MiB)",
    "9: [Upload] 21 %, 5.1 MiB/s, 16 s left (21.0 MiB of 100.0 MiB)",
  ]);
});

test("createProgressReporter() adds up parts that are sent at once, and waits for the cluster in the end", () => {
  const { lines, clock, reporter } = recorded(8 * MIB);
  const [first, second] = [reporter.part(), reporter.part()];
  first(MIB);
  second(2 * MIB);
  clock.advance(2000);
  first(2 * MIB);
  clock.advance(2000);
  first(5 * MIB);
  second(3 * MIB);
  clock.advance(20_000);
  second(3 * MIB);
  assert.deepEqual(lines, [
    "2: [Upload] 50 % (4.0 MiB of 8.0 MiB)",
    "4: [Upload] 87 %, 1.5 MiB/s, 1 s left (7.0 MiB of 8.0 MiB)",
    "24: [Upload] 100 %, waiting for the cluster (8.0 MiB)",
  ]);
});

test("createProgressReporter() fits its longest lines into a terminal of 80 columns", () => {
  const { lines, reporter, send } = recorded(10_000 * MIB);
  send(reporter.part(), 0, 15 * MIB, 1000 * 1024);
  const longest = Math.max(...lines.map((line) => line.length - "2: ".length));
  assert.ok(longest <= 68, lines.join("\n"));
});
