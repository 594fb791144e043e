/** Project files: what the Pulumi CLI would take, what it would not, and what the embedded engine does not do. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { readProject } from "../../../engine/project/project.ts";
import {
  assertRunnable,
  nodeOptions,
  refreshesAlways,
  splitWords,
} from "../../../engine/project/runnable.ts";
import {
  assertSupportedSettings,
  readStackSettings,
} from "../../../engine/project/stack-settings.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const HEAD = "name: fixture\nruntime: nodejs\n";

async function rejects(t: TestContext, text: string, message: string): Promise<void> {
  const directory = await makeTree(t, { "Pulumi.yaml": text });
  const run = async () => assertRunnable(await readProject(directory));
  await assert.rejects(run, (error: Error) => {
    assert.equal(error.name, "UserError");
    assert.equal(error.message.replaceAll(directory, "DIR"), message);
    return true;
  });
}

const READ = 'Cannot read the project file "DIR/Pulumi.yaml"';
const USE = 'Cannot use the project file "DIR/Pulumi.yaml"';
for (const [text, message] of [
  ["runtime: nodejs\n", `${READ}: "name" is missing`],
  ["name: 12\nruntime: nodejs\n", `${READ}: "name" is missing`],
  [
    `${HEAD}main: nope/x.ts\n`,
    `${USE}, line 3: "main" leads to "DIR/nope/x.ts", which is not there`,
  ],
  [`${HEAD}main: [a]\n`, `${READ}, line 3: "main" must be a string`],
  [`${HEAD}options: {refresh: sometimes}\n`, `${USE}, line 3: "options.refresh" must be "always"`],
  [
    `${HEAD}options: {refrsh: always}\n`,
    `${READ}, line 3: "options.refrsh" is not known, the only field is refresh`,
  ],
  [
    `${HEAD}requiredPulumiVersion: ">=4.0.0"\n`,
    `${USE}, line 3: "requiredPulumiVersion": the embedded engine does what Pulumi 3.260.0 does, and ">=4.0.0" is wanted`,
  ],
  [
    `${HEAD}requiredPulumiVersion: new\n`,
    `${USE}, line 3: "requiredPulumiVersion": "new" is no range of versions, write for example ">=3.0.0 <4.0.0"`,
  ],
  [
    `${HEAD}plugins:\n  analyzers: [{name: x, path: .}]\n`,
    `${USE}, line 4: "plugins.analyzers" names plugins, and the embedded engine runs none, install the Pulumi CLI`,
  ],
  [
    `${HEAD}backend: {uri: x}\n`,
    `${READ}, line 3: "backend.uri" is not known, the only field is url`,
  ],
  [
    "name: fixture\nruntime: {name: nodejs, optoins: {}}\n",
    `${READ}, line 2: "runtime.optoins" is not known, the fields are name, options`,
  ],
  [
    "name: fixture\nruntime: {name: nodejs, options: {typescript: 'no'}}\n",
    `${USE}, line 2: "runtime.options.typescript" must be a boolean`,
  ],
  [
    "name: fixture\nruntime: {name: nodejs, options: {packagemanager: pip}}\n",
    `${USE}, line 2: "runtime.options.packagemanager" must be one of auto, npm, yarn, pnpm, bun`,
  ],
  [
    'name: fixture\nruntime: {name: nodejs, options: {nodeargs: "\'a"}}\n',
    `${USE}, line 2: "runtime.options.nodeargs" must be words, with each quote closed`,
  ],
  ["name: fixture\n", `${USE}: it has no "runtime": write "runtime: nodejs" into it`],
  [
    "name: fixture\nruntime: python\n",
    'Cannot run the project "DIR/Pulumi.yaml": its runtime is "python", and the embedded engine runs only nodejs, install the Pulumi CLI for others',
  ],
  [
    `${HEAD}config: dir\nstackConfigDir: dir\n`,
    `${READ}, line 3: both "config" and "stackConfigDir" name the folder of the settings, keep the second`,
  ],
  [
    `${HEAD}config: {k: 1.5}\n`,
    `${READ}, line 3: configuration "k": wanted a string, a whole number, a boolean, a list, or a mapping with type, default or value`,
  ],
  [
    `${HEAD}config:\n  k: {defalt: 1}\n`,
    `${READ}, line 4: configuration "k": "defalt" is not known, the fields are type, items, description, secret, default, value`,
  ],
  [
    `${HEAD}config:\n  k: {type: integer, default: x}\n`,
    `${READ}, line 4: configuration "k": its default is not of type integer`,
  ],
  [
    `${HEAD}config:\n  k: {type: array, default: [1]}\n`,
    `${READ}, line 4: configuration "k": a list needs "items" with the type of its items`,
  ],
  [
    `${HEAD}config:\n  k: {default: 1, value: 2}\n`,
    `${READ}, line 4: configuration "k": it has both "default" and "value", keep one`,
  ],
  [
    `${HEAD}config:\n  aws:region: {default: x}\n`,
    `${READ}, line 4: configuration "aws:region": it is not of this project, and has only a "value"`,
  ],
  [
    `${HEAD}config:\n  aws:region: {description: x}\n`,
    `${READ}, line 4: configuration "aws:region": it is not of this project, and needs a "value"`,
  ],
] as const) {
  test(`a project file is refused: ${JSON.stringify(text.replace(HEAD, ""))}`, (t) =>
    rejects(t, text, message));
}

test("a project file may have what changes nothing here", async (t) => {
  const directory = await makeTree(t, {
    "Pulumi.yaml":
      `${HEAD}main:\nconfig:\noptions:\nbackend:\ntemplate: {description: x}\nother: {a: 1}\n` +
      "plugins: {providers: []}\npackages: {x: y}\nrequiredPulumiVersion: '>=3.0.0 <3.100.0 || 3.x'\n",
  });
  const project = await readProject(directory);
  await assertRunnable(project);
  assert.deepEqual(project.program, { directory, entry: ".", exists: true });
  assert.equal(refreshesAlways(project), false);
});

test("readProject() takes Pulumi.json before Pulumi.yaml, passes over folders, and knows refresh: always", async (t) => {
  const directory = await makeTree(t, {
    "Pulumi.yaml": "name: b\nruntime: nodejs\n",
    "Pulumi.json": '{"name": "a", "runtime": "nodejs", "options": {"refresh": "always"}}',
    "below/Pulumi.yml/x": "",
  });
  const project = await readProject(path.join(directory, "below"));
  assert.deepEqual(
    [project.name, project.extension, refreshesAlways(project)],
    ["a", ".json", true],
  );
});

test("nodeOptions() gives what the language host of the Pulumi CLI would use", async (t) => {
  const directory = await makeTree(t, {
    "Pulumi.yaml":
      "name: a\nruntime: {name: nodejs, options: {tsconfig: conf/ts.json, nodeargs: \"--a 'b c' d\\\\ e\"}}\n",
  });
  assert.deepEqual(nodeOptions(await readProject(directory)), {
    typescript: true,
    tsconfig: "conf/ts.json",
    nodeArguments: ["--a", "b c", "d e"],
  });
  assert.deepEqual(splitWords('  a"b \\" c"d  '), ['ab " cd']);
  assert.equal(splitWords('a "b'), undefined);
});

for (const [text, line] of [
  ["environment:\n  - my-esc-env\nconfig: {}\n", 1],
  ["config: {}\nenvironment: {values: {a: b}}\n", 2],
] as const) {
  test(`settings with an environment of Pulumi ESC are refused: ${JSON.stringify(text)}`, async (t) => {
    const directory = await makeTree(t, { "Pulumi.yaml": HEAD, "Pulumi.dev.yaml": text });
    const settings = await readStackSettings(await readProject(directory), "dev");
    await assert.rejects(assertSupportedSettings(settings), {
      name: "UserError",
      message:
        `Cannot use the stack settings "${directory}/Pulumi.dev.yaml", line ${line}: "environment" takes configuration ` +
        "from Pulumi ESC, which the embedded engine does not have and the Pulumi CLI only with state on Pulumi Cloud, " +
        'write the values under "config"',
    });
  });
}
