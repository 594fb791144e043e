/** The guide's table of what is refused here: each of its rows is, and nothing else stands in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import type { Tree } from "../../tools/temporary-tree.ts";
import { readGuide } from "./guide.ts";

/** A pipeline that is packed, but for what a row of the table changes. */
const PIPELINE: Tree = {
  "configs/config.yaml": "stages:\n  enabled_stages: [clean]\npipeline:\n  mode: dev\n",
  "lib/words.py": "",
  "stages/clean/config.yaml": "job: { least: 1 }\n",
  "stages/clean/src/mapper.py": "",
};

/** What is changed, by the row's first cell, and what the message says in its first line. */
const ROWS: Readonly<Record<string, readonly [changes: Tree, message: RegExp]>> = {
  "`enabled_stages: clean`": [
    configuration("enabled_stages: clean"),
    /enabled_stages must be a list: it is "clean"$/,
  ],
  "`upload_modules: my_package`": [
    configuration("enabled_stages: [clean]", "upload_modules: my_package"),
    /upload_modules must be a list: it is "my_package"$/,
  ],
  "`mode: PROD`": [
    configuration("enabled_stages: [clean]", "mode: PROD"),
    /mode must be "dev" or "prod": it is "PROD"$/,
  ],
  '`target: ""`': [uploadPath('{ source: lib, target: "" }'), /target must be a non-empty string/],
  "`target: stages/clean/src/lib`": [
    uploadPath("{ source: lib, target: stages/clean/src/lib }"),
    /the target "stages.*" is reserved|"stages\/clean\/src\/lib"/,
  ],
  "`source: .`": [uploadPath("{ source: . }"), /whole pipeline directory/],
  "`reducer_script: sum.py` in `job`, and no such file": [
    { "stages/clean/config.yaml": "job: { reduce_command: { reducer_script: sum.py } }\n" },
    /"sum\.py": there is no such file in "stages\/clean\/src"$/,
  ],
  "an enabled stage without a folder": [
    configuration("enabled_stages: [clean, other]"),
    /stage "other".*"clean"/,
  ],
  "a link that leads out of the pipeline": [
    { "stages/clean/src/passwords": { link: "/etc/passwd" } },
    /stages\/clean\/src\/passwords.*\/etc\/passwd/,
  ],
  "a secret in a folder that is packed": [
    { "stages/clean/src/prod.env": "TOKEN=none\n" },
    /stages\/clean\/src\/prod\.env/,
  ],
  "a stage's name with other than `A–Z a–z 0–9 _ . -`": [
    { ...configuration('enabled_stages: ["a b"]'), "stages/a b/src/mapper.py": "" },
    /"a b"/,
  ],
};

test("plan refuses what the guide's table says", async (t) => {
  const [, rest = ""] = (await readGuide()).split("\n## Stricter\n");
  const [section = ""] = rest.split("\n## ");
  const cells = Array.from(section.matchAll(/^\| (.+?) +\| /gm), ([, cell = ""]) => cell);
  assert.deepEqual(cells.slice(2), Object.keys(ROWS));

  for (const [cell, [changes, message]] of Object.entries(ROWS)) {
    const pipeline = await makeTree(t, { ...PIPELINE, ...changes });
    const { status, stdout, stderr } = await runYtcode(["plan", pipeline]);
    assert.equal(status, 1, `${cell} is not refused: ${stdout}`);
    const [first = ""] = stderr.split("\n");
    assert.match(first, /^ytcode: Cannot /, cell);
    assert.match(first, message, cell);
  }
});

function configuration(stages: string, pipeline: string = "mode: dev"): Tree {
  return { "configs/config.yaml": `stages:\n  ${stages}\npipeline:\n  ${pipeline}\n` };
}

function uploadPath(entry: string): Tree {
  return configuration("enabled_stages: [clean]", `upload_paths: [${entry}]`);
}
