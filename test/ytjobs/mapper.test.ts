/** `ytjobs.mapper`, run by Python on rows. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { makeTree } from "../tools/temporary-tree.ts";
import { runPython } from "./run-python.ts";
import type { Finished } from "./run-python.ts";

const ROWS = '{"n": 1}\n\n  {"n": 2}  \nno row\nnull\n{"n": 3}';

const NO_ROW =
  '{"error": "Failed to parse row: Expecting value: line 1 column 1 (char 0)", "row": "no row"}\n';

async function map(t: TestContext, code: string, rows = ROWS): Promise<Finished> {
  const folder = await makeTree(t, { rows });
  const program = `import sys\nfrom ytjobs import BatchMapper, StreamMapper, read_input_rows\n${code}`;
  return runPython(["-c", program], { stdin: path.join(folder, "rows") });
}

test("read_input_rows() yields each row, and reports what is none", async (t) => {
  assert.deepEqual(await map(t, "print(list(read_input_rows()))"), {
    status: 0,
    stdout: "[{'n': 1}, {'n': 2}, None, {'n': 3}]\n",
    stderr: NO_ROW,
  });
});

test("StreamMapper.map() writes what a function yields for each row, and not what it prints", async (t) => {
  const code = `
def double(row, factor):
    print("at", row["n"])
    yield {"n": row["n"] * factor}
    yield {"s": "ж"}
StreamMapper().map(double, factor=2)
print("end")
`;
  const letter = '{"s": "\\u0436"}\n';
  assert.deepEqual(await map(t, code), {
    status: 0,
    stdout: `{"n": 2}\n${letter}{"n": 4}\n${letter}{"n": 6}\n${letter}end\n`,
    stderr: `at 1\nat 2\n${NO_ROW}at 3\n`,
  });
});

test("StreamMapper.map() leaves what a function prints in the table when told so", async (t) => {
  const code = `
def show(row):
    print("at", row["n"])
    return [row]
StreamMapper().map(show, redirect_processing_output=False)
`;
  const { stdout } = await map(t, code, '{"n": 1}\n');
  assert.equal(stdout, 'at 1\n{"n": 1}\n');
});

test("StreamMapper.map() reports the row that a function fails on, and fails", async (t) => {
  const code = `
def fail(row):
    yield row
    row["more"] = {1, 2}
    raise RuntimeError("broken")
StreamMapper().map(fail)
`;
  const { status, stdout, stderr } = await map(t, code);
  assert.equal(status, 1);
  assert.equal(stdout, '{"n": 1}\n');
  const [first = "", second] = stderr.split("\n");
  assert.equal(first, '{"error": "Processing failed: broken", "row": {"n": 1, "more": "{1, 2}"}}');
  assert.equal(second, "Traceback (most recent call last):");
  assert.ok(stderr.endsWith("RuntimeError: broken\n"), stderr);
});

for (const [size, batches] of [
  ["", ["[1, 2, 3]"]],
  ["2", ["[1, 2]", "[3]"]],
  ["batch_size=3", ["[1, 2, 3]"]],
  ["1", ["[1]", "[2]", "[3]"]],
] as const) {
  test(`BatchMapper(${size}).map() calls a function with ${batches.join(" and ")}`, async (t) => {
    const code = `
def show(rows):
    yield [row["n"] for row in rows]
BatchMapper(${size}).map(show)
`;
    assert.deepEqual(await map(t, code), {
      status: 0,
      stdout: batches.map((batch) => `${batch}\n`).join(""),
      stderr: NO_ROW,
    });
  });
}

test("BatchMapper.map() calls no function when there are no rows", async (t) => {
  const code = "BatchMapper().map(lambda rows: 1 / 0)\nBatchMapper(2).map(lambda rows: 1 / 0)";
  assert.deepEqual(await map(t, code, "\n"), { status: 0, stdout: "", stderr: "" });
});

test("BatchMapper.map() reports the batch that a function fails on, and fails", async (t) => {
  const code = `
def fail(rows):
    if len(rows) == 1:
        raise RuntimeError("broken")
    yield len(rows)
BatchMapper(2).map(fail)
`;
  const { status, stdout, stderr } = await map(t, code);
  assert.equal(status, 1);
  assert.equal(stdout, "2\n");
  assert.equal(
    stderr.split("\n")[1],
    '{"error": "Processing failed: broken", "batch_size": 1, "batch_number": 1}',
  );
});
