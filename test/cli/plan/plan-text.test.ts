/** `ytcode plan` on a terminal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlanDocument, PlanPart } from "../../../cli/plan/plan-document.ts";
import { planText } from "../../../cli/plan/plan-text.ts";
import { createPainter, withoutColor } from "../../../cli/terminal/colors.ts";
import { makePipeline } from "../../tools/small-pipeline.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { RICH_PIPELINE } from "./rich-pipeline.ts";

const MIB = 1024 * 1024;

function part(key: string, sizeBytes: number, fileCount: number): PlanPart {
  return {
    key,
    kind: "stage",
    root: key,
    digest: "0123456789abcdef",
    sizeBytes,
    fileCount,
    files: [],
  };
}

const PLAN: PlanDocument = {
  version: 1,
  pipelineDirectory: "/pipelines/daily",
  digest: "fedcba9876543210",
  mode: "prod",
  buildFolder: "//home/me/daily/build",
  environment: [],
  ytjobs: "shipped with pulumi-yt-code",
  sizeBytes: 121 * MIB,
  fileCount: 1302,
  operations: [
    { stage: "train", operation: "map", wrapper: "", entryPoint: "stages/train/src/mapper.py" },
    {
      stage: "train",
      operation: "reduce",
      wrapper: "",
      entryPoint: "stages/train/src/my\u{1b}.py",
    },
  ],
  warnings: [
    { type: "large-part", part: "model/", message: 'Part "model/" is over 100 MB' },
    { type: "name-collision", part: null, message: "Two names are one" },
  ],
  biggest: {
    files: [
      { path: "model/weights.bin", sizeBytes: 100 * MIB },
      { path: "model/old/\u001b[31mred\nline", sizeBytes: 1.5 * MIB },
      { path: "html/index.html", sizeBytes: 1.2 * MIB },
    ],
    folders: [{ path: "model/old", sizeBytes: 5 * MIB, fileCount: 12 }],
  },
  parts: [part("html/", 900, 2), part("model/", 120 * MIB, 1200), part("stages/train", MIB, 100)],
};

test("planText() shows facts, parts, what is biggest, and warnings last", () => {
  assert.equal(
    planText(PLAN, createPainter(false)),
    String.raw`/pipelines/daily
  mode          prod
  build folder  //home/me/daily/build
  runs          train (map), train (reduce: my\u{1b}.py)
  ytjobs        shipped with pulumi-yt-code

part          files       size  share  digest
model/         1200  120.0 MiB    99%  0123456789ab
stages/train    100    1.0 MiB    <1%  0123456789ab
html/             2      900 B    <1%  0123456789ab
total          1302  121.0 MiB         fedcba987654

     size  share  biggest files
100.0 MiB    82%  model/weights.bin
  1.5 MiB     1%  model/old/\u{1b}[31mred\u{a}line

   size  share  biggest folders
5.0 MiB     4%  model/old

2 warnings
  ! Part "model/" is over 100 MB
  ! Two names are one`,
  );
});

test("planText() shows where the environment was looked at", () => {
  const environment = [
    { variable: "TEAM", key: "pipeline.build_folder", isSet: true },
    { variable: "MODE", key: "pipeline.mode", isSet: false },
  ];
  assert.match(
    planText({ ...PLAN, environment }, createPainter(false)),
    /^ {2}build folder {2}.*\n {2}environment {3}TEAM \(pipeline\.build_folder\), MODE \(pipeline\.mode, not set\)\n {2}runs/m,
  );
});

test("planText() with colours has the same text, and marks the parts with warnings", () => {
  const colored = planText(PLAN, createPainter(true));
  assert.equal(withoutColor(colored), planText(PLAN, createPainter(false)));
  assert.ok(colored.includes("\u001b[33mmodel/\u001b[39m"));
  assert.ok(!colored.includes("\u001b[33mhtml/"));
});

test("planText() looks for nothing big in a small pipeline", () => {
  const text = planText({ ...PLAN, sizeBytes: MIB - 1 }, createPainter(false));
  assert.doesNotMatch(text, /biggest/);
  assert.match(planText({ ...PLAN, sizeBytes: MIB }, createPainter(false)), /biggest/);
});

test("ytcode plan writes its report, warnings too, to standard output", async (t) => {
  const folder = await makeTree(t, RICH_PIPELINE);
  const { status, stdout, stderr } = await runYtcode(["plan", folder]);
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(stdout, /^features\/ +3 +1\.4 MiB +\d+% {2}[0-9a-f]{12}$/m);
  assert.match(stdout, /^293\.0 KiB +\d+% {2}features\/data\/old\/cities.csv$/m);
  assert.match(stdout, /\n\n3 warnings\n {2}! Stage "notes" has no config.yaml\n/);
});

test("ytcode plan warns of nothing when there is nothing to warn of", async (t) => {
  const { status, stdout, stderr } = await runYtcode(["plan", await makePipeline(t)]);
  assert.deepEqual([status, stderr], [0, ""]);
  assert.doesNotMatch(stdout, /warning/);
});

test("ytcode plan says so when there is nothing to pack", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml": "stages: {enabled_stages: [tables]}",
    "stages/tables/config.yaml": "",
  });
  assert.equal(
    (await runYtcode(["plan", folder])).stdout,
    `${folder}\n  mode          dev\n  build folder  not set\n\nNo enabled stage has code: nothing to build or upload\n`,
  );
});
