/** What the stages of a pipeline can run as: entry points of the usual names, and named ones. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import type { Manifest } from "../../../provider/manifest/manifest.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import type { Tree } from "../../tools/temporary-tree.ts";

async function read(t: TestContext, changes: Tree): Promise<Manifest> {
  return readManifest({ pipelineDirectory: await makePipeline(t, changes) });
}

async function scriptsOf(t: TestContext, changes: Tree): Promise<Readonly<Record<string, string>>> {
  const { operations } = await read(t, changes);
  return Object.fromEntries(operations.map(({ operation, script }) => [operation, script]));
}

/** The configuration of the stage `run` with a section of `job`. */
const withJob = (job: string): Tree => ({ "stages/run/config.yaml": `job: {${job}}\n` });

for (const [fact, changes, scripts] of [
  ["a mapper alone", {}, { map: "mapper.py" }],
  [
    "mapper and reducer, and both legs",
    { "stages/run/src/reducer.py": "" },
    {
      map: "mapper.py",
      reduce: "reducer.py",
      map_reduce_mapper: "mapper.py",
      map_reduce_reducer: "reducer.py",
    },
  ],
  [
    "reducers of other usual names, in the order of each operation",
    { "stages/run/src/reducer_index.py": "", "stages/run/src/reducer_mds.py": "" },
    {
      map: "mapper.py",
      reduce: "reducer_index.py",
      map_reduce_mapper: "mapper.py",
      map_reduce_reducer: "reducer_mds.py",
    },
  ],
  [
    "a named reducer before reducer.py",
    {
      ...withJob("reduce_command: {reducer_script: by_day/sum.py}"),
      "stages/run/src/reducer.py": "",
      "stages/run/src/by_day/sum.py": "",
    },
    {
      map: "mapper.py",
      reduce: "by_day/sum.py",
      map_reduce_mapper: "mapper.py",
      map_reduce_reducer: "reducer.py",
    },
  ],
  [
    "named legs beside what has a usual name",
    {
      ...withJob("map_reduce_command: {mapper_script: split.py, reducer_script: sum.py}"),
      "stages/run/src/split.py": "",
      "stages/run/src/sum.py": "",
    },
    { map: "mapper.py", map_reduce_mapper: "split.py", map_reduce_reducer: "sum.py" },
  ],
] as const) {
  test(`readManifest() finds ${fact}`, async (t) => {
    assert.deepEqual(await scriptsOf(t, changes), scripts);
  });
}

test("readManifest() runs named scripts by wrappers of the operations' names", async (t) => {
  const { parts } = await read(t, {
    ...withJob("reduce_command: {reducer_script: sum.py}"),
    "stages/run/src/sum.py": "",
  });
  const files = parts.find((part) => part.kind === "wrappers")?.files ?? [];
  assert.deepEqual(
    files.map((file) => [
      file.path,
      file.content.type === "text" && /'(stages\/.*\.py)'/.exec(file.content.text)?.[1],
    ]),
    [
      ["operation_wrapper_run_map.sh", "stages/run/src/mapper.py"],
      ["operation_wrapper_run_reduce.sh", "stages/run/src/sum.py"],
    ],
  );
});

function named(stage: string, key: string, script: string): string {
  return `Cannot pack the stage "${stage}" as job.${key} in "stages/${stage}/config.yaml" names "${script}": `;
}

test("readManifest() refuses named scripts that are not packed, all at once", async (t) => {
  const folder = await makePipeline(t, {
    "configs/config.yaml": "stages: {enabled_stages: [run, more]}",
    "stages/run/config.yaml":
      "job:\n  reduce_command: {reducer_script: ../config.yaml}\n" +
      "  map_reduce_command: {mapper_script: gone.py, reducer_script: secret/sum.py}\n",
    "stages/run/src/secret/sum.py": "",
    "stages/run/.ytignore": "# ours\nsecret/\n",
    "stages/more/config.yaml": "job: {reduce_command: {reducer_script: /etc/hosts}}\n",
    "stages/more/src/node_modules/x.py": "",
    "stages/more/src/mapper.py": "",
  });
  await assert.rejects(readManifest({ pipelineDirectory: folder }), {
    name: "UserErrors",
    message: [
      `${named("more", "reduce_command.reducer_script", "/etc/hosts")}it must be the path of a file in "stages/more/src", relative to that`,
      `${named("run", "reduce_command.reducer_script", "../config.yaml")}it must be the path of a file in "stages/run/src", relative to that`,
      `${named("run", "map_reduce_command.mapper_script", "gone.py")}there is no such file in "stages/run/src"`,
      `${named("run", "map_reduce_command.reducer_script", "secret/sum.py")}it is there, but stages/run/.ytignore, line 2, \`secret/\`, excludes it`,
    ].join("\n"),
  });
});

test("readManifest() names the built-in rule that takes a named script", async (t) => {
  const folder = await makePipeline(t, {
    ...withJob("reduce_command: {reducer_script: venv/sum.py}"),
    "stages/run/src/venv/sum.py": "",
  });
  await assert.rejects(readManifest({ pipelineDirectory: folder }), {
    name: "UserError",
    argument: "pipeline",
    message:
      'Cannot pack the stage "run" as job.reduce_command.reducer_script in "stages/run/config.yaml" names "venv/sum.py": ' +
      "it is there, but the built-in rule `venv/` excludes it",
  });
});

test("readManifest() packs every stage with src/ when pack_stages is all, and counts it as code", async (t) => {
  const stages = "stages: {enabled_stages: [jobs, load]}\n";
  const folder = await makeTree(t, {
    "configs/config.yaml": stages,
    "configs/all.yaml": `${stages}pipeline: {pack_stages: all}\n`,
    "stages/jobs/src/jobs.py": "",
    "stages/common/src/util.py": "",
    "stages/load/config.yaml": "only drives",
    "stages/load/stage.py": "",
  });
  const none = await readManifest({ pipelineDirectory: folder });
  assert.deepEqual(none.parts, []);
  const configurationFile = "configs/all.yaml";
  const all = await readManifest({ pipelineDirectory: folder, configurationFile });
  assert.deepEqual(
    all.parts.filter(({ kind }) => kind !== "ytjobs").map(({ key }) => key),
    ["stages/common", "stages/jobs"],
  );
  assert.deepEqual(all.operations, []);
  assert.equal(
    all.parts.some(({ key }) => key === "ytjobs/"),
    true,
  );
});

test("readManifest() has nothing to pack when pack_stages is all and rules take all code", async (t) => {
  const { parts } = await read(t, {
    "configs/config.yaml": configurationWith("pack_stages: all"),
    ".ytignore": "src/\n",
  });
  assert.deepEqual(parts, []);
});

test("readManifest() sees no change in a stage that only drives", async (t) => {
  const driving: Tree = {
    "configs/config.yaml": "stages: {enabled_stages: [load, run]}",
    "stages/load/config.yaml": "bucket: a\n",
    "stages/load/requirements.txt": "boto3\n",
  };
  const before = await read(t, driving);
  const after = await read(t, { ...driving, "stages/load/config.yaml": "bucket: b\n" });
  assert.deepEqual(before.warnings, []);
  assert.equal(after.digest, before.digest);
  assert.deepEqual(
    before.parts.map(({ key }) => key),
    ["wrappers/", "stages/run", "ytjobs/"],
  );
});
