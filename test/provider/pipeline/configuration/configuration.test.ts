/** What a configuration file may say, and what is said of one that is wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfiguration } from "../../../../provider/pipeline/configuration/configuration.ts";
import { UserError } from "../../../../common/errors/user-error.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

test("readConfiguration() reads every field of ours and leaves other keys alone", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml": `
stages:
  enabled_stages: [load, run, load]
  order: [whatever, 1, {}]
pipeline:
  mode: prod
  build_folder: //home/me/build
  pack_stages: all
  upload_modules: [my_utils, other.part]
  upload_paths:
    - source: ./lib
    - {source: words.txt, target: data/words.txt, note: mine}
  allow_secrets: [lib/public.pem]
  owner: me
theirs: {mode: anything}
`,
  });
  assert.deepEqual(await readConfiguration(folder), {
    enabledStages: ["load", "run"],
    packStages: "all",
    mode: "prod",
    buildFolder: "//home/me/build",
    uploadModules: ["my_utils", "other.part"],
    uploadPaths: [
      { source: "./lib", target: undefined },
      { source: "words.txt", target: "data/words.txt" },
    ],
    allowSecrets: ["lib/public.pem"],
  });
});

for (const [fact, text] of [
  ["absent", "stages: {enabled_stages: []}\n"],
  ["written without a value", "stages:\n  enabled_stages:\npipeline:\n"],
  [
    "null one by one",
    "stages: {enabled_stages: []}\npipeline: {mode: null, build_folder: ~, pack_stages: null, " +
      "upload_modules: null, upload_paths: null, allow_secrets: null}\n",
  ],
] as const) {
  test(`readConfiguration() takes its defaults for fields that are ${fact}`, async (t) => {
    const folder = await makeTree(t, { "configs/config.yaml": text });
    assert.deepEqual(await readConfiguration(folder), {
      enabledStages: [],
      packStages: "enabled",
      mode: "dev",
      buildFolder: undefined,
      uploadModules: [],
      uploadPaths: [],
      allowSecrets: [],
    });
  });
}

test("readConfiguration() reads the file that is named instead", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml": "stages: {enabled_stages: [a]}",
    "configs/prod.yaml": "stages: {enabled_stages: [b]}",
  });
  const { enabledStages } = await readConfiguration(folder, "configs/prod.yaml");
  assert.deepEqual(enabledStages, ["b"]);
});

for (const [file, argument] of [
  ["configs/config.yaml", "pipeline"],
  ["configs/prod.yaml", "config"],
] as const) {
  test(`readConfiguration() says where it looked when there is no ${file}`, async (t) => {
    const folder = await makeTree(t);
    await assert.rejects(readConfiguration(folder, file), {
      name: "UserError",
      argument,
      message:
        `Cannot read the pipeline in "${folder}" as it has no "${file}": ` +
        "create it with a list of stages under stages.enabled_stages, or name another file",
    });
  });
}

test("readConfiguration() refuses a directory in the place of the file", async (t) => {
  const folder = await makeTree(t, { "configs/prod/x": "" });
  await assert.rejects(readConfiguration(folder, "configs/prod"), {
    name: "UserError",
    argument: "config",
    message: 'Cannot read "configs/prod" as it is a directory: name a YAML file',
  });
});

for (const [fact, text, message] of [
  [
    "YAML that does not parse",
    "stages:\n  enabled_stages: [a, b\npipeline: {}\n",
    /^Cannot parse "configs\/config\.yaml", line 3, column 1: Flow sequence .* must be sufficiently indented/,
  ],
  [
    "a tab that indents",
    "stages:\n\tenabled_stages: []\n",
    /^Cannot parse "configs\/config\.yaml", line 2, column 1: Tabs are not allowed as indentation$/,
  ],
  [
    "a key that is there twice",
    "pipeline: {mode: dev}\nstages: {}\npipeline: {mode: prod}\n",
    /^Cannot parse "configs\/config\.yaml", line 3, column 1: Map keys must be unique$/,
  ],
  [
    "two documents",
    "stages: {}\n---\nstages: {}\n",
    /^Cannot parse "configs\/config\.yaml", line 2, column 1: it holds two documents: line 3 begins the second; keep one$/,
  ],
] as const) {
  test(`readConfiguration() gives line and column of ${fact}`, async (t) => {
    const folder = await makeTree(t, { "configs/config.yaml": text });
    await assert.rejects(readConfiguration(folder), {
      name: "UserError",
      argument: "config",
      message,
    });
  });
}

test("readConfiguration() refuses an alias without an anchor, and does not repeat what may be a password", async (t) => {
  const folder = await makeTree(t, { "configs/config.yaml": "stages: {}\nsecret: *hunter2\n" });
  await assert.rejects(readConfiguration(folder), {
    name: "UserError",
    argument: "config",
    message:
      'Cannot parse "configs/config.yaml", line 2, column 9: there is no anchor for this alias; ' +
      'put a value that begins with "*" into quotes',
  });
});

/** Levels that each repeat the one before ten times. */
function laughs(levels: number): string {
  const lines = Array.from(
    { length: levels },
    (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}*l${level}]`,
  );
  return `l0: &l0 [x]\n${lines.join("\n")}\n`;
}

const STAGES = "stages: {enabled_stages: []}\n";
const TOO_DEEP = "it is nested too deeply; make it flatter";

/** In ms: far more than it takes, far less than an explosion would. */
const BOUND = 20_000;

for (const [fact, text, message] of [
  [
    "aliases that would expand without bound",
    `${STAGES}${laughs(30)}`,
    ", line 8, column 25: the aliases up to here stand for more than 1,000,000 values; write what is needed without them",
  ],
  [
    "flow collections in one another",
    `${STAGES}x: ${"[".repeat(50_000)}${"]".repeat(50_000)}\n`,
    TOO_DEEP,
  ],
  [
    "maps in one another",
    `${STAGES}${Array.from({ length: 5000 }, (_, level) => `${" ".repeat(level)}a:\n`).join("")}`,
    TOO_DEEP,
  ],
  ["lists in one another", `${STAGES}x:\n${"- ".repeat(50_000)}x\n`, TOO_DEEP],
] as const) {
  test(`readConfiguration() refuses ${fact}, in bounded time`, async (t) => {
    const folder = await makeTree(t, { "configs/config.yaml": text });
    const start = performance.now();
    await assert.rejects(readConfiguration(folder), (error) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.argument, "config");
      const place = /^Cannot parse "configs\/config\.yaml"(, line \d+, column \d+)?: /;
      assert.match(error.message, place);
      assert.ok(error.message.endsWith(message), error.message);
      return true;
    });
    assert.ok(performance.now() - start < BOUND);
  });
}

for (const [fact, text] of [
  ["as many aliases as anybody needs", `a: &a {b: 1}\nc: [${"*a, ".repeat(50_000)}*a]\n`],
  ["aliases in aliases, within reason", laughs(4)],
  ["an alias inside what it means", "a: &a {b: *a}\n"],
  ["many keys", Array.from({ length: 50_000 }, (_, key) => `key${key}: 1\n`).join("")],
] as const) {
  test(`readConfiguration() reads ${fact}, in bounded time`, async (t) => {
    const folder = await makeTree(t, { "configs/config.yaml": `${STAGES}${text}` });
    const start = performance.now();
    assert.deepEqual((await readConfiguration(folder)).enabledStages, []);
    assert.ok(performance.now() - start < BOUND);
  });
}

test("readConfiguration() takes fields from an alias, the latest anchor of a name", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml":
      "one: &names [a]\ntwo: &names [b, c]\nstages: {enabled_stages: *names}\npipeline: &p\n  mode: prod\n",
  });
  const { enabledStages, mode } = await readConfiguration(folder);
  assert.deepEqual([enabledStages, mode], [["b", "c"], "prod"]);
});

test("readConfiguration() names a field that holds itself", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml": "stages: {enabled_stages: &a [*a]}\n",
  });
  await assert.rejects(readConfiguration(folder), {
    name: "UserError",
    message:
      'Cannot use "configs/config.yaml" as stages.enabled_stages[0] must be a non-empty string: it is a value that holds itself',
  });
});

test("readConfiguration() finds a key that is there twice at any depth", async (t) => {
  const folder = await makeTree(t, { "configs/config.yaml": `${STAGES}a:\n  - {b: 1, "b": 2}\n` });
  await assert.rejects(readConfiguration(folder), {
    name: "UserError",
    message: 'Cannot parse "configs/config.yaml", line 3, column 12: Map keys must be unique',
  });
});

for (const [text, wrong] of [
  ["[]", "the document must be a map: it is []"],
  ["just text", 'the document must be a map: it is "just text"'],
  ["", "stages.enabled_stages must be a list of stage names: it is missing"],
  ["stages: {}", "stages.enabled_stages must be a list of stage names: it is missing"],
  ["stages: [run]", 'stages must be a map: it is ["run"]'],
  ["stages: {enabled_stages: run}", 'stages.enabled_stages must be a list: it is "run"'],
  [
    "stages: {enabled_stages: [a, 1]}",
    "stages.enabled_stages[1] must be a non-empty string: it is 1",
  ],
  ["pipeline: text", 'pipeline must be a map: it is "text"'],
  ["pipeline: {mode: Prod}", 'pipeline.mode must be "dev" or "prod": it is "Prod"'],
  ["pipeline: {mode: true}", 'pipeline.mode must be "dev" or "prod": it is true'],
  [
    "pipeline: {pack_stages: some}",
    'pipeline.pack_stages must be "enabled" or "all": it is "some"',
  ],
  ["pipeline: {build_folder: 7}", "pipeline.build_folder must be a non-empty string: it is 7"],
  ["pipeline: {build_folder: ''}", 'pipeline.build_folder must be a non-empty string: it is ""'],
  [
    "pipeline: {upload_modules: [a, {b: c}]}",
    'pipeline.upload_modules[1] must be a non-empty string: it is {"b":"c"}',
  ],
  [
    "pipeline: {upload_paths: {source: x}}",
    'pipeline.upload_paths must be a list: it is {"source":"x"}',
  ],
  ["pipeline: {upload_paths: [lib]}", 'pipeline.upload_paths[0] must be a map: it is "lib"'],
  [
    "pipeline: {upload_paths: [{source: lib}, {target: x}]}",
    "pipeline.upload_paths[1].source must be a non-empty string: it is missing",
  ],
  [
    "pipeline: {upload_paths: [{source: lib, target: [x]}]}",
    'pipeline.upload_paths[0].target must be a non-empty string: it is ["x"]',
  ],
  ["pipeline: {allow_secrets: x.pem}", 'pipeline.allow_secrets must be a list: it is "x.pem"'],
  [
    `pipeline: {mode: ${"long".repeat(30)}}`,
    `pipeline.mode must be "dev" or "prod": it is "${"long".repeat(14)}...`,
  ],
] as const) {
  test(`readConfiguration() names the field that is wrong in ${text.slice(0, 60)}`, async (t) => {
    const rest = text.startsWith("pipeline:") ? "\nstages: {enabled_stages: []}" : "";
    const folder = await makeTree(t, { "configs/config.yaml": text + rest });
    await assert.rejects(readConfiguration(folder), {
      name: "UserError",
      argument: "config",
      message: `Cannot use "configs/config.yaml" as ${wrong}`,
    });
  });
}

test("readConfiguration() reports all wrong fields at once", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml":
      "stages: {enabled_stages: [1]}\npipeline: {mode: x, upload_paths: [{source: 1}, a]}\n",
  });
  const start = 'Cannot use "configs/config.yaml" as ';
  await assert.rejects(readConfiguration(folder), {
    name: "UserErrors",
    message: [
      `${start}stages.enabled_stages[0] must be a non-empty string: it is 1`,
      `${start}pipeline.mode must be "dev" or "prod": it is "x"`,
      `${start}pipeline.upload_paths[0].source must be a non-empty string: it is 1`,
      `${start}pipeline.upload_paths[1] must be a map: it is "a"`,
    ].join("\n"),
  });
});

test("readConfiguration() takes fields from merge keys, in lists too", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml": `
base: &base {mode: prod, build_folder: //home/me/base, upload_modules: [a]}
lib: &lib {source: lib, target: lib}
stages: {enabled_stages: [run]}
pipeline:
  <<: *base
  build_folder: //home/me/own
  upload_paths:
    - <<: *lib
      target: lib2
`,
  });
  const { mode, buildFolder, uploadModules, uploadPaths } = await readConfiguration(folder);
  assert.deepEqual(
    [mode, buildFolder, uploadModules, uploadPaths],
    ["prod", "//home/me/own", ["a"], [{ source: "lib", target: "lib2" }]],
  );
});

test("readConfiguration() resolves interpolations in every field of ours, and no other", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml": `
base: {stages: [load, '\${..name}'], name: run, root: //home/me, all: all}
theirs: \${now:%Y}
stages: {enabled_stages: '\${base.stages}', theirs: '\${none}'}
pipeline:
  mode: \${oc.env:YTCODE_TEST_NOT_SET,prod}
  build_folder: \${base.root}/\${.mode}
  pack_stages: \${base.all}
  upload_modules: ['\${base.name}_utils']
  upload_paths: [{source: 'lib/\${base.name}', target: '\${.source}/x', note: '\${none}'}]
  allow_secrets: ['lib/\${base.name}/a.pem']
  owner: \${none}
`,
  });
  assert.deepEqual(await readConfiguration(folder), {
    enabledStages: ["load", "run"],
    packStages: "all",
    mode: "prod",
    buildFolder: "//home/me/prod",
    uploadModules: ["run_utils"],
    uploadPaths: [{ source: "lib/run", target: "lib/run/x" }],
    allowSecrets: ["lib/run/a.pem"],
    variables: [
      { variable: "YTCODE_TEST_NOT_SET", key: "pipeline.mode", isSet: false },
      { variable: "YTCODE_TEST_NOT_SET", key: "pipeline.build_folder", isSet: false },
    ],
  });
});

test("readConfiguration() follows an interpolation in the place of a whole section", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml":
      "prod: {mode: prod, build_folder: '${..root}/b'}\nroot: //home/me\n" +
      "stages: {enabled_stages: [run]}\npipeline: ${prod}\n",
  });
  const { mode, buildFolder } = await readConfiguration(folder);
  assert.deepEqual([mode, buildFolder], ["prod", "//home/me/b"]);
});

for (const [text, wrong] of [
  [
    "pipeline: {mode: '${oc.env:PATH}'}",
    'pipeline.mode must be "dev" or "prod": it is made of the environment variable "PATH"',
  ],
  [
    "path: '${oc.env:PATH}'\npipeline: {upload_modules: '${path}'}",
    'pipeline.upload_modules must be a list: it is made of the environment variable "PATH"',
  ],
  [
    "pipeline: {mode: '${oc.env:YTCODE_TEST_NOT_SET,Prod}'}",
    'pipeline.mode must be "dev" or "prod": it is "Prod"',
  ],
  [
    "version: 1.5\npipeline: {build_folder: '${version}'}",
    "pipeline.build_folder must be a non-empty string: it is 1.5",
  ],
  [
    "base: {a: [1.5]}\npipeline: {upload_modules: ['${base}']}",
    'pipeline.upload_modules[0] must be a non-empty string: it is {"a":[1.5]}',
  ],
  [
    "pipeline: {build_folder: '${now:%Y}'}",
    '"${now:%Y}" in pipeline.build_folder cannot be resolved: the resolver "now" is not known here, ' +
      'only "oc.env"; write the value, ${another.key} or ${oc.env:NAME,default}',
  ],
] as const) {
  test(`readConfiguration() refuses ${JSON.stringify(text)}, without what a variable holds`, async (t) => {
    const folder = await makeTree(t, { "configs/config.yaml": `${STAGES}${text}\n` });
    await assert.rejects(readConfiguration(folder), {
      name: "UserError",
      argument: "config",
      message: `Cannot use "configs/config.yaml" as ${wrong}`,
    });
  });
}

test("readConfiguration() refuses a file in UTF-16", async (t) => {
  const bytes = Buffer.from(`\uFEFF${STAGES}`, "utf16le");
  const folder = await makeTree(t, { "configs/config.yaml": bytes });
  await assert.rejects(readConfiguration(folder), {
    name: "UserError",
    argument: "config",
    message:
      'Cannot read "configs/config.yaml" as it is not UTF-8 text: save the file as UTF-8 (it looks like UTF-16)',
  });
});
