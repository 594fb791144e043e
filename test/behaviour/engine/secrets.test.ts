/** Where secrets are encrypted, masked or given as they are. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readStackOutputs } from "../../../engine/index.ts";
import { createPassphraseKey, openPassphraseKey } from "../../../engine/secrets/passphrase.ts";
import { Fixture, PATIENT } from "./fixture.ts";
import type { Outcome } from "./fixture.ts";

const TOKEN = "t0p-s3cret-token";
const PASSPHRASE = "correct horse";

/** Every file below a folder, as one text. */
async function everything(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map((file) => readFile(join(file.parentPath, file.name), "utf8")),
  );
  return texts.join("\n");
}

describe("Secrets", PATIENT, () => {
  let fixture: Fixture;
  let up: Outcome;
  let details: Outcome;
  let same: Outcome;
  let calls: readonly string[];
  const environment = (): NodeJS.ProcessEnv =>
    fixture.environment({ PULUMI_CONFIG_PASSPHRASE: PASSPHRASE });

  before(async () => {
    fixture = await Fixture.create();
    const { salt, crypter } = await createPassphraseKey(PASSPHRASE);
    await fixture.write({
      "stacks/Pulumi.dev.yaml": [
        `encryptionsalt: ${salt}`,
        "config:",
        "  fixture:token:",
        `    secure: ${crypter.encrypt(TOKEN)}`,
        "  fixture:plain: visible-value",
        "  other:nested:",
        "    list: [1, two]",
        "    inner:",
        `      secure: ${crypter.encrypt("nested-secret")}`,
        "",
      ].join("\n"),
    });
    await fixture.program(`
const config = new pulumi.Config();
const token = config.requireSecret("token");
new Thing("t", { label: "x", secret: token, deep: { inner: token, open: 1 }, list: ["a", token] });
export const shown = config.require("plain");
export const hidden = token;
export const derived = pulumi.interpolate\`Bearer \${token}\`;
`);
    await fixture.faults({ t: "print" });
    up = await fixture.run("up", { environment: environment() });
    details = await fixture.run("preview", { environment: environment(), diff: true });
    await fixture.calls();
    same = await fixture.run("up", { environment: environment() });
    calls = await fixture.calls();
  });
  after(() => fixture.remove());

  it("reach the provider as they are and the state only as ciphertext", async () => {
    assert.equal(up.result.succeeded, true);
    const stored = await fixture.resource("t");
    for (const properties of [stored?.inputs, stored?.outputs]) {
      assert.match(JSON.stringify(properties?.["secret"]), /"ciphertext":"v1:/);
      assert.match(
        JSON.stringify(properties?.["deep"]),
        /"inner":\{[^}]*"ciphertext":"v1:[^}]*\},"open":1/,
      );
      assert.match(JSON.stringify(properties?.["list"]), /^\{[^}]*"ciphertext":"v1:/);
    }
    const [object = ""] = await readdir(join(fixture.directory, "objects"));
    assert.match(await fixture.read(`objects/${object}`), new RegExp(TOKEN));
  });

  it("are in plain text nowhere in the backend, histories and backups included", async () => {
    const text = await everything(join(fixture.directory, ".pulumi"));
    assert.ok(text.includes("ciphertext"));
    assert.ok(!text.includes(TOKEN));
    assert.ok(!text.includes("nested-secret"));
  });

  it("are masked in all that is printed, in what the provider prints too", () => {
    for (const { text } of [up, details, same]) {
      assert.ok(!text.includes(TOKEN), text);
    }
    assert.match(up.text, /printed while doing create with \[secret\]/);
    assert.match(up.text, /\n {2}\+ hidden : \[secret\]\n/);
    assert.match(up.text, /\n {2}\+ shown {2}: "visible-value"\n/);
  });

  it("are masked in results and outputs unless asked for", async () => {
    assert.deepEqual(up.result.outputs, {
      derived: "[secret]",
      hidden: "[secret]",
      shown: "visible-value",
    });
    const location = {
      projectDirectory: fixture.directory,
      stack: "dev",
      environment: environment(),
    };
    assert.equal((await readStackOutputs(location))["hidden"], "[secret]");
    const shown = await readStackOutputs({ ...location, showSecrets: true });
    assert.equal(shown["derived"], `Bearer ${TOKEN}`);
  });

  it("that stay the same are no change", () => {
    assert.deepEqual(same.result.changes, { same: 2 });
    assert.deepEqual(calls, ["check t", "diff t"]);
  });

  it("of the configuration are kept in the provider's state, whole objects as one secret", async () => {
    const { resources = [] } = await fixture.state();
    const provider = resources.find(({ type }) => type === "pulumi:providers:pulumi-nodejs");
    assert.deepEqual(Object.keys(provider?.inputs ?? {}), [
      "fixture:plain",
      "fixture:token",
      "other:nested",
    ]);
    assert.match(JSON.stringify(provider?.inputs?.["other:nested"]), /ciphertext/);
    assert.equal(provider?.inputs?.["fixture:plain"], "visible-value");
  });

  it("with a wrong passphrase are a clear error, and nothing is changed", async () => {
    const stateBefore = await fixture.read(".pulumi/stacks/fixture/dev.json");
    await assert.rejects(
      fixture.run("up", {
        environment: fixture.environment({ PULUMI_CONFIG_PASSPHRASE: "wrong" }),
      }),
      {
        name: "UserError",
        message:
          'Cannot decrypt the secrets of stack "dev": the passphrase in PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE is wrong',
      },
    );
    assert.equal(await fixture.read(".pulumi/stacks/fixture/dev.json"), stateBefore);
  });

  it("without a passphrase say which variables to set", async () => {
    const none = fixture.environment({ PULUMI_CONFIG_PASSPHRASE: undefined });
    await assert.rejects(fixture.run("preview", { environment: none }), {
      name: "UserError",
      message:
        'Cannot decrypt the secrets of stack "dev": the passphrase is not the empty one, set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE',
    });
  });

  it("take the passphrase from a file too", async () => {
    await fixture.write({ passphrase: `${PASSPHRASE}\n` });
    const file = join(fixture.directory, "passphrase");
    const preview = await fixture.run("preview", {
      environment: fixture.environment({
        PULUMI_CONFIG_PASSPHRASE: undefined,
        PULUMI_CONFIG_PASSPHRASE_FILE: file,
      }),
    });
    assert.deepEqual(preview.result.changes, { same: 2 });
  });

  it("of a stack without a salt need a passphrase, the empty one if it is meant, and make one", async () => {
    await fixture.write({ "stacks/Pulumi.other.yaml": "# kept\nconfig:\n  fixture:plain: p\n" });
    await fixture.program(`
new Thing("hidden", { label: pulumi.secret("made by the program") });
new Thing("later", { label: "x" }, { additionalSecretOutputs: ["label"] });`);
    await fixture.calls();
    const none = fixture.environment({ PULUMI_CONFIG_PASSPHRASE: undefined });
    const previewed = await fixture.run("preview", { stack: "other", environment: none });
    assert.equal(previewed.result.succeeded, false, "up begins with it, and nothing is written");
    assert.match(previewed.text, /Cannot encrypt the secrets of stack "other": set PULUMI_/);
    const refused = await fixture.run("up", { stack: "other", environment: none });
    assert.equal(refused.result.succeeded, false);
    assert.match(
      refused.text,
      /Cannot encrypt the secrets of stack "other": set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE/,
    );
    const created = (await fixture.calls()).filter((call) => call.startsWith("create"));
    assert.deepEqual(created, [], "nothing is made that could not be saved");
    await fixture.run("up", { stack: "other" });
    const settings = await fixture.read("stacks/Pulumi.other.yaml");
    const [, salt = ""] = /^encryptionsalt: (v1:\S+)\n# kept\nconfig:\n/.exec(settings) ?? [];
    assert.notEqual(await openPassphraseKey("", salt), undefined);
    assert.match(await fixture.read(".pulumi/stacks/fixture/other.json"), /ciphertext/);
  });

  it("need the right passphrase also before there is one", async () => {
    const { salt } = await createPassphraseKey(PASSPHRASE);
    await fixture.write({ "stacks/Pulumi.none.yaml": `encryptionsalt: ${salt}\n` });
    await assert.rejects(
      fixture.run("preview", {
        stack: "none",
        environment: fixture.environment({ PULUMI_CONFIG_PASSPHRASE: "wrong" }),
      }),
      {
        name: "UserError",
        message: /^Cannot decrypt the secrets of stack "none": the passphrase in/,
      },
    );
  });
});
