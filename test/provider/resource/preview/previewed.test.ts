/** What a preview has said and the update after it does not say again. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { isToBeSaid } from "../../../../provider/resource/preview/previewed.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

test("isToBeSaid() leaves out of one update what its preview has said, and nothing else", async (t) => {
  const cache = path.join(await makeTree(t), "cache");
  const said = (key: string, line: string, isPreview: boolean): boolean =>
    isToBeSaid(key, line, isPreview, cache);
  assert.equal(said("dev", "a", false), true);
  assert.equal(said("dev", "a", true), true);
  assert.equal(said("dev", "a", true), true);
  assert.equal(said("dev", "b", false), true);
  assert.equal(said("prod", "a", false), true);
  assert.equal(said("dev", "a", false), false);
  assert.equal(said("dev", "a", false), true);
});

test("isToBeSaid() is always true where nothing is kept", () => {
  assert.equal(isToBeSaid("dev", "a", true, "/dev/null/no"), true);
  assert.equal(isToBeSaid("dev", "a", false, "/dev/null/no"), true);
});
