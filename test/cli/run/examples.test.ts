/** `ytcode run` on the project's examples: the rows that each should give. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import {
  findExampleOperations,
  parseRows,
  readRows,
} from "../../behaviour/examples/example-stages.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { copyExample, runCommand } from "./run-command.ts";

const operations = await findExampleOperations();

for (const { name, pipeline, stage, operation, input, expected } of operations) {
  // One needs requirements (see python.test.ts), and one stage is not enabled.
  if (input === undefined || stage === "referrers") {
    continue;
  }
  test(`ytcode run gives the expected rows of the example ${name}`, async (t) => {
    const folder = await makeTree(t);
    const copy = path.join(folder, path.basename(pipeline));
    await copyExample(pipeline, copy);
    const args = [
      copy,
      stage,
      "--operation",
      operation,
      "--input",
      input,
      "--output",
      "rows.jsonl",
    ];
    const { status, stderr } = await runCommand(t, folder, args);
    assert.equal(status, 0, stderr);
    const rows = parseRows(await readFile(path.join(folder, "rows.jsonl"), "utf8"));
    assert.deepEqual(rows, await readRows(expected));
  });
}

test("ytcode run gives the rows of word_count's mapper and reducer together", async (t) => {
  const example = operations.find(({ name }) => name === "word_count/count_words/map");
  assert.ok(example?.input !== undefined);
  const folder = await makeTree(t);
  await copyExample(example.pipeline, folder);
  const args = [
    ".",
    "count_words",
    "--input",
    example.input,
    "--reduce-by",
    "word",
    "--output",
    "-",
  ];
  const { status, stdout, stderr } = await runCommand(t, folder, args);
  assert.equal(status, 0, stderr);
  assert.deepEqual(parseRows(stdout), await readRows(example.expected));
});
