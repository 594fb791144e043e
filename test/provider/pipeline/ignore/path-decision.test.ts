/** What is decided about a single path: rules for links, and the directory that is excluded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decidePath } from "../../../../provider/pipeline/ignore/path-decision.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

test("decidePath() applies rules for files and for directories to a link", async (t) => {
  const source = await makeTree(t, {
    ".ytignore": "cache/\nnotes\n!kept/\n",
    "real/x": "",
    cache: { link: "absent" },
    notes: { link: "absent" },
    kept: { link: "real" },
    other: { link: "absent" },
  });
  const byRules = (line: number, text: string): object => ({
    rule: { type: "file", file: `${source}/.ytignore`, line, text },
    excludedDirectory: undefined,
  });
  assert.deepEqual(decidePath({ source }, "cache"), {
    type: "excluded",
    byRules: { isExcluded: true, ...byRules(1, "cache/") },
  });
  assert.deepEqual(decidePath({ source }, "notes"), {
    type: "excluded",
    byRules: { isExcluded: true, ...byRules(2, "notes") },
  });
  assert.equal(decidePath({ source }, "kept").type, "directory");
  assert.deepEqual(decidePath({ source, linksWithin: source }, "other"), {
    type: "refused",
    reason:
      `Cannot pack the link "other" as it leads nowhere: "${source}/other" -> "absent"; ` +
      'mend it, or exclude it in ".ytignore"',
  });
});

test("decidePath() names the excluded directory only for what is below it", async (t) => {
  const rulesFrom = await makeTree(t, { ".ytignore": "lib/\n", "lib/sub/x": "" });
  const byRules = {
    isExcluded: true,
    rule: { type: "file", file: `${rulesFrom}/.ytignore`, line: 1, text: "lib/" },
  };
  const options = { source: `${rulesFrom}/lib`, rulesFrom };
  assert.deepEqual(decidePath(options, ""), {
    type: "excluded",
    byRules: { ...byRules, excludedDirectory: undefined },
  });
  assert.deepEqual(decidePath(options, "sub/x"), {
    type: "excluded",
    byRules: { ...byRules, excludedDirectory: "lib" },
  });
});
