/** Paths on the command line: what they are relative to, and how they are shown. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shownPath, userDirectory } from "../../cli/user-directory.ts";

for (const [absolute, shown] of [
  ["/projects/a/b", "a/b"],
  ["/projects/..x", "..x"],
  ["/projects/..x/y", "..x/y"],
  ["/projects/...", "..."],
  ["/projects", "/projects"],
  ["/", "/"],
  ["/projects-old/a", "/projects-old/a"],
] as const) {
  test(`shownPath() shows "${absolute}" as "${shown}" from /projects`, () => {
    assert.equal(shownPath(absolute, "/projects"), shown);
  });
}

test("userDirectory() is where npm was called, for a script of the package in this folder", () => {
  const called = { INIT_CWD: "/home/me/pipeline", npm_package_json: "/projects/package.json" };
  assert.equal(userDirectory(called, "/projects"), "/home/me/pipeline");
  assert.equal(userDirectory(called, "/projects/pipelines"), "/projects/pipelines");
  assert.equal(userDirectory({ INIT_CWD: "/home/me/pipeline" }, "/projects"), "/projects");
});
