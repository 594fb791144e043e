/** `ytcode plan --explain`, run as a user runs it, as text and as JSON. */
import assert from "node:assert/strict";
import { formatSize } from "../../../../common/text/format-size.ts";
import { wrapperScript } from "../../../../provider/pipeline/stages/wrappers.ts";
import { test } from "node:test";
import { createPainter } from "../../../../cli/terminal/colors.ts";
import { explainText } from "../../../../cli/plan/explain/explain-text.ts";
import { NO_VERDICT } from "../../../../cli/plan/explain/explanation.ts";
import { PRIVATE_KEY } from "../../../tools/private-key.ts";
import { configurationWith, makePipeline } from "../../../tools/small-pipeline.ts";
import { runYtcode } from "../../../tools/run-ytcode.ts";

const TREE = {
  "configs/config.yaml": configurationWith("upload_paths: [{source: lib, target: my/lib}]"),
  ".ytignore": "*.log\n",
  "lib/logs/.ytignore": "!keep.log\n",
  "lib/logs/keep.log": { text: "kept", mode: 0o755 },
  "lib/to_keep": { link: "logs/keep.log" },
  "lib/a.log": "",
  "lib/__pycache__/a.pyc": "",
  "lib/ca.pem": PRIVATE_KEY,
};

const WRAPPER = wrapperScript({ stage: "run", script: "mapper.py" });

for (const [asked, lines] of [
  [
    "stages/run/src/mapper.py",
    [
      "in stages/run/src/mapper.py",
      "  why         no rule excludes it",
      "  part        stages/run",
      "  in archive  stages/run/src/mapper.py",
      "  size        13 B",
      "  mode        0644",
    ],
  ],
  [
    "my/lib/logs/keep.log",
    [
      "in lib/logs/keep.log",
      '  why         lib/logs/.ytignore, line 1, "!keep.log" takes it back',
      "  part        my/lib",
      "  in archive  my/lib/logs/keep.log",
      "  size        4 B",
      "  mode        0755",
    ],
  ],
  [
    "lib/to_keep",
    [
      "in lib/to_keep",
      "  why         no rule excludes it",
      "  part        my/lib",
      "  in archive  my/lib/to_keep",
      "  link to     lib/logs/keep.log",
      "  size        4 B",
      "  mode        0755",
    ],
  ],
  [
    "lib/logs/",
    [
      "entered lib/logs",
      "  why         no rule excludes it; what is in it has rules of its own",
      "  part        my/lib",
      "  in archive  my/lib/logs",
    ],
  ],
  ["lib/a.log", ["out lib/a.log", '  why  .ytignore, line 1, "*.log" excludes it']],
  [
    "lib/__pycache__/a.pyc",
    [
      "out lib/__pycache__/a.pyc",
      '  why  the built-in rule "__pycache__/" excludes its directory "lib/__pycache__"',
    ],
  ],
  [".ytignore", ["out .ytignore", "  why  it says what is packed, and is never packed itself"]],
  [
    "lib/ca.pem",
    [
      "refused lib/ca.pem",
      "  why  a private key begins in it",
      '  to leave it out, add this line to ".ytignore":',
      "    /lib/ca.pem",
      "  if it is meant to be on the cluster, allow it in the configuration:",
      "    pipeline:",
      "      allow_secrets:",
      '        - "my/lib/ca.pem"',
    ],
  ],
  [
    "operation_wrapper_run_map.sh",
    [
      "in operation_wrapper_run_map.sh",
      '  why         the wrapper that runs stage "run" as map',
      "  part        wrappers/",
      "  in archive  operation_wrapper_run_map.sh",
      `  size        ${formatSize(Buffer.byteLength(WRAPPER))}`,
      "  mode        0755",
    ],
  ],
] as const) {
  test(`ytcode plan --explain ${asked} prints what decides`, async (t) => {
    const pipeline = await makePipeline(t, TREE);
    const { status, stdout, stderr } = await runYtcode(["plan", pipeline, "--explain", asked]);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.deepEqual(stdout.split("\n"), [...lines, ""]);
  });
}

test("ytcode plan --explain takes a path as the user sees it from where they stand", async (t) => {
  const pipeline = await makePipeline(t, TREE);
  const args = ["plan", pipeline, "--explain", "a.log"];
  const { stdout } = await runYtcode(args, { cwd: `${pipeline}/lib` });
  assert.match(stdout, /^out lib\/a\.log\n/);
});

test("ytcode plan --explain --json prints the documented shape", async (t) => {
  const pipeline = await makePipeline(t, TREE);
  const args = ["plan", pipeline, "--explain", "lib/logs/keep.log", "--json"];
  const { status, stdout, stderr } = await runYtcode(args);
  assert.deepEqual([status, stderr], [0, ""]);
  assert.deepEqual(JSON.parse(stdout), {
    version: 1,
    path: "lib/logs/keep.log",
    pipelineDirectory: pipeline,
    verdicts: [
      {
        verdict: "in",
        because: "asked-for",
        detail: null,
        part: "my/lib",
        archivePath: "my/lib/logs/keep.log",
        file: `${pipeline}/lib/logs/keep.log`,
        linkedTo: null,
        mode: "0755",
        sizeBytes: 4,
        rule: { file: `${pipeline}/lib/logs/.ytignore`, line: 1, text: "!keep.log" },
        excludedDirectory: null,
      },
    ],
    problems: [],
  });
});

test("ytcode plan --explain ends with 1 for a path that is nowhere", async (t) => {
  const pipeline = await makePipeline(t);
  const { status, stdout, stderr } = await runYtcode(["plan", pipeline, "--explain", "nope"]);
  assert.deepEqual([status, stdout], [1, ""]);
  assert.equal(
    stderr,
    `ytcode: Cannot explain "nope" as there is no such file in "${pipeline}" and no such path in the archive\n`,
  );
});

test("ytcode plan --explain ends with 2 when a page is asked for too", async (t) => {
  const pipeline = await makePipeline(t);
  const { status } = await runYtcode(["plan", pipeline, "--explain", "x", "--html", "x.html"]);
  assert.equal(status, 2);
});

test("explainText() lists what cannot be looked at, and lets no name move the cursor", () => {
  const file = "/p/a\u001b[2Jb\n";
  const verdict = { ...NO_VERDICT, file, detail: "nobody" };
  const text = explainText(
    { path: "a", pipelineDirectory: "/p", verdicts: [verdict], problems: ["one\ntwo", "three"] },
    createPainter(false),
  );
  assert.deepEqual(text.split("\n"), [
    "out a\\u{1b}[2Jb\\u{a}",
    "  why  nobody",
    "",
    "Not looked at, as it cannot be packed:",
    "  one",
    "  two",
    "  three",
  ]);
});
