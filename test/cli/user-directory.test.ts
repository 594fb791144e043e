/** Paths on the command line: what they are relative to, and how they are shown. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shownPath, userDirectory } from "../../cli/user-directory.ts";

for (const [absolute, shown] of [
  ["/work/a/b", "a/b"],
  ["/work/..x", "..x"],
  ["/work/..x/y", "..x/y"],
  ["/work/...", "..."],
  ["/work", "/work"],
  ["/", "/"],
  ["/workshop/a", "/workshop/a"],
] as const) {
  test(`shownPath() shows "${absolute}" as "${shown}" from /work`, () => {
    assert.equal(shownPath(absolute, "/work"), shown);
  });
}

test("userDirectory() is where npm was called, for a script of the package in this folder", () => {
  const called = { INIT_CWD: "/home/me/pipeline", npm_package_json: "/work/package.json" };
  assert.equal(userDirectory(called, "/work"), "/home/me/pipeline");
  assert.equal(userDirectory(called, "/work/pipelines"), "/work/pipelines");
  assert.equal(userDirectory({ INIT_CWD: "/home/me/pipeline" }, "/work"), "/work");
});
