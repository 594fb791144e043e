/** Which entries of `ignoreChanges` and `replaceOnChanges` are about parts, and how they are written. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { UserError } from "../../../common/errors/user-error.ts";
import {
  parseChangeOptions,
  takeChangeOptions,
} from "../../../provider/resource/change-options.ts";

test("takeChangeOptions() leaves to Pulumi what names no parts", () => {
  const ignoreChanges = ["mode", "stages/run", '["ytjobs/"]', "./words.txt"];
  const replaceOnChanges = ["[*]", "proxy"];
  const given = { protect: true, ignoreChanges, replaceOnChanges };
  assert.deepEqual(takeChangeOptions(given), {
    options: { protect: true, ignoreChanges: ["mode"], replaceOnChanges: ["proxy"] },
    taken: {
      ignoreChanges: ["stages/run", '["ytjobs/"]', "./words.txt"],
      replaceOnChanges: ["[*]"],
    },
  });
  assert.deepEqual(given.ignoreChanges, ignoreChanges);
});

test("takeChangeOptions() takes nothing where there is nothing to take", () => {
  for (const options of [{}, { ignoreChanges: ["mode"] }, { replaceOnChanges: [] }]) {
    assert.deepEqual(takeChangeOptions(options), { options, taken: undefined });
  }
});

test("parseChangeOptions() reads Pulumi's paths as parts' keys", () => {
  const mistakes: UserError[] = [];
  const ignoreChanges = ["stages/run", '["stages/x"]', '["a\\"b[1]/"]', "lib/words.v1.txt", "[*]"];
  const news = { __changeOptions: { ignoreChanges } };
  assert.deepEqual(parseChangeOptions(news, mistakes), {
    ignoreChanges: ["stages/run", "stages/x", 'a"b[1]/', "lib/words.v1.txt", "*"],
  });
  assert.deepEqual(mistakes, []);
  assert.equal(parseChangeOptions({}, mistakes), undefined);
});

test("parseChangeOptions() refuses what leads into a part", () => {
  const mistakes: UserError[] = [];
  const replaceOnChanges = ['stages/run["src/mapper.py"]', '["stages/run"].x', "stages/run[0]"];
  parseChangeOptions({ __changeOptions: { replaceOnChanges } }, mistakes);
  assert.deepEqual(
    mistakes.map(({ argument, message }) => [argument, message]),
    replaceOnChanges.map((path) => [
      "replaceOnChanges",
      `Cannot use "${path}" in replaceOnChanges as it leads into a part: name the whole part`,
    ]),
  );
});
