/** Where `ytcode plan --html` writes its page: whole, or not at all. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, lstat, open, readdir, readFile, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { writePage } from "../../../cli/plan/write-page.ts";
import { makePipeline } from "../../tools/small-pipeline.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";

/** Root may write everywhere, so as root the command runs without the capability for that. */
const UNPRIVILEGED =
  process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-all"] : [];

test("ytcode plan --html writes the page beside where the user stands, and says so on stderr", async (t) => {
  const folder = await makePipeline(t, { "out/": "" });
  const { status, stdout, stderr } = await runYtcode(["plan", ".", "--html", "out/plan.html"], {
    cwd: folder,
  });
  assert.deepEqual([status, stderr], [0, "Wrote out/plan.html: open it in a browser\n"]);
  assert.match(stdout, /^stages\/run /m);
  assert.deepEqual(await readdir(path.join(folder, "out")), ["plan.html"]);
  assert.match(await readFile(path.join(folder, "out/plan.html"), "utf8"), /^<!doctype html>\n/);
});

test("ytcode plan --html --json leaves standard output to the JSON", async (t) => {
  const folder = await makePipeline(t);
  const { stdout } = await runYtcode(["plan", folder, "--json", "--html", `${folder}/plan.html`]);
  assert.equal(JSON.parse(stdout).version, 1);
});

test("writePage() replaces what is there", async (t) => {
  const folder = await makeTree(t, { "plan.html": "old" });
  await writePage(`${folder}/plan.html`, "new");
  assert.equal(await readFile(`${folder}/plan.html`, "utf8"), "new");
  assert.deepEqual(await readdir(folder), ["plan.html"]);
});

test("writePage() writes to a pipe, which stays one", async (t) => {
  const folder = await makeTree(t);
  const pipe = path.join(folder, "page");
  await promisify(execFile)("mkfifo", [pipe]);
  // Opened for both, so that neither side waits for the other.
  await using reader = await open(pipe, "r+");
  await writePage(pipe, "page");
  assert.equal((await stat(pipe)).isFIFO(), true);
  const { buffer, bytesRead } = await reader.read(Buffer.alloc(10));
  assert.equal(buffer.toString("utf8", 0, bytesRead), "page");
});

test("writePage() follows a link, which stays one", async (t) => {
  const folder = await makeTree(t, { "old.html": "old" });
  await symlink("old.html", path.join(folder, "link.html"));
  await writePage(path.join(folder, "link.html"), "new");
  assert.equal(await readFile(path.join(folder, "old.html"), "utf8"), "new");
  assert.equal((await lstat(path.join(folder, "link.html"))).isSymbolicLink(), true);
});

test("writePage() says which directory is missing", async (t) => {
  const folder = await makeTree(t, { file: "" });
  for (const parent of ["absent", "file"]) {
    await assert.rejects(writePage(`${folder}/${parent}/plan.html`, ""), {
      name: "UserError",
      message: `Cannot write the page "${folder}/${parent}/plan.html" as there is no directory "${folder}/${parent}"`,
    });
  }
});

test("writePage() does not take a directory for a file", async (t) => {
  const folder = await makeTree(t);
  await assert.rejects(writePage(folder, ""), {
    name: "UserError",
    message: `Cannot write the page "${folder}" as it is a directory: name a file in it`,
  });
});

test("writePage() leaves nothing behind when it cannot finish", async (t) => {
  const folder = await makeTree(t, { "plan.html": "old" });
  await assert.rejects(writePage(`${folder}/${"x".repeat(300)}`, ""), {
    name: "UserError",
    message: `Cannot write the page "${folder}/${"x".repeat(300)}": its name is too long`,
  });
  assert.deepEqual(await readdir(folder), ["plan.html"]);
  assert.equal(await readFile(`${folder}/plan.html`, "utf8"), "old");
});

test("ytcode plan --html says that it may not write there, and reports nothing", async (t) => {
  const folder = await makePipeline(t, { "out/": "" });
  await chmod(path.join(folder, "out"), 0o555);
  const { status, stdout, stderr } = await runYtcode(["plan", ".", "--html", "out/plan.html"], {
    cwd: folder,
    launcher: UNPRIVILEGED,
  });
  assert.deepEqual(
    [status, stdout, stderr],
    [1, "", `ytcode: Cannot write the page "${folder}/out/plan.html": permission denied\n`],
  );
});
