/** What `ytcode build` says: what was written, and how much of it had to be compressed. */
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { formatSize } from "../../../common/text/format-size.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";

/** Enough for the cache to keep it; another one each time, which no earlier run has compressed. */
const LIBRARY = `name = "${randomUUID()}"\n`.repeat(40_000);

test("ytcode build says what it packed, and how much of that was newly compressed", async (t) => {
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_paths: [{source: lib.py}]"),
    "lib.py": LIBRARY,
  });
  const build = async (): Promise<readonly string[]> => {
    const { status, stdout, stderr } = await runYtcode(["build", "."], { cwd: pipelineDirectory });
    assert.deepEqual([status, stderr], [0, ""]);
    return stdout.trimEnd().split("\n");
  };
  const first = await build();
  const archive = await readFile(path.join(pipelineDirectory, ".build/source.tar.gz"));
  const { digest, parts } = await readManifest({ pipelineDirectory });
  const fileCount = parts.reduce((sum, part) => sum + part.files.length, 0);
  const [, , packed = ""] = first;
  assert.match(packed, /^ {2}packed {2}1\.[0-9] MiB$/);
  assert.deepEqual(first, [
    ".build/source.tar.gz",
    `  size    ${formatSize(archive.length)} (${archive.length} bytes), ${fileCount} files in ${parts.length} parts`,
    packed,
    `  sha256  ${createHash("sha256").update(archive).digest("hex")}`,
    `  digest  ${digest}`,
  ]);

  const second = await build();
  assert.deepEqual(second, first.with(2, `${packed}, all reused from the last build`));

  await writeFile(path.join(pipelineDirectory, "stages/run/src/mapper.py"), "print('other')\n");
  const [, , afterEdit = ""] = await build();
  assert.match(afterEdit, /^ {2}packed {2}1\.[0-9] MiB, [0-9.]+ KiB newly compressed$/);
});

test("ytcode build --output writes a file, and nothing into the pipeline", async (t) => {
  const cwd = await makePipeline(t, { "code.tar.gz": "old" });
  const before = await readdir(cwd);
  const { status, stdout, stderr } = await runYtcode(["build", ".", "--output", "code.tar.gz"], {
    cwd,
  });
  assert.deepEqual([status, stderr], [0, ""]);
  const archive = await readFile(path.join(cwd, "code.tar.gz"));
  assert.deepEqual(await readdir(cwd), before);
  await runYtcode(["build", "."], { cwd });
  assert.deepEqual(await readFile(path.join(cwd, ".build/source.tar.gz")), archive);
  assert.match(
    stdout,
    /^code\.tar\.gz\n {2}size .*\n {2}packed .*\n {2}sha256 .*\n {2}digest .*\n$/,
  );
});

test("ytcode build --config builds in a folder of its own", async (t) => {
  const cwd = await makePipeline(t, { "configs/prod.yaml": "stages: {enabled_stages: [run]}\n" });
  for (const [config, place] of [
    ["configs/prod.yaml", ".build/prod/source.tar.gz"],
    ["configs/config.yaml", ".build/source.tar.gz"],
  ] as const) {
    const { stdout } = await runYtcode(["build", ".", "--config", config], { cwd });
    assert.equal(stdout.split("\n")[0], place);
  }
  assert.deepEqual((await readdir(path.join(cwd, ".build"))).toSorted(), [
    "prod",
    "source",
    "source.tar.gz",
  ]);
});

for (const [output, reason] of [
  ["-", '-": name a file with --output'],
  ["configs", 'configs" as it is a directory: name a file'],
  ["a/code.tar.gz", 'a/code.tar.gz" as there is no directory "$PWD/a": make it first'],
] as const) {
  test(`ytcode build refuses to write to ${output}`, async (t) => {
    const cwd = await makePipeline(t);
    const { status, stderr } = await runYtcode(["build", ".", "--output", output], { cwd });
    assert.equal(status, 1);
    const [, what = ""] =
      /^ytcode: Cannot write the (?:output|archive to) "(.*)\n$/.exec(stderr) ?? [];
    assert.equal(what, reason.replace("$PWD", cwd), stderr);
  });
}
