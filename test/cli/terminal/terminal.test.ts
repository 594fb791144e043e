/** What terminals can show. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, textFor } from "../../../cli/terminal/terminal.ts";

test("columnsOf() knows the columns of a terminal only, and of one that says them", () => {
  assert.equal(columnsOf({ isTTY: true, columns: 40 }), 40);
  assert.equal(columnsOf({ isTTY: true, columns: 0 }), undefined);
  assert.equal(columnsOf({ isTTY: true }), undefined);
  assert.equal(columnsOf({ columns: 40 }), undefined);
});

for (const [environment, shown] of [
  [{}, "└─ é…"],
  [{ LANG: "C.UTF-8" }, "└─ é…"],
  [{ LANG: "C", LC_ALL: "en_US.utf8" }, "└─ é…"],
  [{ LANG: "C", LC_ALL: "" }, "`- é..."],
  [{ LANG: "en_US.UTF-8", LC_CTYPE: "POSIX" }, "`- é..."],
  [{ LANG: "de_DE.ISO-8859-1" }, "`- é..."],
] as const) {
  test(`textFor() makes ${JSON.stringify(shown)} of a branch on a terminal with ${JSON.stringify(environment)}`, () => {
    assert.equal(textFor({ isTTY: true }, environment)("└─ é…"), shown);
    assert.equal(textFor({}, environment)("└─ é…"), "└─ é…");
  });
}
