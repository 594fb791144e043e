/** Development runs of the scripts that a stage's configuration names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeStages, runCommand } from "./run-command.ts";

const STAGE = {
  "sums/config.yaml": `job:
  map_reduce_command: { mapper_script: legs/split.py, reducer_script: legs/join.py }
  reduce_command: { reducer_script: last.py }
`,
  "sums/src/legs/split.py": `import json
for word in "b a b".split():
    print(json.dumps({"word": word}))
`,
  "sums/src/legs/join.py": `import json, sys
print(json.dumps({"words": [json.loads(line)["word"] for line in sys.stdin]}))
`,
  "sums/src/last.py": `print('{"ran": "last.py"}')\n`,
  "sums/src/reducer.py": "raise SystemExit('not this one')\n",
};

for (const [args, output] of [
  [["--operation", "map-reduce", "--reduce-by", "word"], '{"words": ["a", "b", "b"]}\n'],
  [["--operation", "reduce"], '{"ran": "last.py"}\n'],
] as const) {
  test(`ytcode run ${args.slice(0, 2).join(" ")} runs the scripts that the stage names`, async (t) => {
    const folder = await makeStages(t, STAGE);
    const finished = await runCommand(t, folder, [".", "sums", "--output", "-", ...args]);
    assert.equal(finished.status, 0, finished.stderr);
    assert.equal(finished.stdout, output);
  });
}
