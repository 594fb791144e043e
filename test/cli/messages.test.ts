/** What the command says of names that would do more to a terminal than be shown. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runYtcode } from "../tools/run-ytcode.ts";
import { configurationWith, makePipeline } from "../tools/small-pipeline.ts";

test("ytcode shows names in errors and warnings without what controls a terminal", async (t) => {
  const excluded = await makePipeline(t, {
    "configs/config.yaml": configurationWith('upload_paths: [{source: "a\\u001b[31mb/.hg"}]'),
    "a\u001b[31mb/.hg/x": "",
  });
  const refused = await runYtcode(["plan", excluded]);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^ytcode: Cannot pack "a\\u\{1b\}\[31mb\/\.hg"/);

  const pipeline = await makePipeline(t, {
    "configs/config.yaml": configurationWith('upload_paths: [{source: "a\\u001b[31mb"}]'),
    "a\u001b[31mb/w.bin": "version https://git-lfs.github.com/spec/v1\n",
  });
  const built = await runYtcode(["build", pipeline]);
  assert.equal(built.status, 0);
  assert.match(built.stderr, /^Warning: a\\u\{1b\}\[31mb\/w\.bin is a Git LFS pointer/m);
});
