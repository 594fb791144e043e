/** `ytcode config`: what it prints, and what it leaves in the settings of a stack. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { openPassphraseKey } from "../../../engine/secrets/passphrase.ts";
import {
  listConfiguration,
  readConfigurationValue,
  removeConfigurationValue,
  setConfigurationValue,
  setConfigurationValues,
} from "../../../engine/stack-configuration.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const PROJECT = "name: shop\nruntime: nodejs\nconfig:\n  region: {default: eu}\n";
const SETTINGS = `# of the team
config:
  # as YAML 1.1 has it
  mode: 012
  shop:list:
  - name: a
  - {name: b}
  plain: 1_000

other: {kept: true}
`;

test("setConfigurationValue() changes what is asked for and nothing else", async (t) => {
  const projectDirectory = await makeTree(t, {
    "Pulumi.yaml": PROJECT,
    "Pulumi.dev.yaml": SETTINGS,
  });
  const location = {
    projectDirectory,
    stack: "dev",
    environment: { PULUMI_CONFIG_PASSPHRASE: "p" },
  };
  await setConfigurationValue(location, "list[0].name", "true", { path: true });
  await setConfigurationValue(location, "list[2].size", "5", { path: true });
  await setConfigurationValue(location, "shop:plain", "012");
  await setConfigurationValue(location, 'yt:token["yt.example.net"]', "s3cret", {
    path: true,
    secret: true,
  });
  await removeConfigurationValue(location, "list[1]", { path: true });
  await removeConfigurationValue(location, "nothing");
  const text = await readFile(path.join(projectDirectory, "Pulumi.dev.yaml"), "utf8");
  const [, ciphertext = "", salt = ""] = /secure: (\S+)\nencryptionsalt|secure: (\S+)/.test(text)
    ? [text, /secure: (\S+)/.exec(text)?.[1] ?? "", /encryptionsalt: (\S+)/.exec(text)?.[1] ?? ""]
    : [];
  assert.equal(
    text.replace(ciphertext, "CIPHERTEXT").replace(salt, "SALT"),
    `# of the team
config:
  # as YAML 1.1 has it
  mode: 012
  shop:list:
  - name: true
  - size: 5
  plain: "012"
  yt:token:
    yt.example.net:
      secure: CIPHERTEXT

other: {kept: true}
encryptionsalt: SALT
`,
  );
  const key = await openPassphraseKey("p", salt);
  assert.equal(key?.crypter.decrypt(ciphertext), "s3cret");
  assert.deepEqual(
    (await listConfiguration(location)).map(({ shortKey, value }) => [shortKey, value]),
    [
      ["list", '[{"name":true},{"size":5}]'],
      ["mode", "10"],
      ["plain", "012"],
      ["region", "eu"],
      ["yt:token", undefined],
    ],
  );
  const token = await readConfigurationValue(location, "yt:token");
  assert.equal(token.value, '{"yt.example.net":"s3cret"}');
});

test("setConfigurationValue() keeps the comments of a value that it replaces", async (t) => {
  const projectDirectory = await makeTree(t, {
    "Pulumi.yaml": PROJECT,
    "Pulumi.dev.yaml": `config:
  name: a   # first
  # of b
  b: 1
  map: # of map
    x: 1
  list:
  - one # 1
  # of two
  - two # 2
  none: # none
  last: "1" # last
`,
  });
  const location = { projectDirectory, stack: "dev" };
  const byPath = { path: true };
  await setConfigurationValue(location, "name.first", "A", byPath);
  await setConfigurationValue(location, "b", "2");
  await setConfigurationValue(location, "map", "m");
  await setConfigurationValue(location, "list[1]", "TWO", byPath);
  await setConfigurationValue(location, "none", "some");
  await setConfigurationValue(location, "last", "2");
  assert.equal(
    await readFile(`${projectDirectory}/Pulumi.dev.yaml`, "utf8"),
    `config:
  name:
    # first
    first: A
  # of b
  b: "2"
  map: m # of map
  list:
  - one # 1
  # of two
  - TWO # 2
  none: some # none
  last: "2" # last
`,
  );
});

test("setConfigurationValues() sets all of them or none, each as if those before it were there", async (t) => {
  const text = "config:\n  region: eu\n";
  const projectDirectory = await makeTree(t, { "Pulumi.yaml": PROJECT, "Pulumi.dev.yaml": text });
  const location = { projectDirectory, stack: "dev", environment: {} };
  const saved = () => readFile(`${projectDirectory}/Pulumi.dev.yaml`, "utf8");
  for (const [bad, message] of [
    ["list[2]=c", /^Cannot set "list\[2\]": \[2\] is beyond the end of a list of 1$/],
    ["map.secure=c", /^Cannot set "map\.secure": maps with the single key "secure" are secrets$/],
  ] as const) {
    const given = ["region=us", "list[0]=b", bad];
    await assert.rejects(setConfigurationValues(location, given, { path: true }), { message });
    assert.equal(await saved(), text);
  }
  const values = ["list[0]=b", "shop:list[1].name=c=d", "region=us", "shop:region=asia", "empty"];
  await setConfigurationValues(location, values, { path: true });
  assert.equal(
    await saved(),
    `config:
  region: asia
  shop:list:
    - b
    - name: c=d
  shop:empty: ""
`,
  );
});

test("config set refuses a token in plain text, unless that is meant", async (t) => {
  const text = "config:\n  region: eu\n";
  const cwd = await makeTree(t, { "Pulumi.yaml": PROJECT, "Pulumi.dev.yaml": text });
  const set = (...args: readonly string[]) =>
    runYtcode(["config", "set", ...args], { cwd, env: { YTCODE_ENGINE: "embedded" } });
  assert.deepEqual(await set("yt:token", "s3cret"), {
    status: 1,
    stdout: "",
    stderr:
      'ytcode: Cannot set "yt:token" in plain text, as by its name it is a secret: say --secret to encrypt it, or --plaintext to store it as it is\n',
  });
  assert.equal((await set("--path", 'yt:tokens["a.example.net"]', "s3cret")).status, 1);
  assert.equal(await readFile(`${cwd}/Pulumi.dev.yaml`, "utf8"), text);
  assert.equal((await set("yt:token", "s3cret", "--plaintext")).status, 0);
  assert.match(await readFile(`${cwd}/Pulumi.dev.yaml`, "utf8"), /yt:token: s3cret\n/);
});

test("setConfigurationValue() refuses what cannot be set, and leaves the file as it was", async (t) => {
  const text = "config:\n  base: &b {x: 1}\n  copy: *b\n  list: [1]\n";
  const projectDirectory = await makeTree(t, { "Pulumi.yaml": PROJECT, "Pulumi.dev.yaml": text });
  const location = { projectDirectory, stack: "dev", environment: {} };
  const set = (key: string, options = {}) =>
    setConfigurationValue(location, key, "v", { path: true, ...options });
  for (const [key, options, message] of [
    ["list[5]", {}, /^Cannot set "list\[5\]": \[5\] is beyond the end of a list of 1$/],
    ["list.a", {}, /^Cannot set "list\.a": "a" is the name of a field, and there is a list$/],
    ["base.x", {}, /without changing something else in it, such as what an alias repeats/],
    ["a:b:c", { path: false }, /^Cannot use "a:b:c": a key is <name> or <namespace>:<name>$/],
    ["a[", {}, /^Cannot use "a\[": Malformed path "a\[": at "\["$/],
    [
      "t",
      { secret: true },
      /^Cannot encrypt the secrets of stack "dev": set PULUMI_CONFIG_PASSPHRASE/,
    ],
  ] as const) {
    await assert.rejects(set(key, options), { name: "UserError", message });
  }
  assert.equal(await readFile(path.join(projectDirectory, "Pulumi.dev.yaml"), "utf8"), text);
});

test("ytcode config sets what it reads from standard input, and prints it", async (t) => {
  const cwd = await makeTree(t, { "Pulumi.yaml": PROJECT, "Pulumi.prod.yaml": "config: {}\n" });
  const env = { YTCODE_ENGINE: "embedded", PULUMI_CONFIG_PASSPHRASE: "p" };
  const config = (args: readonly string[], launcher: readonly string[] = []) =>
    runYtcode(["config", "-s", "prod", ...args], { cwd, env, launcher });
  const piped = ["sh", "-c", 'printf "s3cret\\n" | exec "$@"', "sh"];
  assert.equal((await config(["set", "--secret", "token"], piped)).stderr, "");
  assert.equal((await config(["set", "n", "--", "-5"])).status, 0);
  assert.equal((await config(["set", "list[0].a", "true", "--path"])).status, 0);
  const other = ["--config-file", "other.yaml"];
  assert.equal((await config([...other, "set", "only", "there"])).stderr, "");
  assert.equal((await config(["get", "only", ...other])).stdout, "there\n");
  assert.equal((await config(["get", "only"])).status, 1);
  assert.equal(
    (await config([])).stdout,
    `KEY     VALUE
list    [{"a":true}]
n       -5
region  eu
token   [secret]
`,
  );
  assert.deepEqual(JSON.parse((await config(["--json"])).stdout), {
    "shop:list": { value: '[{"a":true}]', objectValue: [{ a: true }], secret: false },
    "shop:n": { value: "-5", secret: false },
    "shop:region": { value: "eu", secret: false },
    "shop:token": { secret: true },
  });
  assert.equal((await config(["get", "token"])).stdout, "s3cret\n");
  assert.equal((await config(["rm", "token"])).status, 0);
  const gone = await config(["get", "token"]);
  assert.deepEqual(
    [gone.status, gone.stderr],
    [1, 'ytcode: Cannot find "token" in the configuration of stack "prod"\n'],
  );
});
