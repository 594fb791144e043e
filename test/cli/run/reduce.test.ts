/** `ytcode run` of a reducer and of a map-reduce: sorting and groups. */
import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { makeStages, runCommand } from "./run-command.ts";

const COPY = "import sys\nfor line in sys.stdin:\n    print(line, end='')\n";
/** Two rows for each. */
const TWICE = "import sys\nfor line in sys.stdin:\n    print(line, line, sep='', end='')\n";

/** Rows as JSON lines. */
function rows(...values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

const UNSORTED = rows(
  { k: "b", n: 2 },
  { k: "a", n: 9 },
  { k: "b", n: 1 },
  { n: 0 },
  { k: 7, n: 5 },
);

test("ytcode run gives a reducer its input as it is", async (t) => {
  const folder = await makeStages(t, { "sum/src/reducer.py": COPY }, { "in.jsonl": UNSORTED });
  const args = [".", "sum", "--input", "in.jsonl", "--output", "-"];
  const { status, stdout } = await runCommand(t, folder, args);
  assert.deepEqual([status, stdout], [0, UNSORTED]);
});

test("ytcode run sorts a reducer's input by its columns, and keeps the order of equal rows", async (t) => {
  const folder = await makeStages(t, { "sum/src/reducer.py": COPY }, { "in.jsonl": UNSORTED });
  const args = [".", "sum", "--input", "in.jsonl", "--output", "-", "--reduce-by", "k"];
  const { status, stdout, stderr } = await runCommand(t, folder, args);
  assert.equal(
    stdout,
    rows({ n: 0 }, { k: 7, n: 5 }, { k: "a", n: 9 }, { k: "b", n: 2 }, { k: "b", n: 1 }),
  );
  assert.equal(status, 0);
  assert.match(stderr, /\n\[Run\] Sorting 5 rows, 70 B by k\n$/);
  const inSandbox = path.join(folder, ".dev/sandbox_in->stdout/sorted.jsonl");
  assert.equal(await readFile(inSandbox, "utf8"), stdout);
});

test("ytcode run sorts groups by more columns, and puts key switches between them", async (t) => {
  const folder = await makeStages(t, { "sum/src/reducer.py": COPY }, { "in.jsonl": UNSORTED });
  const columns = ["--reduce-by", "k", "--sort-by", "k, n", "--enable-key-switch"];
  const args = [".", "sum", "--input", "in.jsonl", "--output", "-", ...columns];
  const { stdout } = await runCommand(t, folder, args);
  const keySwitch = { $attributes: { key_switch: true }, $value: null };
  assert.equal(
    stdout,
    rows(
      { n: 0 },
      keySwitch,
      { k: 7, n: 5 },
      keySwitch,
      { k: "a", n: 9 },
      keySwitch,
      { k: "b", n: 1 },
      { k: "b", n: 2 },
    ),
  );
});

test("ytcode run runs a mapper, sorts, and runs a reducer", async (t) => {
  const stage = { "both/src/mapper.py": TWICE, "both/src/reducer.py": COPY };
  const folder = await makeStages(t, stage, { "in.jsonl": rows({ k: "b" }, { k: "a" }) });
  const args = [".", "both", "--input", "in.jsonl", "--reduce-by", "k"];
  const { status, stderr } = await runCommand(t, folder, args);
  assert.equal(
    stderr,
    `[Run] Building ${folder}\n` +
      '[Run] Map-reduce of "both" in ".dev/sandbox_in->both": 2 rows, 20 B\n' +
      "[Run] Sorting 4 rows, 40 B by k\n" +
      '[Run] 4 rows, 40 B in ".dev/sandbox_in->both/output.jsonl"\n',
  );
  assert.equal(status, 0);
  const sandbox = path.join(folder, ".dev/sandbox_in->both");
  const read = (name: string): Promise<string> => readFile(path.join(sandbox, name), "utf8");
  assert.equal(
    await read("intermediate.jsonl"),
    rows({ k: "b" }, { k: "b" }, { k: "a" }, { k: "a" }),
  );
  assert.equal(await read("output.jsonl"), rows({ k: "a" }, { k: "a" }, { k: "b" }, { k: "b" }));
});

test("ytcode run stops a map-reduce at the first leg that fails", async (t) => {
  const stage = {
    "both/src/mapper.py": "import sys; sys.exit(3)",
    "both/src/reducer.py": "open('reduced', 'w')",
  };
  const folder = await makeStages(t, stage);
  const { status, stderr } = await runCommand(t, folder, [".", "both", "--reduce-by", "k"]);
  assert.equal(status, 3);
  assert.match(stderr, /\nytcode: The map of the stage "both" failed with exit status 3: /);
  await assert.rejects(access(path.join(folder, ".dev/sandbox_stdin->both/reduced")));
});

test("ytcode run fails with a reducer's status, and says how to run that alone", async (t) => {
  const stage = { "both/src/mapper.py": COPY, "both/src/reducer.py": "import sys; sys.exit(4)" };
  const folder = await makeStages(t, stage);
  const { status, stderr } = await runCommand(t, folder, [".", "both", "--reduce-by", "k"]);
  assert.equal(status, 4);
  assert.ok(
    stderr.endsWith(
      'ytcode: The reduce of the stage "both" failed with exit status 4: look into ".dev/sandbox_stdin->both", ' +
        "or run it again there with: bash ./operation_wrapper_both_map_reduce_reducer.sh < sorted.jsonl\n",
    ),
    stderr,
  );
});

test("ytcode run names the row that cannot be sorted", async (t) => {
  const stage = { "both/src/mapper.py": COPY, "both/src/reducer.py": COPY };
  const folder = await makeStages(t, stage, { "in.jsonl": '{"k": 1}\n\n{"k": [1]}\n' });
  const args = [".", "both", "--input", "in.jsonl", "--reduce-by", "k"];
  const { status, stderr } = await runCommand(t, folder, args);
  assert.equal(status, 1);
  assert.equal(
    stderr.trimEnd().split("\n").at(-1),
    `ytcode: Cannot sort what the mapper wrote, "${folder}/.dev/sandbox_in->both/intermediate.jsonl", ` +
      'as of row 3 its "k" is a list or a map, which have no order',
  );
  const alone = await runCommand(t, folder, [...args, "--operation", "reduce"]);
  assert.equal(
    alone.stderr.trimEnd().split("\n").at(-1),
    'ytcode: Cannot sort the input as of row 3 its "k" is a list or a map, which have no order',
  );
});
