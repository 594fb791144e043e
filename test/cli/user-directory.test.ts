/** Paths on the command line: what they are relative to, and how they are shown. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { anchorPythonPath, shownPath, userDirectory } from "../../cli/user-directory.ts";
import { runYtcode } from "../tools/run-ytcode.ts";
import { configurationWith, makePipeline } from "../tools/small-pipeline.ts";
import { REPOSITORY } from "../ytjobs/run-python.ts";

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

for (const [given, anchored] of [
  ["lib", "/home/me/lib"],
  ["lib:../x:/abs", "/home/me/lib:/home/x:/abs"],
  [":lib:", ":/home/me/lib:"],
  ["", ""],
  [undefined, undefined],
] as const) {
  test(`anchorPythonPath() makes ${JSON.stringify(given)} absolute`, () => {
    const environment = given === undefined ? {} : { PYTHONPATH: given };
    anchorPythonPath(environment, "/home/me");
    assert.equal(environment.PYTHONPATH, anchored);
  });
}

test("ytcode finds modules in a PYTHONPATH that is relative to where npm was called", async (t) => {
  const pipeline = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [mine]"),
    "python/mine.py": "",
  });
  const npm = { INIT_CWD: pipeline, npm_package_json: path.join(REPOSITORY, "package.json") };
  const env = { ...npm, PYTHONPATH: "python" };
  const { status, stdout, stderr } = await runYtcode(["plan", "."], { env });
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(stdout, /^\.\/mine\.py /m);
});
