/** What a program sees of the output `stages`. */
import assert from "node:assert/strict";
import test from "node:test";
import { knownOutputs } from "../../../provider/resource/known-outputs.ts";
import { stageOperations } from "../../../provider/resource/stage-outputs.ts";

const KNOWN = {
  pipeline: "daily",
  proxy: "local",
  promotedFrom: undefined,
  digest: "d0",
  parts: { "stages/b.1-x": "db" },
  wrappers: ["operation_wrapper_b.1-x_map.sh"],
};

test("stageOperations() adds the files as texts, as YTsaurus's clients take them", () => {
  const { stages } = knownOutputs({ ...KNOWN, mode: "prod", buildFolder: "//home/проба a" });
  const version = "//home/проба a/versions/d0";
  assert.deepEqual(stageOperations(stages), {
    "b.1-x": {
      map: {
        ...stages["b.1-x"]?.["map"],
        ytFiles: [
          `<file_name=source.tar.gz>${version}/source.tar.gz`,
          `<file_name=operation_wrapper_b.1-x_map.sh;executable=%true>${version}/operation_wrapper_b.1-x_map.sh`,
        ],
      },
    },
  });
});

test("stageOperations() has no files in dev mode, and nothing where there is no code", () => {
  const { stages } = knownOutputs({ ...KNOWN, mode: "dev", buildFolder: undefined });
  assert.deepEqual(stageOperations(stages)["b.1-x"]?.["map"]?.ytFiles, []);
  assert.deepEqual(stageOperations({}), {});
});
