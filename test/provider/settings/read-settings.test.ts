/** Settings of a stack: every form that is taken, and what is said of all others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeMistakes } from "../../../provider/settings/describe-mistakes.ts";
import type { Mistake } from "../../../provider/settings/mistakes.ts";
import { parseConfigValue, readStackSettings } from "../../../provider/settings/read-settings.ts";
import { findSettingsFiles } from "../../../provider/settings/settings-files.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

function read(config: Readonly<Record<string, unknown>>, otherKeys?: readonly string[]) {
  const mistakes: Mistake[] = [];
  const settings = readStackSettings(config, { project: "infra", otherKeys }, mistakes);
  const texts = describeMistakes(mistakes, { files: undefined, project: "infra", stack: "dev" });
  return { settings, texts };
}

const entriesOf = (config: Readonly<Record<string, unknown>>) => {
  const { settings, texts } = read(config);
  assert.deepEqual(texts, []);
  return settings.entries.map(({ pattern, name, values }) => ({ pattern, name, values }));
};

test("readStackSettings() takes pipelines as a pattern, a list, and an object, from both namespaces", () => {
  const found = { pattern: "./pipelines/*", name: undefined, values: {} };
  const daily = { pattern: undefined, name: "daily", values: { directory: "./jobs/daily" } };
  const list = ["./pipelines/*", { name: "daily", directory: "./jobs/daily" }];
  assert.deepEqual(entriesOf({ "yt:pipelines": "./pipelines/*" }), [found]);
  assert.deepEqual(entriesOf({ "infra:pipelines": list }), [found, daily]);
  assert.deepEqual(entriesOf({ "yt:pipelines": { from: "./pipelines/*" } }), [found]);
  assert.deepEqual(entriesOf({ "yt:pipelines": { from: list } }), [found, daily]);
});

test("readStackSettings() takes defaults and overrides beside pipelines and in it", () => {
  const defaults = { buildFolder: "//home/{stack}/{name}", keepVersions: null };
  const overrides = { daily: { mode: "prod" } };
  for (const config of [
    { "yt:pipelines": "./*", "yt:defaults": defaults, "infra:overrides": overrides },
    { "yt:pipelines": { from: "./*", defaults, overrides } },
  ]) {
    const { settings, texts } = read(config);
    assert.deepEqual(texts, []);
    assert.deepEqual(settings.defaults, defaults);
    assert.deepEqual(settings.overrides.get("daily")?.values, { mode: "prod" });
  }
});

test("readStackSettings() leaves other namespaces and the program's own keys alone", () => {
  const config = { "yt:pipelines": "./*", "aws:region": "x", "infra:region": "eu" };
  assert.deepEqual(read(config, ["region"]).texts, []);
  assert.deepEqual(read(config).texts, [
    "Cannot use the settings as infra:region is not known here: known are pipelines, defaults, overrides, promoteFrom, requirePromotion, allowDirty",
  ]);
});

test("readStackSettings() says the same setting twice, and a missing list", () => {
  const twice = {
    "yt:pipelines": { from: "./*", defaults: {} },
    "yt:defaults": {},
    "infra:pipelines": [],
  };
  assert.deepEqual(read(twice).texts, [
    "Cannot use the settings as infra:pipelines says the same as yt:pipelines: keep one of them",
  ]);
  assert.deepEqual(read({ "yt:pipelines": { defaults: {} }, "yt:defaults": {} }).texts, [
    'Cannot use the settings as yt:pipelines.from must be a pattern like "./pipelines/*", or a list of patterns and pipelines: it is missing',
    "Cannot use the settings as yt:defaults says the same as yt:pipelines.defaults: keep one of them",
  ]);
  assert.deepEqual(read({ "yt:promoteFrom": "dev" }).texts, [
    'Cannot use the settings as yt:pipelines must be the name of an archive that is promoted, a pattern of names like "*", or a list of these: it is missing',
  ]);
});

test("parseConfigValue() reads what Pulumi keeps as JSON, and any other text as it is", () => {
  assert.deepEqual(["true", "[1]", "./pipelines/*", ""].map(parseConfigValue), [
    true,
    [1],
    "./pipelines/*",
    "",
  ]);
});

test("describeMistakes() names file and line of each, sorted, and the project's file where that has it", async (t) => {
  const root = await makeTree(t, {
    "Pulumi.yaml":
      "name: infra\nstackConfigDir: stacks\nconfig:\n  overrides:\n    value:\n      daily: {mode: 1}\n",
    "stacks/Pulumi.dev.yaml": `config:
  yt:pipelines:
    - ./pipelines/*
    - name: daily
      keepVersion: 3
  yt:defaults: &all
    buildFolder: "//home/{stak}"
  yt:allowDirty: maybe
`,
  });
  const mistakes: Mistake[] = [];
  const config = {
    "infra:overrides": { daily: { mode: 1 } },
    "yt:allowDirty": "maybe",
    "yt:pipelines": ["./pipelines/*", { name: "daily", keepVersion: 3 }],
    "yt:defaults": { buildFolder: "//home/{stak}" },
  };
  readStackSettings(config, { project: "infra" }, mistakes);
  const files = findSettingsFiles(root);
  assert.deepEqual(describeMistakes(mistakes, { files, project: "infra", stack: "dev" }), [
    'Cannot use "stacks/Pulumi.dev.yaml", line 5, as yt:pipelines[1].keepVersion is not known here: known are name, directory, config, python, mode, proxy, buildFolder, keepVersions, adopt, promoteFrom, sha256, protect, retainOnDelete, exportStages',
    'Cannot use "Pulumi.yaml", line 6, as infra:overrides.daily.mode must be "dev" or "prod": it is 1',
    'Cannot use "stacks/Pulumi.dev.yaml", line 7, as yt:defaults.buildFolder must be a non-empty string in which "{name}" and "{stack}" are the only placeholders: it is "//home/{stak}"',
    'Cannot use "stacks/Pulumi.dev.yaml", line 8, as yt:allowDirty must be true or false: it is "maybe"',
  ]);
});
