/** `ytcode plan --json`: the document that docs/plan-json.md describes. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { isRecord } from "../../../common/values/is-record.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { REPOSITORY } from "../../ytjobs/run-python.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { RICH_PIPELINE } from "./rich-pipeline.ts";

/** Key to type, from the table in the document. */
async function documentedKeys(): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(path.join(REPOSITORY, "docs/plan-json.md"), "utf8");
  const section = /## Keys\n(.*?)\n## /s.exec(text)?.[1] ?? "";
  const rows = section.matchAll(/^\| `(\S+)` +\| ([a-z ]+?) +\|/gm);
  return Object.fromEntries([...rows].map(([, key, type]) => [key, type]));
}

/** Every key of a JSON value to the types that its values have. */
function keysOf(value: unknown, place: string, found: Map<string, Set<string>>): void {
  if (place !== "") {
    const types = found.get(place) ?? new Set();
    found.set(place, types.add(typeOf(value)));
  }
  if (Array.isArray(value)) {
    for (const item of value) {
      if (isRecord(item)) {
        eachKey(item, `${place}[].`, found);
      }
    }
  } else if (isRecord(value)) {
    eachKey(value, place === "" ? "" : `${place}.`, found);
  }
}

function eachKey(
  value: Readonly<Record<string, unknown>>,
  prefix: string,
  found: Map<string, Set<string>>,
): void {
  for (const [key, inner] of Object.entries(value)) {
    keysOf(inner, prefix + key, found);
  }
}

function typeOf(value: unknown): string {
  if (value === null) {
    return "null";
  }
  if (Array.isArray(value)) {
    return "array";
  }
  return Number.isInteger(value) ? "integer" : typeof value;
}

test("ytcode plan --json prints the keys and types that docs/plan-json.md lists, and no others", async (t) => {
  const found = new Map<string, Set<string>>();
  for (const changes of [{}, { "configs/config.yaml": "stages: {enabled_stages: [train]}" }]) {
    const folder = await makeTree(t, { ...RICH_PIPELINE, ...changes });
    const { status, stdout, stderr } = await runYtcode(["plan", folder, "--json"]);
    assert.deepEqual([status, stderr], [0, ""]);
    keysOf(JSON.parse(stdout), "", found);
  }
  // A collision of names is about several parts, and not every file system can hold one.
  found.get("warnings[].part")?.add("null");
  const types = [...found].map(([key, each]) => [
    key,
    [...each].toSorted().toReversed().join(" or "),
  ]);
  assert.deepEqual(Object.fromEntries(types), await documentedKeys());
});

test("ytcode plan --json prints what would be packed", async (t) => {
  const folder = await makeTree(t, RICH_PIPELINE);
  const plan: unknown = JSON.parse((await runYtcode(["plan", folder, "--json"])).stdout);
  assert.partialDeepStrictEqual(plan, {
    version: 1,
    pipelineDirectory: folder,
    mode: "prod",
    buildFolder: "//home/me/daily/build",
    operations: [
      {
        stage: "train",
        operation: "map",
        wrapper: "operation_wrapper_train_map.sh",
        entryPoint: "stages/train/src/mapper.py",
      },
      {
        stage: "train",
        operation: "reduce",
        wrapper: "operation_wrapper_train_reduce.sh",
        entryPoint: "stages/train/src/reducer.py",
      },
      {
        stage: "train",
        operation: "map_reduce_mapper",
        wrapper: "operation_wrapper_train_map_reduce_mapper.sh",
        entryPoint: "stages/train/src/mapper.py",
      },
      {
        stage: "train",
        operation: "map_reduce_reducer",
        wrapper: "operation_wrapper_train_map_reduce_reducer.sh",
        entryPoint: "stages/train/src/reducer.py",
      },
    ],
    warnings: [
      {
        type: "no-stage-config",
        part: "stages/notes",
        message: 'Stage "notes" has no config.yaml',
      },
      { type: "nothing-to-run", part: "stages/notes" },
      { type: "unpinned-requirements", part: "stages/train" },
    ],
    biggest: {
      files: [
        { path: "features/data/cities.csv", sizeBytes: 1_200_000 },
        { path: "features/data/old/cities.csv", sizeBytes: 300_000 },
      ],
      folders: [
        { path: "features/data", sizeBytes: 1_500_000, fileCount: 2 },
        { path: "features/data/old", sizeBytes: 300_000, fileCount: 1 },
      ],
    },
  });
  assert.ok(isRecord(plan) && Array.isArray(plan["parts"]));
  const features: unknown = plan["parts"].find(
    (part) => isRecord(part) && part["key"] === "features/",
  );
  assert.partialDeepStrictEqual(features, {
    kind: "upload-path",
    root: "features",
    sizeBytes: 1_500_010,
    fileCount: 3,
    files: [
      { path: "features/data/cities.csv", mode: "0644", sizeBytes: 1_200_000 },
      { path: "features/data/old/cities.csv" },
      {
        path: "features/tool",
        mode: "0755",
        sizeBytes: 10,
        // printf '#!/bin/sh\n' | sha256sum
        sha256: "a8076d3d28d21e02012b20eaf7dbf75409a6277134439025f282e368e3305abf",
      },
    ],
  });
});
