/** The JSON schemas that editors check with say the same of a document as this package's own readers. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { Ajv } from "ajv";
import fc from "fast-check";
import { stringify } from "yaml";
import { readConfiguration } from "../../../provider/pipeline/configuration/configuration.ts";
import {
  DECLARING_SETTINGS,
  ENTRY_SETTINGS,
  PROVIDER_SETTINGS,
} from "../../../provider/settings/known-settings.ts";
import type { Mistake } from "../../../provider/settings/mistakes.ts";
import { readStackSettings } from "../../../provider/settings/read-settings.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { REPOSITORY } from "../../ytjobs/run-python.ts";

async function compile(name: string) {
  const text = await readFile(path.join(REPOSITORY, `schemas/${name}.schema.json`), "utf8");
  const schema: unknown = JSON.parse(text);
  assert.ok(typeof schema === "object" && schema !== null);
  return new Ajv({ allErrors: true, strictTypes: false, strictRequired: false }).compile(schema);
}

function fitsReader(config: Readonly<Record<string, unknown>>): boolean {
  const mistakes: Mistake[] = [];
  readStackSettings(config, { project: "infra" }, mistakes);
  return mistakes.length === 0;
}

const GOOD_STACKS: readonly Readonly<Record<string, unknown>>[] = [
  { "yt:pipelines": "./pipelines/*" },
  { "yt:pipelines": [] },
  { "infra:pipelines": ["./a", "!./b", { name: "c" }, { directory: "./d", name: null }] },
  {
    "yt:pipelines": {
      from: ["./a"],
      defaults: { mode: "prod" },
      overrides: { a: { adopt: true } },
    },
  },
  {
    "yt:pipelines": "*",
    "yt:promoteFrom": "dev",
    "yt:requirePromotion": true,
    "yt:allowDirty": false,
  },
  { "yt:pipelines": "./*", "yt:defaults": { buildFolder: "//home/{stack}/{name}", sha256: null } },
  {
    "yt:pipelines": [{ name: "a", promoteFrom: { stack: "dev", pipeline: "b" } }],
    "yt:token": "x",
  },
  { "yt:pipelines": "./*", "yt:proxyDiscovery": false, "yt:dataProxies": ["a"], "aws:region": 1 },
  { "yt:pipelines": "./*", "yt:defaults": null, "yt:overrides": null, "yt:promoteFrom": null },
];

const BAD_STACKS: readonly Readonly<Record<string, unknown>>[] = [
  { "yt:pipelines": 3 },
  { "yt:pipelines": "!" },
  { "yt:pipelines": [""] },
  { "yt:pipelines": [{}] },
  { "yt:pipelines": [{ name: null }] },
  { "yt:pipelines": [{ name: "a", size: 3 }] },
  { "yt:pipelines": {} },
  { "yt:pipelines": { from: "./*", directories: [] } },
  { "yt:pipelines": "./*", "yt:defaults": [] },
  { "yt:pipelines": "./*", "yt:defaults": { name: "a" } },
  { "yt:pipelines": "./*", "yt:defaults": { buildFolder: "//home/{stak}" } },
  { "yt:pipelines": "./*", "yt:defaults": { keepVersions: 0 } },
  { "yt:pipelines": "./*", "yt:defaults": { keepVersions: 1.5 } },
  { "yt:pipelines": "./*", "yt:defaults": { protect: "yes" } },
  { "yt:pipelines": "./*", "yt:overrides": { a: 1 } },
  { "yt:pipelines": "./*", "yt:overrides": { a: { mode: "production" } } },
  { "yt:pipelines": "./*", "yt:overrides": { a: { sha256: "abc" } } },
  { "yt:pipelines": "./*", "yt:overrides": { a: { promoteFrom: { pipeline: "b" } } } },
  { "yt:pipelines": "./*", "yt:overrides": { a: { promoteFrom: { stack: "b", from: "c" } } } },
  { "yt:pipelines": "./*", "yt:promoteFrom": 1 },
  { "yt:pipelines": "./*", "yt:allowDirty": "maybe" },
  { "yt:pipelines": "./*", "infra:requirePromotion": 1 },
  { "yt:pipelines": "./*", "yt:proxi": "local" },
];

test("schemas/stack.schema.json takes the settings that are read, and no others", async () => {
  const validate = await compile("stack");
  for (const [documents, isGood] of [
    [GOOD_STACKS, true],
    [BAD_STACKS, false],
  ] as const) {
    for (const config of documents) {
      assert.equal(validate({ config }), isGood, JSON.stringify([config, validate.errors]));
      assert.equal(fitsReader(config), isGood, JSON.stringify(config));
    }
  }
});

test("schemas/stack.schema.json and the reader agree on any value of any setting", async () => {
  const validate = await compile("stack");
  const value = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom(
        null,
        true,
        1,
        0,
        -2,
        1.5,
        "",
        "x",
        "prod",
        "{name}",
        "{x}",
        "{",
        "}{",
        "0".repeat(64),
      ),
    },
    fc.constantFrom(
      [],
      ["x"],
      [""],
      [1],
      ["!x", "!"],
      {},
      { stack: "a" },
      { stack: "" },
      { from: "x" },
      { x: {} },
      { name: "n" },
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const settings = fc.dictionary(fc.constantFrom(...Object.keys(ENTRY_SETTINGS), "other"), value, {
    maxKeys: 3,
  });
  const key = fc
    .constantFrom(...DECLARING_SETTINGS, "other")
    .chain((name) => fc.constantFrom(`yt:${name}`));
  const config = fc.dictionary(
    key,
    fc.oneof(
      value,
      settings,
      fc.array(fc.oneof(value, settings), { maxLength: 2 }),
      fc.record({ x: settings }),
      fc.record({ from: fc.array(settings, { maxLength: 2 }), defaults: settings }),
    ),
    { maxKeys: 2 },
  );
  fc.assert(
    fc.property(config, (settled) => {
      // Twice the same, and no list, are mistakes that span settings.
      const whole: Record<string, unknown> = { "yt:pipelines": "./*", ...settled };
      const pipelines = whole["yt:pipelines"];
      fc.pre(!("yt:defaults" in settled && typeof pipelines === "object"));
      assert.equal(validate({ config: whole }), fitsReader(whole), JSON.stringify(whole));
    }),
    { numRuns: 1000 },
  );
});

test("schemas/stack.schema.json describes every setting", async () => {
  const text = await readFile(path.join(REPOSITORY, "schemas/stack.schema.json"), "utf8");
  for (const name of [...DECLARING_SETTINGS, ...PROVIDER_SETTINGS]) {
    assert.ok(text.includes(`"yt:${name}": {`), name);
  }
});

const STAGES = { enabled_stages: ["a"] };

const GOOD_PIPELINES: readonly unknown[] = [
  { stages: STAGES },
  { stages: { enabled_stages: [] }, pipeline: null, mine: { anything: 1 } },
  { stages: { enabled_stages: null, other: 1 }, pipeline: {} },
  { stages: STAGES, pipeline: { mode: "prod", build_folder: "//home/a", pack_stages: "all" } },
  {
    stages: STAGES,
    pipeline: { mode: null, build_folder: null, upload_modules: null, pack_stages: null },
  },
  { stages: STAGES, pipeline: { upload_modules: ["m"], allow_secrets: ["a.env"], more: true } },
  {
    stages: STAGES,
    pipeline: {
      upload_paths: [{ source: "a" }, { source: "b", target: "c" }, { source: "d", target: null }],
    },
  },
  {
    stages: STAGES,
    which: "dev",
    pipeline: { mode: "${which}", upload_modules: "${stages.enabled_stages}" },
  },
];

const BAD_PIPELINES: readonly unknown[] = [
  {},
  [],
  { stages: null },
  { stages: {} },
  { stages: { enabled_stages: "a" } },
  { stages: { enabled_stages: [1] } },
  { stages: { enabled_stages: [""] } },
  { stages: STAGES, pipeline: [] },
  { stages: STAGES, pipeline: { mode: "production" } },
  { stages: STAGES, pipeline: { build_folder: "" } },
  { stages: STAGES, pipeline: { build_folder: 3 } },
  { stages: STAGES, pipeline: { pack_stages: true } },
  { stages: STAGES, pipeline: { upload_modules: "m" } },
  { stages: STAGES, pipeline: { upload_modules: [{}] } },
  { stages: STAGES, pipeline: { upload_paths: { source: "a" } } },
  { stages: STAGES, pipeline: { upload_paths: ["a"] } },
  { stages: STAGES, pipeline: { upload_paths: [{ target: "a" }] } },
  { stages: STAGES, pipeline: { allow_secrets: [false] } },
];

test("schemas/pipeline.schema.json takes the configurations that are read, and no others", async (t) => {
  const validate = await compile("pipeline");
  const documents = [...GOOD_PIPELINES, ...BAD_PIPELINES];
  const files = documents.map((document, index) => [`${index}.yaml`, stringify(document)] as const);
  const directory = await makeTree(t, Object.fromEntries(files));
  for (const [index, document] of documents.entries()) {
    const isGood = index < GOOD_PIPELINES.length;
    assert.equal(validate(document), isGood, JSON.stringify([document, validate.errors]));
    const read = readConfiguration(directory, `${index}.yaml`);
    await (isGood ? read : assert.rejects(read, UserError, JSON.stringify(document)));
  }
});
