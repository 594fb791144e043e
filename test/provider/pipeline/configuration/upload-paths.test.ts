/** Where upload paths lead, and which are refused. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { resolveUploadPath } from "../../../../provider/pipeline/configuration/upload-paths.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

/** A folder with a pipeline directory and something beside it. */
async function makeFolder(t: TestContext): Promise<{ folder: string; pipeline: string }> {
  const folder = await makeTree(t, {
    "daily/lib/text.py": "",
    "daily/words.txt": "",
    "daily/out": { link: "../beside" },
    "daily/in": { link: "lib" },
    "daily/nowhere": { link: "absent" },
    "daily/round": { link: "round" },
    "daily/..odd/x": "",
    "beside/secret.txt": "",
    "daily-2/x": "",
    short: { link: "daily" },
  });
  return { folder, pipeline: path.join(folder, "daily") };
}

for (const [source, target, resolved] of [
  ["lib", undefined, ["lib", "lib"]],
  ["./lib/", undefined, ["lib", "lib"]],
  ["lib/text.py", undefined, ["lib/text.py", "text.py"]],
  ["words.txt", "data/words.txt", ["words.txt", "data/words.txt"]],
  ["lib/../lib", "python/lib/", ["lib", "python/lib"]],
  ["../daily/lib", undefined, ["lib", "lib"]],
  ["in", undefined, ["in", "in"]],
  ["..odd", undefined, ["..odd", "..odd"]],
] as const) {
  test(`resolveUploadPath() takes ${source}${target === undefined ? "" : ` as ${target}`}`, async (t) => {
    const { pipeline } = await makeFolder(t);
    assert.deepEqual(await resolveUploadPath(pipeline, { source, target }), {
      source: path.join(pipeline, resolved[0]),
      target: resolved[1],
      claimedBy: `upload_paths "${source}"`,
    });
  });
}

test("resolveUploadPath() shows a line break of a source on one line", async (t) => {
  const { pipeline } = await makeFolder(t);
  await assert.rejects(resolveUploadPath(pipeline, { source: "lib\n", target: undefined }), {
    message: `Cannot pack upload_paths "lib\\u{a}" as there is no file or directory of that name in "${pipeline}"`,
  });
});

test("resolveUploadPath() takes an absolute path inside, also by way of a link", async (t) => {
  const { folder, pipeline } = await makeFolder(t);
  for (const name of ["daily", "short"]) {
    const source = path.join(folder, name, "lib");
    const found = await resolveUploadPath(pipeline, { source, target: undefined });
    assert.equal(found.source, path.join(pipeline, "lib"));
  }
});

for (const [source, leadsTo] of [
  ["..", "."],
  ["../beside", "beside"],
  ["../daily-2", "daily-2"],
  ["lib/../../beside", "beside"],
  ["out", "beside"],
  ["out/secret.txt", "beside/secret.txt"],
  ["../no/such/place", "no/such/place"],
] as const) {
  test(`resolveUploadPath() refuses ${source}, which is outside`, async (t) => {
    const { folder, pipeline } = await makeFolder(t);
    await assert.rejects(resolveUploadPath(pipeline, { source, target: "x" }), {
      name: "UserError",
      argument: "pipeline",
      message: `Cannot pack upload_paths "${source}" as its path must be inside the pipeline directory "${pipeline}": it leads to "${path.join(folder, leadsTo)}"; copy that into the pipeline directory`,
    });
  });
}

test("resolveUploadPath() refuses an absolute path outside", async (t) => {
  const { folder, pipeline } = await makeFolder(t);
  const source = path.join(folder, "beside");
  await assert.rejects(resolveUploadPath(pipeline, { source, target: undefined }), {
    name: "UserError",
    argument: "pipeline",
    message: `Cannot pack upload_paths "${source}" as its path must be inside the pipeline directory "${pipeline}": it leads to "${source}"; copy that into the pipeline directory`,
  });
});

for (const source of [".", "lib/..", "../daily", "./"]) {
  test(`resolveUploadPath() refuses ${source}, the whole pipeline directory`, async (t) => {
    const { pipeline } = await makeFolder(t);
    await assert.rejects(resolveUploadPath(pipeline, { source, target: "all" }), {
      name: "UserError",
      argument: "pipeline",
      message: `Cannot pack upload_paths "${source}" as it is the whole pipeline directory: name a directory or file in it`,
    });
  });
}

for (const source of ["absent", "lib/absent", "words.txt/x"]) {
  test(`resolveUploadPath() refuses ${source}, which is not there`, async (t) => {
    const { pipeline } = await makeFolder(t);
    await assert.rejects(resolveUploadPath(pipeline, { source, target: undefined }), {
      name: "UserError",
      argument: "pipeline",
      message: `Cannot pack upload_paths "${source}" as there is no file or directory of that name in "${pipeline}"`,
    });
  });
}

test("resolveUploadPath() refuses a link that loops", async (t) => {
  const { pipeline } = await makeFolder(t);
  await assert.rejects(resolveUploadPath(pipeline, { source: "round", target: undefined }), {
    name: "UserError",
    argument: "pipeline",
    message: `Cannot pack upload_paths "round" as it is a link that loops: "${pipeline}/round" -> "round"; remove it`,
  });
});

test("resolveUploadPath() refuses a link that leads nowhere", async (t) => {
  const { pipeline } = await makeFolder(t);
  await assert.rejects(resolveUploadPath(pipeline, { source: "nowhere", target: undefined }), {
    name: "UserError",
    argument: "pipeline",
    message: `Cannot pack upload_paths "nowhere" as it is a link that leads nowhere: "${pipeline}/nowhere" -> "absent"; mend it`,
  });
});

test("resolveUploadPath() refuses an ignore file, which is never packed", async (t) => {
  const pipeline = await makeTree(t, { "lib/.ytignore": "*.log" });
  await assert.rejects(
    resolveUploadPath(pipeline, { source: "lib/.ytignore", target: "rules.txt" }),
    {
      name: "UserError",
      argument: "pipeline",
      message:
        'Cannot pack upload_paths "lib/.ytignore" as ".ytignore" files are never packed: remove it from the list',
    },
  );
});
