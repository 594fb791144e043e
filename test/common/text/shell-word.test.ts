/** Words for a shell. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shellWord } from "../../../common/text/shell-word.ts";
import { runProgram } from "../../ytjobs/run-python.ts";

test("shellWord() leaves plain words alone", () => {
  for (const word of ["dev", "organization/infra/dev", "../a_b-c.d", "/x@1%2+3:4,5"]) {
    assert.equal(shellWord(word), word);
  }
});

test("shellWord() gives what a shell reads as the same text", async () => {
  const texts = [
    "",
    "my project",
    "it's",
    '$HOME `id` \\ "',
    "a;b&c|d",
    "~",
    "*",
    "#x",
    "\u044f\n",
  ];
  const command = `printf '%s\\0' ${texts.map(shellWord).join(" ")}`;
  const { stdout } = await runProgram("sh", ["-c", command]);
  assert.deepEqual(stdout.split("\0").slice(0, -1), texts);
});
