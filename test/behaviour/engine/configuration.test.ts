/** The configuration on its way through the engine: into the program and the state, masked in what is shown, or refused. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createPassphraseKey } from "../../../engine/secrets/passphrase.ts";
import { Fixture, PATIENT } from "./fixture.ts";

describe("Configuration", PATIENT, () => {
  let fixture: Fixture;

  before(async () => {
    fixture = await Fixture.create();
  });
  after(() => fixture.remove());

  it("reaches program and state as from the Pulumi CLI, with every secret in it masked", async () => {
    const { salt, crypter } = await createPassphraseKey("p");
    const secure = (text: string) => `{secure: "${crypter.encrypt(text)}"}`;
    await fixture.write({
      "stacks/Pulumi.dev.yaml":
        `encryptionsalt: ${salt}\nconfig:\n  mode: 012\n  day: 2024-01-31\n` +
        `  obj: {deep: [${secure("hidden-token")}], plain: seen}\n  short: ${secure("ab")}\n`,
    });
    await fixture.program(`
      import { writeFileSync } from "node:fs";
      writeFileSync("config.json", process.env.PULUMI_CONFIG ?? "");
      const config = new pulumi.Config();
      console.log("object", JSON.stringify(config.getObject("obj")), "short ab");
      await pulumi.requirePulumiVersion(">=3.0.0");
      new Thing("a", { label: "x" });
    `);
    const environment = fixture.environment({ PULUMI_CONFIG_PASSPHRASE: "p" });
    const { result, text } = await fixture.run("up", { environment });
    assert.equal(result.succeeded, true, text);
    assert.match(text, /object \{"deep":\["\[secret\]"\],"plain":"seen"\} short ab/);
    assert.doesNotMatch(text + JSON.stringify(result), /hidden-token/);
    assert.deepEqual(JSON.parse(await fixture.read("config.json")), {
      "fixture:config:day": "2024-01-31 00:00:00 +0000 UTC",
      "fixture:config:mode": "10",
      "fixture:config:obj": '{"deep":["hidden-token"],"plain":"seen"}',
      "fixture:config:short": "ab",
    });
    const provider = await fixture.resource("default");
    assert.equal(provider?.inputs?.["fixture:mode"], "10");
    assert.equal(provider?.inputs?.["fixture:day"], "2024-01-31 00:00:00 +0000 UTC");
  });

  it("is refused before anything is done where it asks for what there is not", async () => {
    await fixture.write({ "stacks/Pulumi.dev.yaml": "environment: [x]\nconfig: {}\n" });
    const settings = join(fixture.directory, "stacks/Pulumi.dev.yaml");
    await assert.rejects(fixture.run("up"), (error: Error) => {
      assert.ok(error.message.startsWith(`Cannot use the stack settings "${settings}", line 1: `));
      return true;
    });
    await fixture.write({ "stacks/Pulumi.dev.yaml": "config: {}\n" });
  });

  it("says which version of Pulumi a program asks for in vain", async () => {
    await fixture.program(`await pulumi.requirePulumiVersion(">=4.0.0"); new Thing("b", {});`);
    const environment = fixture.environment({ PULUMI_CONFIG_PASSPHRASE: "p" });
    const { result, text } = await fixture.run("preview", { environment });
    assert.equal(result.succeeded, false);
    assert.match(text, /does what Pulumi 3\.260\.0 does, and ">=4\.0\.0" is wanted/);
  });
});
