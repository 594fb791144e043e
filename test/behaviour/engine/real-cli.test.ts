/** The Pulumi CLI itself, taking turns with the engine on one stack. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { createPassphraseKey } from "../../../engine/secrets/passphrase.ts";
import { Fixture, stepsOf } from "./fixture.ts";

const program = (label: string): string => `
const config = new pulumi.Config();
const group = new Group("group", { note: "n" });
const a = new Thing("a", { label: "${label}", secret: config.requireSecret("token"), deep: { x: [1, true, null] } }, { parent: group });
group.finish({ inner: a.label });
new Thing("b", { label: a.object, region: "${label}" }, { protect: false, ignoreChanges: ["other"] });
export const object = a.object;
export const hidden = config.requireSecret("token");
`;

test("the Pulumi CLI takes a stack over and gives it back, with no change to show", async (t) => {
  if (spawnSync("pulumi", ["version"]).status !== 0) {
    t.skip("NOT RUN: there is no pulumi on PATH to hand the stack over to");
    return;
  }
  const fixture = await Fixture.create();
  const home = await mkdtemp(join(tmpdir(), "ytcode-pulumi-home-"));
  t.after(() => Promise.all([fixture.remove(), rm(home, { recursive: true, force: true })]));
  const environment = fixture.environment({
    PULUMI_CONFIG_PASSPHRASE: "p",
    PULUMI_BACKEND_URL: `file://${fixture.directory}`,
    PULUMI_HOME: home,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });
  const pulumi = (...argv: string[]): string => {
    const { status, stdout, stderr } = spawnSync(
      "pulumi",
      [...argv, "--stack", "dev", "--non-interactive"],
      { cwd: fixture.directory, env: environment, encoding: "utf8" },
    );
    assert.equal(status, 0, `pulumi ${argv.join(" ")}\n${stdout}\n${stderr}`);
    return stdout;
  };
  const { salt, crypter } = await createPassphraseKey("p");
  await fixture.write({
    "stacks/Pulumi.dev.yaml": `encryptionsalt: ${salt}\nconfig:\n  fixture:token:\n    secure: ${crypter.encrypt("the-token")}\n  fixture:object:\n    b: [1, "<&>"]\n    a: x\n`,
  });

  await t.test("after up by the engine, the CLI has nothing to do", async () => {
    await fixture.program(program("one"));
    const up = await fixture.run("up", { environment });
    assert.equal(up.result.succeeded, true);
    pulumi("preview", "--expect-no-changes");
  });

  await t.test("the CLI reads the engine's outputs and secrets", () => {
    const outputs: Record<string, string> = JSON.parse(
      pulumi("stack", "output", "--json", "--show-secrets"),
    );
    assert.equal(outputs["hidden"], "the-token");
  });

  await t.test("after up by the CLI, the engine has nothing to do", async () => {
    await fixture.program(program("two"));
    pulumi("up", "--yes");
    const preview = await fixture.run("preview", { environment });
    assert.deepEqual(Object.keys(preview.result.changes), ["same"]);
  });

  await t.test(
    "after refresh by the CLI and up by the engine, the CLI has nothing to do",
    async () => {
      pulumi("refresh", "--yes");
      const up = await fixture.run("up", { environment });
      assert.deepEqual(
        stepsOf(up).filter((step) => !step.startsWith("same")),
        [],
      );
      pulumi("preview", "--expect-no-changes");
    },
  );

  await t.test("after refresh by the engine, the CLI has nothing to do", async () => {
    await fixture.run("refresh", { environment });
    pulumi("preview", "--expect-no-changes");
  });

  await t.test("the CLI reads the engine's history", () => {
    const history: readonly { readonly kind: string }[] = JSON.parse(
      pulumi("stack", "history", "--json"),
    );
    assert.deepEqual(
      history.map(({ kind }) => kind),
      ["refresh", "update", "refresh", "update", "update"],
    );
  });

  await t.test("the engine destroys what the CLI has made", async () => {
    const destroyed = await fixture.run("destroy", { environment });
    assert.equal(destroyed.result.succeeded, true);
    pulumi("stack", "rm", "--yes", "--preserve-config");
  });
});
