/** A stack's configuration: what its program gets, against what the Pulumi CLI sent for the same files. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { configurationSecrets, readConfiguration } from "../../../engine/project/configuration.ts";
import { readProject } from "../../../engine/project/project.ts";
import { readStackSettings } from "../../../engine/project/stack-settings.ts";
import { createPassphraseKey } from "../../../engine/secrets/passphrase.ts";
import { SecretsManager } from "../../../engine/secrets/secrets-manager.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { PROJECT_FILE, PROJECT_SETTINGS, PROJECT_VALUES, STACK_VALUES } from "./recorded-values.ts";

/** Reads the configuration of stack "dev" from the text of its settings. */
async function read(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  salt?: string,
): Promise<Readonly<Record<string, string>>> {
  const configuration = await load(t, files, salt);
  return Object.fromEntries([...configuration].map(([key, { value }]) => [key, value]));
}

async function load(t: TestContext, files: Readonly<Record<string, string>>, salt?: string) {
  const directory = await makeTree(t, {
    "Pulumi.yaml": "name: fixture\nruntime: nodejs\n",
    ...files,
  });
  const project = await readProject(directory);
  const settings = await readStackSettings(project, "dev");
  const environment = { PULUMI_CONFIG_PASSPHRASE: "p" };
  return readConfiguration(project, settings, new SecretsManager("dev", salt, environment));
}

test("readConfiguration() gives what the Pulumi CLI sends for each spelling of a value", async (t) => {
  const lines = STACK_VALUES.map(
    ([yaml], index) => `  v${index}: ${yaml.replaceAll("\n", "\n  ")}\n`,
  );
  const values = await read(t, { "Pulumi.dev.yaml": `config:\n${lines.join("")}` });
  for (const [index, [yaml, sent]] of STACK_VALUES.entries()) {
    assert.deepEqual([yaml, values[`fixture:v${index}`]], [yaml, sent]);
  }
});

test("readConfiguration() gives what the Pulumi CLI sends for what a project declares", async (t) => {
  const values = await read(t, {
    "Pulumi.yaml": PROJECT_FILE,
    "Pulumi.dev.yaml": PROJECT_SETTINGS,
  });
  assert.deepEqual(values, PROJECT_VALUES);
});

for (const [fact, text] of [
  ["an empty file", ""],
  ["an empty config", "config:\n"],
  ["other keys", "other: 1\nenvironment: []\n"],
] as const) {
  test(`readConfiguration() takes ${fact} for no configuration`, async (t) => {
    assert.deepEqual(await read(t, { "Pulumi.dev.yaml": text }), {});
  });
}

test("readConfiguration() reads a byte order mark, CRLF, anchors and merge keys", async (t) => {
  const text =
    "\ufeffbase: &base\r\n  x: 1\r\n  y: 012\r\nconfig:\r\n  k: {<<: *base, y: 5}\r\n  fixture:config:l: [*base]\r\n";
  assert.deepEqual(await read(t, { "Pulumi.dev.yaml": text }), {
    "fixture:k": '{"x":1,"y":5}',
    "fixture:l": '[{"x":1,"y":10}]',
  });
});

test("readConfiguration() reads Pulumi.json with Pulumi.dev.json, and Pulumi.yml with Pulumi.dev.yml", async (t) => {
  assert.deepEqual(
    await read(t, {
      "Pulumi.yaml": "name: other\nruntime: nodejs\n",
      "Pulumi.json": '{"name": "fixture", "runtime": "nodejs", "config": {"k": {"default": 5}}}',
      "Pulumi.dev.json": '{"config": {"n": 12345678901234567890, "o": {"b": 1.0, "a": null}}}',
    }),
    { "fixture:k": "5", "fixture:n": "12345678901234567000", "fixture:o": '{"a":null,"b":1}' },
  );
});

const AT = 'PATH", line ';
for (const [text, message] of [
  [
    "config:\n  z: .inf\n",
    `Cannot read the stack settings "${AT}2: configuration "z": no number that is infinite or none can be a configuration value`,
  ],
  [
    "config:\n  z: [.nan]\n",
    `Cannot read the stack settings "${AT}2: configuration "z": no number that is infinite or none can be a configuration value`,
  ],
  [
    "config:\n  5: x\n",
    `Cannot read the stack settings "${AT}2: configuration "5": the key is no text, put it into quotes`,
  ],
  [
    "config:\n  a:b:c: x\n",
    `Cannot read the stack settings "${AT}2: configuration "a:b:c": a key is <name> or <namespace>:<name>`,
  ],
  [
    "config:\n  a: 1\n  fixture:a: 2\n",
    `Cannot read the stack settings "${AT}3: configuration "fixture:a": it is set twice, also as "a"`,
  ],
  ["config: [1]\n", 'Cannot read the stack settings "PATH": "config" must be a mapping'],
  ["[1]\n", 'Cannot read the stack settings "PATH": wanted a mapping'],
  [
    "config: {a: 1, a: 2}\n",
    `Cannot parse the stack settings "${AT}1, column 16: Map keys must be unique`,
  ],
  [
    'config: {"pulumi:disable-default-providers": ["*"]}\n',
    'Cannot use "pulumi:disable-default-providers" in "PATH": it disables "pulumi-nodejs", whose default provider runs all dynamic resources, take it from the list',
  ],
  [
    'config: {"pulumi:disable-default-providers": x}\n',
    'Cannot use "pulumi:disable-default-providers" in "PATH": wanted a list of the names of packages',
  ],
  [
    'config: {a: {secure: "v1:bm9uY2U=:eA=="}}\n',
    `Cannot decrypt "fixture:a" in "PATH": it was encrypted with another key than the file's "encryptionsalt" names`,
  ],
] as const) {
  test(`readConfiguration() refuses ${JSON.stringify(text)}`, async (t) => {
    await assert.rejects(load(t, { "Pulumi.dev.yaml": text }), (error: Error) => {
      assert.equal(error.name, "UserError");
      assert.equal(error.message.replace(/"[^"]*Pulumi\.dev\.yaml"/, '"PATH"'), message);
      return true;
    });
  });
}

for (const [declared, settings, problem] of [
  [
    "k: {type: object}",
    "k: 5",
    '"fixture:k" must be of type object, as the project file "PATH" says',
  ],
  [
    "k: {type: integer}",
    'k: "7x"',
    '"fixture:k" must be of type integer, as the project file "PATH" says',
  ],
  [
    "k: {type: integer}",
    "k: 1.5",
    '"fixture:k" must be of type integer, as the project file "PATH" says',
  ],
  [
    "k: {type: array, items: {type: string}}",
    "k: [a, 1]",
    '"fixture:k" must be of type array<string>, as the project file "PATH" says',
  ],
  [
    "k: {type: string, default: x, secret: true}",
    "l: 1",
    '"fixture:k" must be encrypted, as the project file "PATH" asks for a secret, set it with "config set --secret"',
  ],
  [
    "k: {default: x, secret: true}",
    "k: plain",
    '"fixture:k" must be encrypted, as the project file "PATH" asks for a secret, set it with "config set --secret"',
  ],
] as const) {
  test(`readConfiguration() refuses "${settings}" where the project declares "${declared}"`, async (t) => {
    const files = {
      "Pulumi.yaml": `name: fixture\nruntime: nodejs\nconfig:\n  ${declared}\n`,
      "Pulumi.dev.yaml": `config:\n  ${settings}\n`,
    };
    await assert.rejects(load(t, files), (error: Error) => {
      assert.equal(error.name, "UserError");
      const message = error.message.replace(/"[^"]*Pulumi\.yaml"/, '"PATH"');
      assert.equal(message, `Cannot configure the stack: ${problem}`);
      return true;
    });
  });
}

test("readConfiguration() tells each encrypted text in an object", async (t) => {
  const { salt, crypter } = await createPassphraseKey("p");
  const secure = (text: string) => `{secure: "${crypter.encrypt(text)}"}`;
  const configuration = await load(
    t,
    {
      "Pulumi.dev.yaml": `config:\n  obj: {deep: [{tok: ${secure("hidden")}}], plain: seen}\n  top: ${secure("all")}\n  no: {secure: 5}\n`,
    },
    salt,
  );
  assert.deepEqual(
    configurationSecrets(configuration).map(({ value }) => value),
    ["hidden", "all"],
  );
  assert.deepEqual(configuration.get("fixture:obj"), {
    value: '{"deep":[{"tok":"hidden"}],"plain":"seen"}',
    secret: true,
    secretTexts: ["hidden"],
  });
  assert.equal(configuration.get("fixture:no")?.value, '{"secure":5}');
});

for (const [fact, files, wanted] of [
  [
    "another ending",
    { "Pulumi.yml": "name: fixture\nruntime: nodejs\n", "Pulumi.dev.yaml": "config: {}\n" },
    "Pulumi.dev.yml",
  ],
  [
    "another folder",
    {
      "Pulumi.yaml": "name: fixture\nruntime: nodejs\nstackConfigDir: stacks\n",
      "Pulumi.dev.yaml": "config: {}\n",
    },
    "stacks/Pulumi.dev.yaml",
  ],
] as const) {
  test(`readStackSettings() refuses settings under ${fact} than the Pulumi CLI looks for`, async (t) => {
    const directory = await makeTree(t, files);
    const project = await readProject(directory);
    await assert.rejects(readStackSettings(project, "dev"), {
      name: "UserError",
      message:
        `Cannot find the settings of stack "dev": the Pulumi CLI looks for "${path.join(directory, wanted)}" ` +
        `(beside "${path.basename(project.file.path)}"${wanted.includes("/") ? ' with "stackConfigDir: stacks"' : ""}), ` +
        `and there is "${path.join(directory, "Pulumi.dev.yaml")}", move it there`,
    });
  });
}
