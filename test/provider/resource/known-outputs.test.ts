/** The outputs that are known before anything is done. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { UNKNOWN } from "../../../provider/resource/arguments.ts";
import { knownOutputs } from "../../../provider/resource/known-outputs.ts";
import type { KnownOutputsOptions } from "../../../provider/resource/known-outputs.ts";

const OPTIONS: KnownOutputsOptions = {
  mode: "prod",
  pipeline: "./daily",
  buildFolder: "//home/a b",
  proxy: "local",
  promotedFrom: undefined,
  digest: "d0",
  parts: { "stages/a": "da", "stages/b_map": "db", "ytjobs/": "dy", "wrappers/": "dw" },
  wrappers: [
    "operation_wrapper_a_map.sh",
    "operation_wrapper_a_reduce.sh",
    "operation_wrapper_a_map_reduce_mapper.sh",
    "operation_wrapper_a_map_reduce_reducer.sh",
    "operation_wrapper_b_map_vanilla.sh",
  ],
};

function filePaths(wrapper: string): readonly object[] {
  return [
    {
      $value: "//home/a b/versions/d0/source.tar.gz",
      $attributes: { file_name: "source.tar.gz" },
    },
    {
      $value: `//home/a b/versions/d0/${wrapper}`,
      $attributes: { file_name: wrapper, executable: true },
    },
  ];
}

function command(wrapper: string, digest: string, isPublished = true): object {
  return {
    command: `./${wrapper}`,
    filePaths: isPublished ? filePaths(wrapper) : [],
    digest,
  };
}

test("knownOutputs() has paths and commands of what will be published", () => {
  assert.deepEqual(knownOutputs(OPTIONS), {
    mode: "prod",
    buildFolder: "//home/a b",
    proxy: "local",
    digest: "d0",
    archivePath: "//home/a b/source.tar.gz",
    versionPath: "//home/a b/versions/d0/source.tar.gz",
    stages: {
      a: {
        map: command("operation_wrapper_a_map.sh", "da"),
        reduce: command("operation_wrapper_a_reduce.sh", "da"),
        map_reduce_mapper: command("operation_wrapper_a_map_reduce_mapper.sh", "da"),
        map_reduce_reducer: command("operation_wrapper_a_map_reduce_reducer.sh", "da"),
      },
      b_map: { vanilla: command("operation_wrapper_b_map_vanilla.sh", "db") },
    },
    parts: OPTIONS.parts,
  });
});

for (const [pipeline, archivePath] of [
  ["./daily", "daily/.build/source.tar.gz"],
  ["/abs/daily/", "/abs/daily/.build/source.tar.gz"],
  [".", ".build/source.tar.gz"],
] as const) {
  test(`knownOutputs() has the local archive of ${pipeline} in dev mode, and no files for a cluster`, () => {
    const wrapper = "operation_wrapper_a_map.sh";
    const known = knownOutputs({ ...OPTIONS, mode: "dev", pipeline, wrappers: [wrapper] });
    assert.deepEqual(known, {
      mode: "dev",
      buildFolder: "//home/a b",
      proxy: "local",
      digest: "d0",
      archivePath,
      stages: { a: { map: command(wrapper, "da", false) } },
      parts: OPTIONS.parts,
    });
  });
}

test("knownOutputs() has no digest and no path when there is no code", () => {
  assert.deepEqual(knownOutputs({ ...OPTIONS, parts: {}, wrappers: [] }), {
    mode: "prod",
    buildFolder: "//home/a b",
    proxy: "local",
    stages: {},
    parts: {},
  });
});

test("knownOutputs() knows the digest before the build folder", () => {
  const { digest, archivePath, versionPath } = knownOutputs({ ...OPTIONS, buildFolder: UNKNOWN });
  assert.deepEqual([digest, archivePath, versionPath], ["d0", UNKNOWN, UNKNOWN]);
});

test("knownOutputs() says where a promotion comes from", () => {
  const promotedFrom = { proxy: "local", buildFolder: "//home/dev", sha256: "s" };
  assert.deepEqual(knownOutputs({ ...OPTIONS, promotedFrom }).promotedFrom, promotedFrom);
});

test("knownOutputs() takes stages with the names of JavaScript's own properties", () => {
  const names = ["__proto__", "constructor", "toString"];
  const wrappers = names.map((name) => `operation_wrapper_${name}_map.sh`);
  const { stages } = knownOutputs({ ...OPTIONS, wrappers });
  assert.deepEqual(Object.keys(stages), names);
  assert.deepEqual(
    Object.values(stages).map((operations) => Object.keys(operations)),
    [["map"], ["map"], ["map"]],
  );
  assert.ok(!("map" in {}));
});

test("knownOutputs() has the paths of an archive that holds code and nothing to run", () => {
  const parts = { "stages/a": "da", "ytjobs/": "dy" };
  const known = knownOutputs({ ...OPTIONS, parts, wrappers: [] });
  assert.deepEqual(
    [known.archivePath, known.versionPath, known.digest, known.stages],
    ["//home/a b/source.tar.gz", "//home/a b/versions/d0/source.tar.gz", "d0", {}],
  );
});
