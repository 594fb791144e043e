/** The environment of a stage that `ytcode run` runs: what upstream's dev mode gives, and nothing of it in a file. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { Tree } from "../../tools/temporary-tree.ts";
import { makeStages, runCommand } from "./run-command.ts";

/** Prints the variables that its configuration lists, and the files beside it, as one row. */
const SHOW = `
import json, os, sys
names = ["A", "B", "FLAG", "COUNT", "SHARE", "EMPTY", "YT_STAGE_NAME", "CHECKPOINT_FILE", "TOKENIZER_ARTIFACT_FILE", "TOKENIZER_ARTIFACT_DIR", "TOKENIZER_ARTIFACT_NAME"]
found = {name: os.environ[name] for name in names if name in os.environ}
for file in ["model.bin", "words.txt", "nested/list.txt"]:
    if os.path.exists(file):
        found[file] = open(file).read()
print(json.dumps(found))
`;

interface Shown {
  readonly row: unknown;
  readonly stderr: string;
  readonly folder: string;
}

/** Runs a stage called `show` that has an entry point, a configuration and more files of its pipeline. */
async function show(
  t: Parameters<typeof makeStages>[0],
  config: string,
  more: Tree = {},
  { entry = "mapper.py", environment = {}, args = [] as readonly string[] } = {},
): Promise<Shown> {
  const stages = { [`show/src/${entry}`]: SHOW, "show/config.yaml": config };
  const folder = await makeStages(t, stages, more);
  const { status, stdout, stderr } = await runCommand(
    t,
    folder,
    [".", "show", "--output", "-", ...args],
    { environment },
  );
  assert.equal(status, 0, stderr);
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  return { row: JSON.parse(last), stderr, folder };
}

test("ytcode run gives a stage its secrets, its operation's variables and its name", async (t) => {
  const config =
    "client: {operations: {map: {env: {B: operation, FLAG: true, COUNT: 3, SHARE: 0.5, EMPTY: null}}}}\n";
  const secrets = "A=secret-a\nB=secret-b\nEMPTY=\n";
  const { row, stderr, folder } = await show(
    t,
    config,
    { "configs/secrets.env": secrets },
    { environment: { A: "mine", FLAG: "mine", YT_STAGE_NAME: "mine" } },
  );
  assert.deepEqual(row, {
    A: "secret-a",
    B: "operation",
    FLAG: "True",
    COUNT: "3",
    SHARE: "0.5",
    EMPTY: "",
    YT_STAGE_NAME: "show",
  });
  assert.match(
    stderr,
    /^\[Run\] In the job's environment: 3 variables of "configs\/secrets\.env", B, FLAG, COUNT, SHARE\n/,
  );
  assert.doesNotMatch(stderr, /secret-/);
  // In no file but its own.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile() && one.name !== "secrets.env")) {
    const file = path.join(entry.parentPath, entry.name);
    assert.ok(!(await readFile(file)).includes("secret-"), file);
  }
});

test("ytcode run lets secrets and the operation say what the stage's name is", async (t) => {
  const named = await show(t, "", { "configs/secrets.env": "YT_STAGE_NAME=other\n" });
  assert.deepEqual(named.row, { YT_STAGE_NAME: "other" });
});

for (const [operation, key, entry, args] of [
  ["reduce", "reduce", "reducer.py", []],
  ["vanilla", "vanilla", "vanilla.py", []],
] as const) {
  test(`ytcode run gives a ${operation} the variables of client.operations.${key}`, async (t) => {
    const config = `client: {operations: {map: {env: {A: wrong}}, ${key}: {env: {A: right}}}}\n`;
    const { row } = await show(t, config, {}, { entry, args });
    assert.deepEqual(row, { A: "right", YT_STAGE_NAME: "show" });
  });
}

test("ytcode run gives both phases of a map-reduce the variables of client.operations.map_reduce", async (t) => {
  const reducer = `${SHOW}\nprint(sys.stdin.read(), end="")\n`;
  const config = "client: {operations: {map: {env: {A: wrong}}, map_reduce: {env: {A: both}}}}\n";
  const folder = await makeStages(t, {
    "show/src/mapper.py": SHOW,
    "show/src/reducer.py": reducer,
    "show/config.yaml": config,
  });
  const args = [".", "show", "--operation", "map-reduce", "--reduce-by", "A", "--output", "-"];
  const { stdout, stderr } = await runCommand(t, folder, args);
  const row = '{"A": "both", "YT_STAGE_NAME": "show"}\n';
  assert.equal(stdout, row.repeat(2), stderr);
});

const CHECKPOINT =
  "checkpoint: {checkpoint_base: //tmp/models, local_checkpoint_path: m/model.bin}";

for (const [what, config, extra] of [
  [
    "its operation names",
    `client: {operations: {reduce: {checkpoint: {local_checkpoint_path: gone}}, map: {${CHECKPOINT}}}}\n`,
    {},
  ],
  ["another operation names", `client: {operations: {vanilla: {${CHECKPOINT}}, map: {}}}\n`, {}],
  ["its client names", "client: {local_checkpoint_path: m/model.bin}\n", {}],
  [
    "its job names otherwise",
    `job: {model_name: nested/list.txt}\nclient: {local_checkpoint_path: m/model.bin}\n`,
    { CHECKPOINT_FILE: "nested/list.txt", "nested/list.txt": "weights" },
  ],
] as const) {
  test(`ytcode run gives a stage the checkpoint that ${what}`, async (t) => {
    const { row, stderr } = await show(t, config, { "m/model.bin": "weights" });
    const found = "CHECKPOINT_FILE" in extra ? extra : { "model.bin": "weights" };
    assert.deepEqual(row, {
      YT_STAGE_NAME: "show",
      CHECKPOINT_FILE: "model.bin",
      ...found,
    });
    assert.match(stderr, /In the job's environment: CHECKPOINT_FILE=/);
  });
}

test("ytcode run finds a checkpoint from where the user stands, and then in the pipeline", async (t) => {
  const config = "client: {local_checkpoint_path: p/model.bin}\n";
  const folder = await makeStages(t, { "show/src/mapper.py": SHOW, "show/config.yaml": config });
  const { stdout, stderr } = await runCommand(t, folder, [".", "show", "--output", "-"]);
  assert.equal(stdout, '{"YT_STAGE_NAME": "show"}\n');
  assert.match(
    stderr,
    /\[Run\] Warning: local_checkpoint_path "p\/model\.bin" is not there: the job does without CHECKPOINT_FILE\n/,
  );
  const above = await makeStages(
    t,
    {},
    {
      "p/configs/config.yaml": "stages: {enabled_stages: [show]}\n",
      "p/stages/show/config.yaml": config,
      "p/stages/show/src/mapper.py": SHOW,
      "p/model.bin": "from above",
      "p/p/model.bin": "from the pipeline",
    },
  );
  const found = await runCommand(t, above, ["p", "show", "--output", "-"]);
  assert.match(found.stdout, /"model.bin": "from above"/, found.stderr);
});

test("ytcode run gives a vanilla stage no checkpoint, as upstream does", async (t) => {
  const config = "client: {local_checkpoint_path: model.bin}\n";
  const { row } = await show(t, config, { "model.bin": "weights" }, { entry: "vanilla.py" });
  assert.deepEqual(row, { YT_STAGE_NAME: "show" });
});

test("ytcode run gives a stage the files of file_paths that the pipeline has", async (t) => {
  const config =
    "client: {operations: {map: {file_paths: [//home/x/words.txt, [//home/x/y, nested/list.txt], //home/gone]}}}\n";
  const { row } = await show(t, config, { "words.txt": "words", "nested/list.txt": "list" });
  assert.deepEqual(row, { YT_STAGE_NAME: "show", "words.txt": "words", "nested/list.txt": "list" });
});

test("ytcode run tells a stage where its tokenizer is", async (t) => {
  const config =
    "job: {model_name: org/bert}\nclient: {operations: {map: {tokenizer_artifact: {artifact_base: //home/t}}}}\n";
  const { row } = await show(t, config, { "configs/secrets.env": "TOKENIZER_ARTIFACT_DIR=mine\n" });
  assert.deepEqual(row, {
    YT_STAGE_NAME: "show",
    TOKENIZER_ARTIFACT_FILE: "bert.tar.gz",
    TOKENIZER_ARTIFACT_DIR: "mine",
    TOKENIZER_ARTIFACT_NAME: "bert",
  });
});

test("ytcode run gives variables their values as the framework does: resolved, and as Python writes them", async (t) => {
  const config = `
base: &base {A: '\${job.name}-\${oc.env:TEAM,none}', B: '\${oc.env:YTCODE_TEST_NOT_SET,3}'}
job: {name: daily}
client:
  operations:
    map: {env: {<<: *base, COUNT: 12345678901234567890, SHARE: 1.0, FLAG: yes, EMPTY: '\${oc.env:YTCODE_TEST_NOT_SET,null}'}}
    reduce: {env: {A: '\${oc.env:YTCODE_TEST_NOT_SET}'}}
`;
  const { row } = await show(t, config, {}, { environment: { TEAM: "ads" } });
  assert.partialDeepStrictEqual(row, {
    A: "daily-ads",
    B: "3",
    COUNT: "12345678901234567890",
    SHARE: "1.0",
    FLAG: "True",
  });
});

for (const [what, config, message] of [
  [
    "variables that are no map",
    "client: {operations: {map: {env: [A=1]}}}\n",
    'Cannot use "stages/show/config.yaml" as client.operations.map.env must be a map of variables',
  ],
  [
    "a variable that is a list",
    "client: {operations: {map: {env: {A: [hidden]}}}}\n",
    'Cannot use "stages/show/config.yaml" as client.operations.map.env.A must be a text: put it into quotes',
  ],
  [
    "a variable that cannot be resolved",
    "client: {operations: {map: {env: {A: '${oc.env:YTCODE_TEST_NOT_SET}'}}}}\n",
    'Cannot use the configuration of the stage "show" "FOLDER/stages/show/config.yaml" as ' +
      '"${oc.env:YTCODE_TEST_NOT_SET}" in client.operations.map.env.A cannot be resolved: the environment ' +
      'variable "YTCODE_TEST_NOT_SET" is not set; set it, or write a default: ${oc.env:YTCODE_TEST_NOT_SET,default}',
  ],
  [
    "a checkpoint outside the sandbox",
    "job: {model_name: ../x}\nclient: {local_checkpoint_path: configs/config.yaml}\n",
    'Cannot put a file into the sandbox as job.model_name must name one in it: it is "../x"',
  ],
] as const) {
  test(`ytcode run refuses ${what}`, async (t) => {
    const stages = { "show/src/mapper.py": SHOW, "show/config.yaml": config };
    const folder = await makeStages(t, stages);
    const { status, stderr } = await runCommand(t, folder, [".", "show"]);
    const said = stderr.replaceAll(folder, "FOLDER");
    assert.deepEqual([status, said], [1, `ytcode: ${message}\n`]);
    assert.ok(!(await readdir(folder)).includes(".dev"), "nothing has been begun");
  });
}
