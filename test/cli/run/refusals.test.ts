/** What `ytcode run` refuses, each in one message. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { addToTree, makeTree } from "../../tools/temporary-tree.ts";
import { terminalLauncher } from "../../tools/terminal.ts";
import { runPython } from "../../ytjobs/run-python.ts";
import { makeStages, runCommand } from "./run-command.ts";

const STAGES = {
  "m/src/mapper.py": "",
  "mr/src/mapper.py": "",
  "mr/src/reducer.py": "",
  "v/src/vanilla.py": "",
  "all/src/mapper.py": "",
  "all/src/reducer.py": "",
  "all/src/vanilla.py": "",
  "mv/src/mapper.py": "",
  "mv/src/vanilla.py": "",
  "none/requirements.txt": "",
};
const RUNNABLE = 'the stages to run are "all", "m", "mr", "mv", "v"';

for (const [args, message] of [
  [
    ["gone"],
    'Cannot run the stage "gone" as it is not one of stages.enabled_stages, so it is not packed: ' +
      `enable it, or set pipeline.pack_stages to "all"; ${RUNNABLE}`,
  ],
  [
    ["none"],
    `Cannot run the stage "none" as there is none of mapper.py, vanilla.py, reducer.py in "stages/none/src": ${RUNNABLE}`,
  ],
  [
    ["all"],
    'Cannot choose how to run the stage "all" as it can run as map, reduce, map-reduce, vanilla: name one with --operation',
  ],
  [
    ["mv"],
    'Cannot choose how to run the stage "mv" as it can run as map, vanilla: name one with --operation',
  ],
  [
    ["m", "--operation", "map-reduce"],
    'Cannot run the stage "m" as map-reduce as it has no reducer.py in "stages/m/src": it can run as map',
  ],
  [
    ["v", "--operation", "map-reduce"],
    'Cannot run the stage "v" as map-reduce as it has no mapper.py and no reducer.py in "stages/v/src": it can run as vanilla',
  ],
  [
    ["mr"],
    'Cannot run the stage "mr" as map-reduce without knowing its groups: name their columns with --reduce-by',
  ],
  [
    ["mr", "--operation", "reduce", "--sort-by", "k"],
    "Cannot use --sort-by without --reduce-by: name the columns that make a group",
  ],
  [
    ["mr", "--operation", "reduce", "--enable-key-switch"],
    "Cannot use --enable-key-switch without --reduce-by: name the columns that make a group",
  ],
  [
    ["mr", "--reduce-by", "a,b", "--sort-by", "b,a"],
    "Cannot sort by b,a as --sort-by must begin with the columns of --reduce-by: a,b",
  ],
  [
    ["m", "--reduce-by", "k"],
    'Cannot sort for the stage "m" as it runs as map, which has no reducer: leave --reduce-by out',
  ],
  [
    ["v", "--input", "rows.jsonl"],
    'Cannot give rows to the stage "v" as it runs as vanilla, which has no input: leave --input out',
  ],
  [["m", "--input", "gone"], 'Cannot read the input "gone" as there is no such file'],
  [
    ["m", "--input", "//home/gone"],
    'Cannot read the input "//home/gone" as there is no such file here: a development run reads local files, ' +
      "and a table of the cluster becomes one with yt read-table --format '<encode_utf8=%false>json' //home/gone > rows.jsonl",
  ],
  [
    ["m", "--input", "stages"],
    'Cannot read the input "stages" as it is a directory: name a file of JSON lines',
  ],
  [
    ["m", "--output", "stages"],
    'Cannot write the output "stages" as it is a directory: name a file',
  ],
] as const) {
  test(`ytcode run refuses ${args.join(" ")}`, async (t) => {
    const folder = await makeStages(t, STAGES);
    const { status, stdout, stderr } = await runCommand(t, folder, [".", ...args]);
    const lines = stderr.split("\n").filter((line) => !line.startsWith("Warning: "));
    assert.deepEqual([status, stdout, lines], [1, "", [`ytcode: ${message}`, ""]]);
    assert.ok(!(await readdir(folder)).includes(".dev"), "nothing has been begun");
  });
}

test("ytcode run refuses an output in a folder that is not there", async (t) => {
  const folder = await makeStages(t, { "m/src/mapper.py": "" });
  const { status, stderr } = await runCommand(t, folder, [".", "m", "--output", "a/b.jsonl"]);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `ytcode: Cannot write the output "a/b.jsonl" as there is no directory "${folder}/a": make it first\n`,
  );
});

test("ytcode run refuses to wait for rows from a terminal that was not asked for", async (t) => {
  const folder = await makeStages(t, { "m/src/mapper.py": "" });
  const { status, stdout, stderr } = await runCommand(t, folder, [".", "m"], {
    launcher: await terminalLauncher(),
  });
  assert.equal(status, 1);
  assert.equal(
    (stdout + stderr).trimEnd(),
    'ytcode: Cannot run the stage without rows: name a file of JSON lines with --input, or "-" to type them in, or pipe them in',
  );
});

test("ytcode run refuses a pipeline whose path PYTHONPATH cannot hold", async (t) => {
  const folder = await makeStages(
    t,
    {},
    { "a:b/configs/config.yaml": "stages: {enabled_stages: [m]}" },
  );
  await addToTree(folder, { "a:b/stages/m/config.yaml": "", "a:b/stages/m/src/mapper.py": "" });
  const { status, stderr } = await runCommand(t, folder, ["a:b", "m"]);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `ytcode: Cannot run a stage below "${folder}/a:b/.dev" as PYTHONPATH would be cut at the ":": move or rename the directory\n`,
  );
});

test("ytcode run says that bash is missing", async (t) => {
  const folder = await makeStages(t, { "m/src/mapper.py": "" });
  const { stdout: python } = await runPython(["-c", "import sys; print(sys.executable, end='')"]);
  const text = `#!/bin/sh\nexec '${python}' "$@"\n`;
  const programs = await makeTree(t, { python3: { text, mode: 0o755 } });
  const { status, stderr } = await runCommand(t, folder, [".", "m"], {
    environment: { PATH: programs },
  });
  assert.equal(status, 1);
  assert.equal(
    stderr.trimEnd().split("\n").at(-1),
    'ytcode: Cannot start "bash" as it is not on PATH: a development run needs bash, tar, sort and python3, as the cluster\'s jobs do',
  );
});

for (const [what, secrets, message] of [
  [
    "a PATH of its secrets that leads nowhere",
    "PATH=/nowhere\n",
    `Cannot start "bash" as it is not on the PATH that the stage's env or configs/secrets.env sets: a development run needs bash, tar, sort and python3, as the cluster's jobs do`,
  ],
  [
    "an environment that no process takes",
    `LONG=${"x".repeat(3 << 20)}\n`,
    'Cannot start "bash" as its environment is longer than the system allows (on Linux 128 KiB for each variable): ' +
      "shorten what the stage's env, configs/secrets.env or your own environment has",
  ],
] as const) {
  test(`ytcode run says what is wrong with ${what}`, async (t) => {
    const folder = await makeStages(
      t,
      { "v/src/vanilla.py": "" },
      { "configs/secrets.env": secrets },
    );
    const { status, stderr } = await runCommand(t, folder, [".", "v"]);
    assert.deepEqual([status, stderr.trimEnd().split("\n").at(-1)], [1, `ytcode: ${message}`]);
  });
}

const fullDevice = existsSync("/dev/full") ? {} : { skip: "there is no /dev/full here" };

test("ytcode run says that an output has no room for its rows", fullDevice, async (t) => {
  const folder = await makeStages(t, { "m/src/mapper.py": "print('{}')" });
  const { status, stderr } = await runCommand(t, folder, [".", "m", "--output", "/dev/full"]);
  assert.deepEqual(
    [status, stderr.trimEnd().split("\n").at(-1)],
    [1, 'ytcode: Cannot write the output "/dev/full": the disk is full'],
  );
});

test("ytcode run tells a failure of the file system in one line", async (t) => {
  const folder = await makeStages(t, { "m/src/mapper.py": "" }, { ".dev": "a file" });
  const { status, stderr } = await runCommand(t, folder, [".", "m"]);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `ytcode: Cannot run the stage "m": EEXIST: file already exists, mkdir '${folder}/.dev'\n`,
  );
});
