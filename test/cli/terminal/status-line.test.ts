/** The lines at the bottom of a terminal: what is drawn, and what is left when they are cleared. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { StatusLine, writeOverLine } from "../../../cli/terminal/status-line.ts";

const CLEAR = "\r\u001b[K";
const UP = "\u001b[A";

function terminalWith(lines: readonly string[], size: { columns: number; rows: number }) {
  const written: string[] = [];
  const terminal = { ...size, isTTY: true, write: (text: string) => written.push(text) };
  return { terminal, written, status: new StatusLine(terminal, () => lines) };
}

test("StatusLine draws several lines, each cut to the terminal's width, and clears them all", () => {
  const size = { columns: 6, rows: 24 };
  const { status, written } = terminalWith(["first line", "b", "c"], size);
  status.draw();
  status.clear();
  status.clear();
  assert.deepEqual(written, ["firs…\nb\nc", `${CLEAR}${UP}${CLEAR}${UP}${CLEAR}`]);
});

test("StatusLine draws no more lines than it could clear", () => {
  const { status, written } = terminalWith(["a", "b", "c", "d"], { columns: 80, rows: 4 });
  status.draw();
  assert.deepEqual(written, ["a\nb\nand 2 more"]);
  const lines = Array.from({ length: 30 }, (_, index) => String(index));
  const tall = terminalWith(lines, { columns: 80, rows: 50 });
  tall.status.draw();
  assert.equal(tall.written.join("").split("\n").at(-1), "and 23 more");
});

test("writeOverLine() takes away every line that is drawn", () => {
  const { status, terminal, written } = terminalWith(["a", "b"], { columns: 80, rows: 24 });
  status.draw();
  writeOverLine(terminal, "Stopping\n");
  status.clear();
  assert.deepEqual(written, ["a\nb", `${CLEAR}${UP}${CLEAR}`, `${CLEAR}Stopping\n`]);
});
