/** The stages of the examples, run on their rows. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runPython } from "../../ytjobs/run-python.ts";
import { EXAMPLES, findExampleOperations, parseRows, readRows } from "./example-stages.ts";

const operations = await findExampleOperations();

test("the examples have these operations, with rows to run each on", () => {
  assert.deepEqual(
    operations.map(({ name, input }) => (input === undefined ? `${name} without input` : name)),
    [
      "article_keywords/keywords/map",
      "price_report/report/vanilla without input",
      "web_sessions/parse_log/map",
      "web_sessions/referrers/map",
      "web_sessions/sessions/reduce",
      "word_count/count_words/map",
      "word_count/count_words/reduce",
    ],
  );
});

// These need nothing from the archive but ytjobs, so that they also run where they lie. The
// disabled stage "referrers" is in no archive and runs only here.
for (const { name, entryPoint, input, expected } of operations) {
  if (input === undefined || name.startsWith("article_keywords/")) {
    continue;
  }
  test(`${name} gives the expected rows where it lies`, async () => {
    const { status, stdout, stderr } = await runPython([entryPoint], { stdin: input });
    assert.equal(status, 0, stderr);
    assert.deepEqual(parseRows(stdout), await readRows(expected));
  });
}

for (const [fact, env] of [
  ["an ASCII locale", { LC_ALL: "C", PYTHONUTF8: "0", PYTHONCOERCECLOCALE: "0" }],
  ["a Latin-1 stdout", { PYTHONIOENCODING: "latin-1" }],
] as const) {
  test(`word_count/count_words/map gives the same rows under ${fact}`, async () => {
    const stage = join(EXAMPLES, "word_count/stages/count_words");
    const data = join(EXAMPLES, "word_count/data/count_words");
    const { stdout } = await runPython([join(stage, "src/mapper.py")], {
      stdin: join(data, "map.input.jsonl"),
      env,
    });
    assert.deepEqual(parseRows(stdout), await readRows(join(data, "map.expected.jsonl")));
  });
}

test("web_sessions/sessions/reduce has the mapper's rows as its input, sorted", async () => {
  const data = join(EXAMPLES, "web_sessions/data");
  const lines = async (file: string): Promise<string[]> =>
    (await readFile(join(data, file), "utf8")).trimEnd().split("\n");
  const mapped = await lines("parse_log/map.expected.jsonl");
  // Rows begin with the visitor and the time, so that the order of the lines is theirs.
  assert.deepEqual(await lines("sessions/reduce.input.jsonl"), mapped.toSorted());
});

test("word_count/count_words/reduce ends with the counts that one single mapper would give", async () => {
  const data = join(EXAMPLES, "word_count/data/count_words");
  // Its input comes from two mappers, so that some words have two rows to add up.
  assert.equal((await readRows(join(data, "reduce.input.jsonl"))).length, 52);
  assert.deepEqual(
    await readRows(join(data, "reduce.expected.jsonl")),
    await readRows(join(data, "map.expected.jsonl")),
  );
});
