/** From a pipeline directory to its manifest. */
import assert from "node:assert/strict";
import { chmod, utimes } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { Manifest } from "../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { configurationWith, makePipeline, SMALL_PIPELINE } from "../../tools/small-pipeline.ts";
import { addToTree, makeTree } from "../../tools/temporary-tree.ts";

const read = (pipelineDirectory: string): Promise<Manifest> => readManifest({ pipelineDirectory });

function digestsOf({ parts }: Manifest): Readonly<Record<string, string>> {
  return Object.fromEntries(parts.map((part) => [part.key, part.digest]));
}

/** The keys of the parts whose digests differ. */
function changedParts(before: Manifest, after: Manifest): readonly string[] {
  const [old, now] = [digestsOf(before), digestsOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (key) => old[key] !== now[key],
  );
}

test("readManifest() reads parts, files and operations in the order of the archive", async (t) => {
  const folder = await makePipeline(t, {
    "configs/config.yaml":
      "stages: {enabled_stages: [run, a-b, a]}\n" +
      "pipeline: {upload_paths: [{source: lib, target: z/lib}, {source: tool.sh}, {source: lib, target: Q}]}\n",
    "stages/a/src/reducer.py": "",
    "stages/a/src/mapper.py": "",
    "stages/a/notes.md": "not packed",
    "stages/a-b/src/vanilla.py": "",
    "stages/a-b/requirements.txt": "",
    "lib/x": "",
    "tool.sh": { text: "#!/bin/sh", mode: 0o755 },
  });
  const manifest = await read(folder);
  assert.deepEqual(
    manifest.parts
      .filter((part) => part.kind !== "ytjobs")
      .map((part) => [part.key, part.files.map((file) => file.path)]),
    [
      ["Q/", ["Q/x"]],
      [
        "wrappers/",
        [
          "operation_wrapper_a-b_vanilla.sh",
          "operation_wrapper_a_map.sh",
          "operation_wrapper_a_map_reduce_mapper.sh",
          "operation_wrapper_a_map_reduce_reducer.sh",
          "operation_wrapper_a_reduce.sh",
          "operation_wrapper_run_map.sh",
        ],
      ],
      ["stages/a-b", ["stages/a-b/requirements.txt", "stages/a-b/src/vanilla.py"]],
      ["stages/a", ["stages/a/src/mapper.py", "stages/a/src/reducer.py"]],
      ["stages/run", ["stages/run/config.yaml", "stages/run/src/mapper.py"]],
      ["./tool.sh", ["tool.sh"]],
      ["z/lib", ["z/lib/x"]],
    ],
  );
  assert.deepEqual(
    manifest.operations.map(({ stage, operation }) => `${stage} ${operation}`),
    ["a map", "a reduce", "a map_reduce_mapper", "a map_reduce_reducer", "a-b vanilla", "run map"],
  );
  const paths = manifest.parts.flatMap((part) => part.files.map((file) => Buffer.from(file.path)));
  assert.deepEqual(
    paths,
    paths.toSorted((a, b) => Buffer.compare(a, b)),
  );
});

test("readManifest() sees no change in what is not packed or does not count", async (t) => {
  const folder = await makePipeline(t, {
    "configs/config.yaml": "stages: {enabled_stages: [run, load]}",
    "stages/load/src/vanilla.py": "",
    "stages/off/src/mapper.py": "",
  });
  const before = await read(folder);
  await addToTree(folder, {
    "configs/config.yaml": "stages: {enabled_stages: [load, run, load]}\nmine: 1",
    "configs/secrets.env": "TOKEN=x",
    "stages/off/src/mapper.py": "edited",
    "stages/run/notes.md": "",
    "stages/run/src/__pycache__/mapper.cpython-311.pyc": "",
    "stages/run/.ytignore": "*.log",
    "stages/run/src/debug.log": "",
    "lib/x": "",
  });
  await chmod(path.join(folder, "stages/run/config.yaml"), 0o600);
  await utimes(path.join(folder, "stages/run/config.yaml"), 0, 1);
  const after = await read(folder);
  assert.deepEqual(changedParts(before, after), []);
  assert.equal(after.digest, before.digest);
});

for (const [fact, change, changed] of [
  ["an edit", { "stages/run/src/mapper.py": "edited" }, ["stages/run"]],
  ["a new file", { "stages/load/src/new/x.py": "" }, ["stages/load"]],
  ["an executable bit", { "stages/load/src/tool": { text: "", mode: 0o755 } }, ["stages/load"]],
  ["an ignore file", { ".ytignore": "requirements.txt" }, ["stages/run"]],
  ["an entry point", { "stages/run/src/reducer.py": "" }, ["wrappers/", "stages/run"]],
  [
    "a disabled stage",
    { "configs/config.yaml": "stages: {enabled_stages: [run]}" },
    ["wrappers/", "stages/load"],
  ],
] as const) {
  test(`readManifest() sees ${fact} in ${changed.join(" and ")}`, async (t) => {
    const folder = await makePipeline(t, {
      "configs/config.yaml": "stages: {enabled_stages: [run, load]}",
      "stages/run/requirements.txt": "",
      "stages/load/src/vanilla.py": "",
      "stages/load/src/tool": { text: "", mode: 0o644 },
    });
    const before = await read(folder);
    await addToTree(folder, change);
    const after = await read(folder);
    assert.deepEqual(new Set(changedParts(before, after)), new Set(changed));
    assert.notEqual(after.digest, before.digest);
  });
}

test("readManifest() gives an empty manifest when no enabled stage has code", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml":
      "stages: {enabled_stages: [tables]}\npipeline: {upload_paths: [{source: lib}]}",
    "stages/tables/config.yaml": "",
    "stages/coded/src/mapper.py": "",
    "lib/x": "",
  });
  const { parts, operations, warnings } = await read(folder);
  assert.deepEqual({ parts, operations, warnings }, { parts: [], operations: [], warnings: [] });
});

test("readManifest() warns of stages without config.yaml and of src/ without an entry point", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml": "stages: {enabled_stages: [b, a, c, d]}",
    "stages/a/src/main.py": "",
    "stages/b/config.yaml": "",
    "stages/b/src/mapper.py": "",
    "stages/c/requirements.txt": "",
    "stages/d/config.yaml": "",
    "stages/d/src/mapper.py/x": "a directory of that name is no entry point",
  });
  const { warnings } = await read(folder);
  const looked =
    "looked for mapper.py, vanilla.py, reducer.py, reducer_index.py, reducer_mds.py, reducer_main.py; " +
    'if jobs use its code in another way, write "pack_stages: all" under "pipeline:"';
  const messages = warnings.map(({ message }) => message);
  assert.deepEqual(messages, [
    'Stage "a" has no config.yaml',
    `Stage "a" has src/ but nothing to run: ${looked}`,
    `Stage "d" has src/ but nothing to run: ${looked}`,
  ]);
});

test("readManifest() reads the pipeline behind a link by its real path", async (t) => {
  const folder = await makeTree(t, { link: { link: "real" } });
  const entries = Object.entries(SMALL_PIPELINE).map(([name, entry]) => [`real/${name}`, entry]);
  await addToTree(folder, Object.fromEntries(entries));
  const manifest = await read(path.join(folder, "link"));
  assert.equal(manifest.pipelineDirectory, path.join(folder, "real"));
});

test("readManifest() says so when there is no pipeline directory", async (t) => {
  const folder = await makeTree(t, { file: "" });
  for (const name of ["absent", "file/x"]) {
    await assert.rejects(read(path.join(folder, name)), {
      name: "UserError",
      argument: "pipeline",
      message: `Cannot read the pipeline as there is no directory "${folder}/${name}"`,
    });
  }
  await assert.rejects(read(path.join(folder, "file")), {
    name: "UserError",
    argument: "pipeline",
    message: `Cannot read the pipeline as "${folder}/file" is not a directory`,
  });
});

test("readManifest() reports the mistakes of all stages, modules and upload paths at once", async (t) => {
  const folder = await makePipeline(t, {
    "configs/config.yaml": `
stages: {enabled_stages: [run, absent]}
pipeline:
  upload_modules: [not-a-name.x, sys]
  upload_paths: [{source: ../x}, {source: absent}, {source: lib, target: stages/run}]
`,
    "lib/x": "",
  });
  const error = await read(folder).then(
    () => assert.fail("no mistake was found"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  assert.equal(error.name, "UserErrors");
  const [stage, bad, builtIn, outside, absent, reserved, ...more] = error.message.split("\n");
  assert.equal(
    stage,
    'Cannot pack the stage "absent" of stages.enabled_stages as it has no directory "stages/absent": the stages are "run"',
  );
  assert.equal(
    bad,
    'Cannot pack upload_modules "not-a-name.x" as it is not the name of a Python module',
  );
  assert.match(
    builtIn ?? "",
    /^Cannot pack upload_modules "sys" as it is built into Python, also into the cluster's: remove it from upload_modules \(asked \/.*python3\S* 3\.\S+\)$/,
  );
  assert.equal(
    outside,
    `Cannot pack upload_paths "../x" as its path must be inside the pipeline directory "${folder}": it leads to "${path.dirname(folder)}/x"; copy that into the pipeline directory`,
  );
  assert.equal(
    absent,
    `Cannot pack upload_paths "absent" as there is no file or directory of that name in "${folder}"`,
  );
  assert.equal(
    reserved,
    'Cannot place upload_paths "lib" as the target "stages/run" is below "stages", which is reserved: choose another target',
  );
  assert.deepEqual(more, []);
});

test("readManifest() refuses an upload path of which nothing is left", async (t) => {
  const folder = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_paths: [{source: lib}]"),
    "lib/.ytignore": "*",
    "lib/a": "",
  });
  await assert.rejects(read(folder), {
    name: "UserError",
    argument: "pipeline",
    message: 'Cannot pack upload_paths "lib" as it holds no file that is not excluded',
  });
});

test("readManifest() refuses a module and a path with one target", async (t) => {
  const folder = await makePipeline(t, {
    "configs/config.yaml": configurationWith(
      "upload_modules: [html]",
      "upload_paths: [{source: lib, target: html/extra}]",
    ),
    "lib/x": "",
  });
  await assert.rejects(read(folder), {
    name: "UserError",
    argument: "pipeline",
    message:
      'Cannot pack upload_paths "lib" as it has a target inside that of upload_modules "html": ' +
      '"html/extra" inside "html"; give one of them another target',
  });
});
