/** What a plan says of settings that `up` would refuse, and of variables that they were made with. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isRecord } from "../../../common/values/is-record.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";

for (const [fact, configuration, warnings] of [
  [
    "no build folder in mode prod",
    configurationWith("mode: prod"),
    [
      {
        type: "no-build-folder",
        part: null,
        message:
          'Mode "prod" without a build folder, which stage "run" needs: set pipeline.build_folder or the ' +
          'resource\'s argument "buildFolder" to a Cypress path like "//home/me/build"',
      },
    ],
  ],
  [
    "a build folder that is no Cypress path",
    configurationWith("build_folder: home/me"),
    [
      {
        type: "bad-build-folder",
        part: null,
        message:
          'pipeline.build_folder cannot be "home/me": a Cypress path begins with "//", like "//home/user/build"',
      },
    ],
  ],
  [
    "an empty list of stages",
    "stages: {enabled_stages: []}\npipeline: {mode: prod}\n",
    [
      {
        type: "no-stages",
        part: null,
        message: "No stage is enabled: list stages under stages.enabled_stages",
      },
    ],
  ],
  ["nothing in mode dev", configurationWith("mode: dev"), []],
  ["nothing of a good folder", configurationWith("mode: prod", "build_folder: //home/me/b"), []],
] as const) {
  test(`ytcode plan warns of ${fact}`, async (t) => {
    const folder = await makePipeline(t, { "configs/config.yaml": configuration });
    const { status, stdout } = await runYtcode(["plan", folder, "--json"]);
    assert.equal(status, 0);
    assert.partialDeepStrictEqual(JSON.parse(stdout), { warnings });
    assert.equal(warningCount(JSON.parse(stdout)), warnings.length);
  });
}

function warningCount(plan: unknown): number {
  assert.ok(isRecord(plan) && Array.isArray(plan["warnings"]));
  return plan["warnings"].length;
}

test("ytcode plan, build and run read the same environment; a plan shows what was read of it", async (t) => {
  const folder = await makePipeline(t, {
    "configs/config.yaml":
      "stages: {enabled_stages: ['${oc.env:STAGE}']}\n" +
      "pipeline: {mode: prod, build_folder: '//home/${oc.env:TEAM,me}/b'}\n",
    "stages/run/src/vanilla.py": "print('ran')\n",
  });
  const env = { STAGE: "run", PATH: process.env["PATH"] ?? "" };
  const { stdout } = await runYtcode(["plan", folder, "--json"], { env });
  assert.partialDeepStrictEqual(JSON.parse(stdout), {
    buildFolder: "//home/me/b",
    environment: [
      { variable: "STAGE", key: "stages.enabled_stages[0]", isSet: true },
      { variable: "TEAM", key: "pipeline.build_folder", isSet: false },
    ],
  });
  const shown = await runYtcode(["plan", folder], { env: { ...env, TEAM: "ads" } });
  assert.match(
    shown.stdout,
    /^ {2}build folder {2}\/\/home\/ads\/b\n {2}environment {3}STAGE \(stages\.enabled_stages\[0\]\), TEAM \(pipeline\.build_folder\)$/m,
  );
  const built = await runYtcode(["build", folder], { env });
  assert.deepEqual([built.status, built.stderr], [0, ""]);
  const ran = await runYtcode(["run", folder, "run", "--operation", "vanilla"], { env });
  assert.equal(ran.status, 0, ran.stderr);
  const unset = await runYtcode(["build", folder], { env: { PATH: env.PATH } });
  assert.deepEqual(
    [unset.status, unset.stderr],
    [
      1,
      'ytcode: Cannot use "configs/config.yaml" as "${oc.env:STAGE}" in stages.enabled_stages[0] cannot be ' +
        'resolved: the environment variable "STAGE" is not set; set it, or write a default: ${oc.env:STAGE,default}\n',
    ],
  );
});
