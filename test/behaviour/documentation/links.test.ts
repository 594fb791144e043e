/** What the documents name is there: files, and headings in them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findBrokenLinks } from "../../tools/document-links.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { REPOSITORY } from "../../ytjobs/run-python.ts";

test("The links in the documents lead somewhere", async (t) => {
  assert.deepEqual(await findBrokenLinks(REPOSITORY), []);

  await t.test("those that do not are found", async (subtest) => {
    const folder = await makeTree(subtest, {
      "README.md":
        "# One\n\n## `a` & b\n\n[x](docs/a.md#two), [y](#a--b), ![z](docs/z.svg), [e](https://e.net)\n" +
        "`[](code)` [q](#c) [up](../up.md)\n\n```\n# c\n[](block)\n```\n",
      "docs/a.md": "# Two\n\n[back](../README.md#one), [self](#two), [gone](#gone)\n",
    });
    assert.deepEqual((await findBrokenLinks(folder)).toSorted(), [
      "README.md: #c",
      "README.md: ../up.md",
      "README.md: docs/z.svg",
      "docs/a.md: #gone",
    ]);
  });
});
