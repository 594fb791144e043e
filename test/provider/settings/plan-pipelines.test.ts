/** Which pipelines a stack's settings come to: patterns, defaults, overrides, promotions. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { placeText } from "../../../provider/settings/mistakes.ts";
import type { Mistake } from "../../../provider/settings/mistakes.ts";
import { planPipelines } from "../../../provider/settings/plan-pipelines.ts";
import { readStackSettings } from "../../../provider/settings/read-settings.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const CONFIGURATION = "stages: {enabled_stages: []}\n";

const TREE = {
  "pipelines/daily/configs/config.yaml": CONFIGURATION,
  "pipelines/hourly/configs/config.yaml": CONFIGURATION,
  "pipelines/hourly/configs/prod.yaml": CONFIGURATION,
  "pipelines/.hidden/configs/config.yaml": CONFIGURATION,
  "pipelines/notes/README.md": "",
  "pipelines/file": "",
  "jobs/daily/configs/config.yaml": CONFIGURATION,
};

const archivesOf = (stack: string): readonly string[] =>
  stack === "empty" ? [] : ["daily", "hourly", "weekly"];

function plan(root: string, settings: Readonly<Record<string, unknown>>, stack = "dev") {
  const config = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`yt:${key}`, value]),
  );
  const mistakes: Mistake[] = [];
  const read = readStackSettings(config, { project: "infra" }, mistakes);
  const planned = planPipelines(read, { stack, root, archivesOf }, mistakes);
  const texts = mistakes.map(({ place, problem }) => `${place ? placeText(place) : ""} ${problem}`);
  return { planned, texts };
}

test("planPipelines() finds directories with a configuration, sorted, without what is left out", async (t) => {
  const root = await makeTree(t, TREE);
  const found = (pipelines: unknown, defaults = {}) => {
    const { planned, texts } = plan(root, { pipelines, defaults });
    assert.deepEqual(texts, []);
    return planned.map(({ name, directory }) => `${name} ${directory}`);
  };
  const both = ["daily ./pipelines/daily", "hourly ./pipelines/hourly"];
  assert.deepEqual(found("./pipelines/*"), both);
  assert.deepEqual(found(["pipelines/*/", "./pipelines/daily"]), both);
  assert.deepEqual(found(["./**/*", "!./jobs/*"]), both);
  assert.deepEqual(found(["./pipelines/*", "!pipelines/d*"]), both.slice(1));
  assert.deepEqual(found("./pipelines/*", { config: "configs/prod.yaml" }), both.slice(1));
  assert.deepEqual(found("./pipelines/*", { directory: "./elsewhere" }), both);
  assert.deepEqual(found("./pipelines/.hidden"), [".hidden ./pipelines/.hidden"]);
  assert.deepEqual(found([{ name: "a" }, { directory: "jobs/daily" }]), [
    "a a",
    "daily jobs/daily",
  ]);
  // An object about a directory that a pattern matches is that pipeline's.
  assert.deepEqual(found(["./pipelines/*", { name: "d", directory: "pipelines/daily" }]), [
    "hourly ./pipelines/hourly",
    "d pipelines/daily",
  ]);
});

test("planPipelines() merges defaults, the list and overrides, and replaces placeholders", async (t) => {
  const root = await makeTree(t, TREE);
  const { planned, texts } = plan(root, {
    pipelines: ["./pipelines/*", { name: "x", directory: "jobs/{name}", keepVersions: 4 }],
    defaults: { buildFolder: "//home/{stack}/{name}/build", keepVersions: 3, protect: true },
    overrides: {
      daily: { keepVersions: 20, protect: false, exportStages: true, buildFolder: null },
    },
  });
  assert.deepEqual(texts, []);
  assert.deepEqual(
    planned.map(({ name, directory, args, protect, exportStages }) => ({
      name,
      directory,
      args,
      protect,
      exportStages,
    })),
    [
      {
        name: "daily",
        directory: "./pipelines/daily",
        args: { keepVersions: 20 },
        protect: false,
        exportStages: true,
      },
      {
        name: "hourly",
        directory: "./pipelines/hourly",
        args: { buildFolder: "//home/dev/hourly/build", keepVersions: 3 },
        protect: true,
        exportStages: false,
      },
      {
        name: "x",
        directory: "jobs/x",
        args: { buildFolder: "//home/dev/x/build", keepVersions: 4 },
        protect: true,
        exportStages: false,
      },
    ],
  );
});

test("planPipelines() promotes by name, by pattern, and some beside those that are packed", async (t) => {
  const root = await makeTree(t, TREE);
  const sources = (settings: Readonly<Record<string, unknown>>) => {
    const { planned, texts } = plan(root, settings, "prod");
    assert.deepEqual(texts, []);
    return planned.map(({ name, source, directory }) =>
      source === undefined
        ? `${name} in ${directory}`
        : `${name} from ${source.stack}/${source.pipeline}`,
    );
  };
  const all = ["daily from dev/daily", "hourly from dev/hourly", "weekly from dev/weekly"];
  assert.deepEqual(sources({ pipelines: "*", promoteFrom: "dev" }), all);
  assert.deepEqual(sources({ pipelines: ["daily", "w*"], promoteFrom: "dev" }), [all[0], all[2]]);
  assert.deepEqual(
    sources({ pipelines: ["*", "!daily"], defaults: { promoteFrom: "dev" } }),
    all.slice(1),
  );
  // The list of the project is good for the stack that promotes, too.
  assert.deepEqual(sources({ pipelines: "./pipelines/*", promoteFrom: "dev" }), all.slice(0, 2));
  assert.deepEqual(
    sources({
      pipelines: [
        "./pipelines/*",
        { name: "a", promoteFrom: { stack: "test", pipeline: "b" } },
        { name: "c", promoteFrom: "dev" },
      ],
      overrides: { daily: { promoteFrom: "stage" } },
    }),
    ["daily from stage/daily", "hourly in ./pipelines/hourly", "a from test/b", "c from dev/c"],
  );
  assert.deepEqual(
    sources({ pipelines: ["daily", { name: "x", promoteFrom: null }], promoteFrom: "dev" }),
    ["daily from dev/daily", "x in x"],
  );
});

test("planPipelines() names some of many directories that hold no pipeline", async (t) => {
  const names = Array.from({ length: 300 }, (_, index) => `p/${String(index).padStart(3, "0")}/`);
  const root = await makeTree(t, Object.fromEntries(names.map((name) => [name, ""])));
  assert.deepEqual(plan(root, { pipelines: "./p/*" }).texts, [
    'yt:pipelines matches no directory with a pipeline: "./p/*" matches ./p/000, ./p/001, ./p/002, ./p/003, ./p/004 and 295 more, and none holds "configs/config.yaml"',
  ]);
});

test("planPipelines() refuses what cannot be meant, all of it at once", async (t) => {
  const root = await makeTree(t, TREE);
  assert.deepEqual(
    plan(root, {
      pipelines: [
        "./*/daily",
        "./nothing/*",
        "./pipelines/notes",
        "./pipelines/n*",
        { name: "x", directory: "y" },
      ],
      defaults: { buildFolder: "//home/build", mode: "prod" },
      overrides: { dayly: {}, daily: { proxy: "other" }, x: { buildFolder: "//home/x" } },
    }).texts,
    [
      'yt:pipelines[1] matches no directory with a pipeline: "./nothing/*" matches no directory',
      'yt:pipelines[2] names no pipeline: "./pipelines/notes" holds no "configs/config.yaml"',
      'yt:pipelines[3] matches no directory with a pipeline: "./pipelines/n*" matches ./pipelines/notes, and none holds "configs/config.yaml"',
      'yt:pipelines[0] gives the name "daily" a second time: "./jobs/daily" and "./pipelines/daily"; list one of them with another name, as {name: …, directory: …}',
      "yt:overrides.dayly is for no pipeline of this stack: there are daily, x",
    ],
  );
  assert.deepEqual(
    plan(root, { pipelines: "./pipelines/*", defaults: { buildFolder: "//home/b", mode: "prod" } })
      .texts,
    [
      'yt:pipelines gives pipelines "daily" and "hourly" one build folder, "//home/b": give each its own, as with "{name}" in it',
    ],
  );
  assert.deepEqual(plan(root, { pipelines: "x*", promoteFrom: "test" }).texts, [
    'yt:pipelines matches no archive of stack "test": "x*"; its archives are daily, hourly, weekly',
  ]);
  assert.deepEqual(plan(root, { pipelines: "*", promoteFrom: "empty" }).texts, [
    'yt:pipelines matches no archive of stack "empty": "*"; it has none, bring it up first',
  ]);
  assert.deepEqual(
    plan(root, {
      pipelines: [{ name: "a", promoteFrom: "test" }, "./jobs/*"],
      requirePromotion: true,
    }).texts,
    [
      'yt:pipelines[1] is packed from local sources ("daily"), which "requirePromotion" does not allow in this stack: set "promoteFrom" to the stack to take it from',
    ],
  );
});

test("planPipelines() takes an object about an archive that a name or a pattern matches for that one", async (t) => {
  const root = await makeTree(t, TREE);
  const sha256 = "0".repeat(64);
  for (const pattern of ["*", "daily"]) {
    const { planned, texts } = plan(root, {
      pipelines: [pattern, { name: "daily", sha256 }],
      promoteFrom: "test",
    });
    assert.deepEqual(texts, []);
    assert.deepEqual(
      planned.filter(({ name }) => name === "daily").map(({ args }) => args),
      [{ sha256 }],
    );
  }
});
