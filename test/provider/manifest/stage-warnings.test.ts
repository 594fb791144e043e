/** What is odd about a stage: files that rules take, code that nothing runs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ManifestWarning } from "../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import type { Tree } from "../../tools/temporary-tree.ts";

const LOOKED =
  "mapper.py, vanilla.py, reducer.py, reducer_index.py, reducer_mds.py, reducer_main.py";

/** A stage `run` whose mapper is named, and maybe its reducer. */
const halfMapReduce = (reducer: Tree): Tree => ({
  "stages/run/config.yaml": "job: {map_reduce_command: {mapper_script: mapper.py}}\n",
  ...reducer,
});

for (const [fact, changes, warnings] of [
  [
    "a source folder that a rule takes",
    { ".ytignore": "# code\nsrc/\n" },
    [
      [
        "excluded-file",
        'Stage "run" cannot run as map: mapper.py is there, but .ytignore, line 2, `src/`, excludes it',
      ],
    ],
  ],
  [
    "an entry point that a rule beside it takes, with another that is left",
    { "stages/run/src/.ytignore": "reducer*\n", "stages/run/src/reducer_main.py": "" },
    [
      [
        "excluded-file",
        'Stage "run" cannot run as reduce: reducer_main.py is there, but stages/run/src/.ytignore, line 1, `reducer*`, excludes it',
      ],
    ],
  ],
  [
    "a configuration that a rule takes",
    { "stages/run/.ytignore": "\n*.yaml\n" },
    [
      [
        "excluded-file",
        'Stage "run" has no config.yaml in the archive: config.yaml is there, but stages/run/.ytignore, line 2, `*.yaml`, excludes it',
      ],
    ],
  ],
  [
    "an excluded script where another of a usual name is left",
    {
      ".ytignore": "reducer.py\n",
      "stages/run/src/reducer.py": "",
      "stages/run/src/reducer_main.py": "",
    },
    [],
  ],
  [
    "an excluded script where another is named in its place",
    {
      ".ytignore": "reducer.py\n",
      "stages/run/config.yaml":
        "job: {reduce_command: {reducer_script: sum.py}, map_reduce_command: {reducer_script: sum.py}}\n",
      "stages/run/src/reducer.py": "",
      "stages/run/src/sum.py": "",
    },
    [],
  ],
  [
    "code that nothing runs",
    {
      "configs/config.yaml": "stages: {enabled_stages: [tools]}",
      "stages/tools/config.yaml": "",
      "stages/tools/src/mapper.py/x": "",
    },
    [
      [
        "nothing-to-run",
        `Stage "tools" has src/ but nothing to run: looked for ${LOOKED}; if jobs use its code in another way, write "pack_stages: all" under "pipeline:"`,
      ],
    ],
  ],
  [
    "code that nothing runs, packed on purpose",
    {
      "configs/config.yaml": configurationWith("pack_stages: all"),
      "stages/tools/config.yaml": "",
      "stages/tools/src/jobs.py": "",
    },
    [],
  ],
  [
    "code that is packed on purpose, and that rules take",
    {
      "configs/config.yaml": configurationWith("pack_stages: all"),
      "stages/run/src/mapper.py": "",
      "stages/tools/config.yaml": "",
      "stages/tools/src/jobs.py": "",
      "stages/tools/.ytignore": "/src/\n",
      "stages/more/config.yaml": "",
      "stages/more/src/a.txt": "",
      "stages/more/src/.ytignore": "# all\n*.txt\n",
      "stages/none/config.yaml": "",
      "stages/none/src/": "",
    },
    [
      [
        "excluded-file",
        'Stage "more" has no code in the archive: a.txt is there, but stages/more/src/.ytignore, line 2, `*.txt`, excludes it',
      ],
      ["nothing-to-run", 'Stage "none" has src/ but no file in it'],
      [
        "excluded-file",
        'Stage "tools" has no code in the archive: src/ is there, but stages/tools/.ytignore, line 1, `/src/`, excludes it',
      ],
    ],
  ],
  [
    "a configuration that may name scripts and is no YAML",
    { "stages/run/config.yaml": "job: {reduce_command: {reducer_script: x.py}" },
    [
      [
        "unreadable-stage-config",
        'Stage "run" runs only what has an ordinary name, as the scripts that its configuration names cannot be read: ' +
          'Cannot parse "stages/run/config.yaml", line 1, column 45: Flow map in block collection must be sufficiently indented and end with a }',
      ],
    ],
  ],
  [
    "a mapper that is named, without a reducer",
    halfMapReduce({}),
    [
      [
        "half-map-reduce",
        'Stage "run" cannot run as map-reduce: job.map_reduce_command.mapper_script names "mapper.py", but for the other leg ' +
          "there is none of reducer.py, reducer_mds.py, reducer_main.py, reducer_index.py; name one with job.map_reduce_command.reducer_script",
      ],
    ],
  ],
  [
    "a mapper that is named, with a reducer",
    halfMapReduce({ "stages/run/src/reducer.py": "" }),
    [],
  ],
] as const) {
  test(`readManifest() warns well of ${fact}`, async (t) => {
    const pipelineDirectory = await makePipeline(t, changes);
    const manifest = await readManifest({ pipelineDirectory });
    assert.deepEqual(
      manifest.warnings.map(({ type, message }) => [type, message]),
      warnings satisfies readonly (readonly [ManifestWarning["type"], string])[],
    );
  });
}
