/** What a stage can run as, from the files it has; and where stages are. */
import assert from "node:assert/strict";
import test from "node:test";
import { stageOfRoot, stageRoot } from "../../../../provider/pipeline/stages/stage-root.ts";
import { stageOperations } from "../../../../provider/pipeline/stages/wrappers.ts";

test("stageOperations() finds an operation for each entry point, in the order they are shown", () => {
  const files = ["src/reducer.py", "src/vanilla.py", "src/other.py", "mapper.py"];
  assert.deepEqual(
    stageOperations("count", {}, (file) => files.includes(file)),
    [
      {
        stage: "count",
        operation: "vanilla",
        wrapper: "operation_wrapper_count_vanilla.sh",
        script: "vanilla.py",
      },
      {
        stage: "count",
        operation: "reduce",
        wrapper: "operation_wrapper_count_reduce.sh",
        script: "reducer.py",
      },
    ],
  );
});

test("stageOfRoot() reverses stageRoot()", () => {
  assert.equal(stageRoot("a.b-c"), "stages/a.b-c");
  assert.equal(stageOfRoot(stageRoot("a.b-c")), "a.b-c");
});
