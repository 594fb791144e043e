/** What the engine says when a project, a stack or a setting is not as it must be. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { listNames } from "../../../common/files/list-names.ts";
import { readStackOutputs, runStackOperation } from "../../../engine/index.ts";
import { stackPaths } from "../../../engine/state/backend.ts";
import { Fixture, PATIENT } from "./fixture.ts";

async function rejects(run: Promise<unknown>, message: string): Promise<void> {
  await assert.rejects(run, { name: "UserError", message });
}

describe("Bad input", PATIENT, () => {
  let fixture: Fixture;

  before(async () => {
    fixture = await Fixture.create({ "stacks/Pulumi.prod.yaml": "config: {}\n" });
  });
  after(() => fixture.remove());

  it("no Pulumi.yaml", async () => {
    const directory = await mkdtemp(join(tmpdir(), "ytcode-engine-"));
    const run = runStackOperation({
      operation: "preview",
      projectDirectory: directory,
      stack: "dev",
      stdout: { write: () => true },
      stderr: { write: () => true },
    });
    await rejects(
      run,
      `Cannot find a project: there is no Pulumi.yaml in "${directory}" or above it, change to the folder of the project`,
    );
    await rm(directory, { recursive: true });
  });

  it("a stack that is not there", async () => {
    await rejects(
      fixture.run("up", { stack: "staging" }),
      `Cannot find stack "staging" of project "fixture": the stacks are dev, prod, write "${join(fixture.directory, "stacks/Pulumi.staging.yaml")}" to add one`,
    );
  });

  it("a stack whose name is none", async () => {
    await rejects(
      fixture.run("up", { stack: "../dev" }),
      'Cannot use stack "../dev": a stack\'s name has only letters, digits, "-", "_" and ".", at most 100',
    );
  });

  it("outputs of a stack that was never brought up", async () => {
    await rejects(
      readStackOutputs({
        projectDirectory: fixture.directory,
        stack: "prod",
        environment: fixture.environment(),
      }),
      'Cannot find stack "prod" of project "fixture": there is none yet, run up first',
    );
  });

  it("destruction of a stack that was never brought up, which does nothing", async () => {
    const { result } = await fixture.run("destroy", { stack: "prod" });
    assert.deepEqual([result.succeeded, result.changes], [true, {}]);
    const { history } = stackPaths(fixture.directory, { stack: "prod", project: "fixture" });
    assert.deepEqual(await listNames(history), []);
  });

  it("settings that do not parse", async () => {
    await fixture.write({ "stacks/Pulumi.broken.yaml": "config:\n  a: 'unclosed\n" });
    await assert.rejects(fixture.run("preview", { stack: "broken" }), (error: Error) => {
      const path = join(fixture.directory, "stacks/Pulumi.broken.yaml");
      assert.equal(error.name, "UserError");
      assert.ok(
        error.message.startsWith(`Cannot parse the stack settings "${path}", line 3, column 1: `),
        error.message,
      );
      return true;
    });
  });

  it("settings with another secrets provider", async () => {
    await fixture.write({ "stacks/Pulumi.cloud.yaml": "secretsprovider: awskms://alias/x\n" });
    await rejects(
      fixture.run("preview", { stack: "cloud" }),
      `Cannot use the stack settings "${join(fixture.directory, "stacks/Pulumi.cloud.yaml")}": its secrets provider is "awskms://alias/x", and the embedded engine knows only the passphrase, install the Pulumi CLI for others`,
    );
  });

  it("a configuration value that the project asks for", async () => {
    const other = await Fixture.create({
      "Pulumi.yaml":
        "name: fixture\nruntime: nodejs\nmain: index.ts\nstackConfigDir: stacks\nconfig:\n  region:\n    type: string\n  zone:\n    default: z\n",
    });
    await rejects(
      other.run("preview"),
      `Cannot configure the stack: "fixture:region" must be set in "${join(other.directory, "stacks/Pulumi.dev.yaml")}", as the project file asks for it`,
    );
    await other.remove();
  });

  it("another runtime", async () => {
    const other = await Fixture.create({ "Pulumi.yaml": "name: fixture\nruntime: python\n" });
    await rejects(
      other.run("preview"),
      `Cannot run the project "${join(other.directory, "Pulumi.yaml")}": its runtime is "python", and the embedded engine runs only nodejs, install the Pulumi CLI for others`,
    );
    await other.remove();
  });

  it("a backend that is no folder", async () => {
    await rejects(
      fixture.run("preview", {
        environment: fixture.environment({ PULUMI_BACKEND_URL: "s3://bucket" }),
      }),
      'Cannot use the backend "s3://bucket": the embedded engine keeps state only in folders (file://…), install the Pulumi CLI for others',
    );
  });

  it("a backend that is gone, of which nothing is made anew", async () => {
    const gone = join(fixture.directory, "not-mounted/state");
    await rejects(
      fixture.run("up", {
        environment: fixture.environment({ PULUMI_BACKEND_URL: `file://${gone}` }),
      }),
      `Cannot use the backend "file://${gone}": there is no folder "${gone}", mount it, or make it if it is to be a new one`,
    );
    assert.deepEqual(await listNames(join(fixture.directory, "not-mounted")), []);
  });

  it("a project whose name leads out of the backend", async () => {
    const other = await Fixture.create({
      "Pulumi.yaml": "name: ../../../escaped\nruntime: nodejs\n",
    });
    await rejects(
      other.run("up"),
      'Cannot use project "../../../escaped": a project\'s name has only letters, digits, "-", "_" and ".", at most 100',
    );
    await other.remove();
  });

  it("a state that does not parse", async () => {
    await fixture.write({ ".pulumi/stacks/fixture/dev.json": '{"version":3' });
    await assert.rejects(fixture.run("preview"), (error: Error) => {
      const path = join(fixture.directory, ".pulumi/stacks/fixture/dev.json");
      assert.equal(error.name, "UserError");
      assert.ok(
        error.message.startsWith(`Cannot read the stack's state "${path}": `),
        error.message,
      );
      return true;
    });
  });

  it("a state of another version", async () => {
    await fixture.write({ ".pulumi/stacks/fixture/dev.json": '{"version":9}' });
    await rejects(
      fixture.run("preview"),
      `Cannot read the stack's state "${join(fixture.directory, ".pulumi/stacks/fixture/dev.json")}": wanted a checkpoint of version 3, and it is of version 9: update pulumi-yt-code, or install the Pulumi CLI`,
    );
  });

  it("PULUMI_BACKEND_URL names another folder for the state", async () => {
    const backend = await mkdtemp(join(tmpdir(), "ytcode-backend-"));
    const environment = fixture.environment({ PULUMI_BACKEND_URL: `file://${backend}` });
    await fixture.program(`export const x = 1;`);
    const { result } = await fixture.run("up", { environment });
    assert.equal(result.succeeded, true);
    const location = { projectDirectory: fixture.directory, stack: "dev", environment };
    assert.deepEqual(await readStackOutputs(location), { x: 1 });
    await rm(backend, { recursive: true });
  });
});
