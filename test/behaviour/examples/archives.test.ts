/** The archives of the examples. */
import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { BuiltArchive } from "../../../provider/archive/build/build.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { buildExample, makeFolder, makeSandbox, runJob } from "./example-archives.ts";
import { EXAMPLES, findExampleOperations, parseRows, readRows } from "./example-stages.ts";
import type { ExampleOperation } from "./example-stages.ts";

const operations = await findExampleOperations();
const enabled = operations.filter(({ stage }) => stage !== "referrers");
const archives = new Map<string, BuiltArchive>();
let folder: string;

before(async () => {
  folder = await makeFolder();
  for (const pipeline of new Set(enabled.map((example) => example.pipeline))) {
    archives.set(pipeline, await buildExample(pipeline, folder));
  }
});

after(() => rm(folder, { recursive: true }));

function archiveOf(pipeline: string): BuiltArchive {
  const archive = archives.get(pipeline);
  assert.ok(archive, `no archive of ${pipeline}`);
  return archive;
}

function getOperation(name: string): ExampleOperation {
  const example = operations.find((operation) => operation.name === name);
  assert.ok(example, `no operation ${name}`);
  return example;
}

/** The files of an archive without those of the parts named. */
async function filesOf(example: string, without: readonly string[]): Promise<string[]> {
  const { tree } = archiveOf(join(EXAMPLES, example));
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(tree.length + 1))
    .filter((file) => !without.some((part) => file.startsWith(`${part}/`)))
    .toSorted();
}

for (const example of enabled) {
  for (const kind of ["extracted", "wrapper alone"] as const) {
    test(`${example.name} gives the expected rows in a sandbox with its archive: ${kind}`, async () => {
      const sandbox = await makeSandbox(folder, archiveOf(example.pipeline), example, kind);
      const { stdout } = await runJob(sandbox, example);
      assert.deepEqual(parseRows(stdout), await readRows(example.expected));
    });
  }
}

test("article_keywords packs what its .ytignore files leave in", async () => {
  assert.deepEqual(await filesOf("article_keywords", ["html", "ytjobs"]), [
    "dictionaries/LICENSE.md",
    "dictionaries/stop_words/english.txt",
    "dictionaries/stop_words/français.txt",
    "dictionaries/stop_words/русский.txt",
    "operation_wrapper_keywords_map.sh",
    "same_meaning.tsv",
    "stages/keywords/config.yaml",
    "stages/keywords/src/mapper.py",
    "tools/strip_tags",
  ]);
});

test("article_keywords takes the module html from its archive", async () => {
  const example = getOperation("article_keywords/keywords/map");
  const archive = archiveOf(example.pipeline);
  const sandbox = await makeSandbox(folder, archive, example, "extracted");
  const { stderr } = await runJob(sandbox, example, { JOB_LOG_LEVEL: "DEBUG" });
  assert.ok(stderr.includes(`The entities come from ${sandbox}/html/__init__.py\n`), stderr);
});

test("price_report reads its configuration where the wrapper says it is", async () => {
  const example = getOperation("price_report/report/vanilla");
  const archive = archiveOf(example.pipeline);
  const sandbox = await makeSandbox(folder, archive, example, "wrapper alone");
  const { stderr } = await runJob(sandbox, example);
  assert.ok(stderr.includes(`settings from ${sandbox}/stages/report/config.yaml\n`), stderr);
});

test("web_sessions packs nothing of its disabled stage", async () => {
  assert.deepEqual(await filesOf("web_sessions", ["ytjobs"]), [
    "operation_wrapper_parse_log_map.sh",
    "operation_wrapper_sessions_reduce.sh",
    "stages/parse_log/config.yaml",
    "stages/parse_log/src/mapper.py",
    "stages/sessions/config.yaml",
    "stages/sessions/src/reducer.py",
  ]);
});

test("nightly_tables has stages, nothing to pack and nothing to warn of", async () => {
  const manifest = await readManifest({ pipelineDirectory: join(EXAMPLES, "nightly_tables") });
  assert.deepEqual(manifest.configuration.enabledStages, ["merge_days", "sort_events"]);
  assert.deepEqual(manifest.parts, []);
  assert.deepEqual(manifest.warnings, []);
});

test("the examples are read without a warning", async () => {
  for (const pipeline of archives.keys()) {
    const { warnings } = await readManifest({ pipelineDirectory: pipeline });
    assert.deepEqual(warnings, [], pipeline);
  }
});
