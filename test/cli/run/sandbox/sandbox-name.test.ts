/** The names of sandboxes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sandboxName } from "../../../../cli/run/sandbox/sandbox-name.ts";

const MAP = { stage: "clean", isVanilla: false, input: undefined, output: undefined };

for (const [fact, naming, wanted] of [
  [
    "files without their extensions",
    { ...MAP, input: "/a/b.c.jsonl", output: "x/y.jsonl" },
    "sandbox_b.c->y",
  ],
  ["standard input and output", { ...MAP, output: "-" }, "sandbox_stdin->stdout"],
  ["the stage when no output is named", { ...MAP, input: "rows.jsonl" }, "sandbox_rows->clean"],
  ["_ for what a shell minds", { ...MAP, input: "a b$'\"*\n.jsonl" }, "sandbox_a_b_____->clean"],
  [
    "letters of all alphabets",
    { ...MAP, input: "Größe-ряды_1.jsonl" },
    "sandbox_Größe-ряды_1->clean",
  ],
  ["the stage alone for vanilla", { ...MAP, isVanilla: true, output: "x.jsonl" }, "clean_sandbox"],
] as const) {
  test(`sandboxName() takes ${fact}`, () => {
    assert.equal(sandboxName(naming), wanted);
  });
}

test("sandboxName() is a file name for any input and output", () => {
  const name = fc.string({ unit: "grapheme", maxLength: 400 });
  fc.assert(
    fc.property(name, name, (input, output) => {
      const folder = sandboxName({ ...MAP, input, output });
      assert.match(folder, /^sandbox_[^/\0]+->[^/\0]+$/u);
      assert.ok(Buffer.byteLength(folder) <= 250, folder);
    }),
  );
});
