/** Neither the token nor what stands in files may show anywhere but in the archive. */
import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { startStep, waitForEnd } from "./killing.ts";
import { BUILD_FOLDER, configuration, makeProject, startCluster } from "./lifecycle.ts";
import type { TestResource } from "./lifecycle.ts";

const TOKEN = "AQAD-token-nobody-may-see-4711";
const CODE = "answer_nobody_may_see = 42";
const SECRET = "password-nobody-may-see";

test("assertHidesSecrets() sees what is hidden deep inside", () => {
  const deep = { one: [{ two: new Map([["three", new Error(`no ${TOKEN}`)]]) }] };
  assert.throws(() => assertHidesSecrets("A value", deep), /A value shows "AQAD/);
});

/** Fails when a value, inspected as deep as it goes, shows something that must not be seen. */
function assertHidesSecrets(what: string, value: unknown): void {
  const shown = inspect(value, {
    depth: Infinity,
    showHidden: true,
    getters: true,
    maxArrayLength: null,
    maxStringLength: null,
  });
  for (const hidden of [TOKEN, CODE, SECRET]) {
    assert.equal(shown.includes(hidden), false, `${what} shows "${hidden}":\n${shown}`);
  }
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  const failed = Symbol("failed");
  const result = await work.then(
    () => failed,
    (error: unknown) => error,
  );
  assert.notEqual(result, failed, "It must fail");
  return result;
}

/** A cluster with a token, and a resource of a pipeline with secrets. */
async function makeProjectWithSecrets(t: Parameters<typeof startCluster>[0]) {
  const server = await startCluster(t, TOKEN);
  const project = await makeProject(t, {
    "configs/secrets.env": `PASSWORD=${SECRET}\n`,
    "stages/clean/src/mapper.py": `${CODE}\n`,
  });
  const resource = project.declare(server.cluster.url);
  resource.settings = { ...resource.settings, token: TOKEN };
  return { ...server, ...project, resource };
}

test("check(), sync(), read() and remove() show neither the token nor file contents", async (t) => {
  const world = await makeProjectWithSecrets(t);
  const { resource, raw } = world;
  const inputs = await resource.checked();
  assertHidesSecrets("Inputs", inputs);
  await resource.create(inputs);
  assertHidesSecrets("Outputs", resource.outputs);
  await appendFile(path.join(world.pipeline, "stages/clean/src/mapper.py"), "# more\n");
  await resource.up();
  assertHidesSecrets("Outputs", resource.outputs);
  assertHidesSecrets("Read inputs", await resource.refresh());
  assertHidesSecrets("Attributes", await raw.get(`${BUILD_FOLDER}/source.tar.gz/@user_attributes`));
  await resource.destroy();
  assertHidesSecrets("Lines", resource.lines);
  assertHidesSecrets("Request log", world.cluster.requests);
});

/** What may go wrong with a resource that is up, and the step that then fails. */
const FAILURES: Readonly<
  Record<string, (world: Awaited<ReturnType<typeof makeProjectWithSecrets>>) => Promise<unknown>>
> = {
  "the cluster refuses the token": async ({ resource }) => {
    resource.settings = { ...resource.settings, token: `${TOKEN}!` };
    return resource.update(await resource.checked());
  },
  "the connection breaks again and again": async ({ resource, cluster }) => {
    const inputs = await resource.checked();
    cluster.inject({ times: 1, action: { type: "reset" } });
    cluster.inject({ action: { type: "error", code: 1, message: "No more" } });
    return resource.update(inputs);
  },
  "a balancer repeats the request's header": async ({ resource, cluster }) => {
    const body = `<html>Bad header Authorization: OAuth ${TOKEN}</html>`;
    cluster.inject({ action: { type: "status", status: 400, body } });
    return resource.update(await resource.checked());
  },
  "the cluster's own error repeats the token": async ({ resource, cluster }) => {
    const message = `User of token ${TOKEN} is banned`;
    cluster.inject({ action: { type: "error", code: 903, message } });
    return resource.update(await resource.checked());
  },
  "a file changes after the check": async ({ resource, edit }) => {
    const inputs = await resource.checked();
    await edit({ "stages/clean/src/mapper.py": `${CODE} + 1\n` });
    return resource.update(inputs);
  },
  "an upload is refused": async ({ resource, cluster, edit }) => {
    await edit({ "stages/clean/src/mapper.py": `${CODE} + 2\n` });
    const action = { type: "error", code: 902, message: "Limit exceeded" } as const;
    cluster.inject({ command: "write_file", action });
    return resource.update(await resource.checked());
  },
};

for (const [name, fail] of Object.entries(FAILURES)) {
  test(`sync() shows neither the token nor file contents when ${name}`, async (t) => {
    const world = await makeProjectWithSecrets(t);
    await world.resource.up();
    const error = await errorOf(fail(world));
    assert.ok(error instanceof Error);
    assertHidesSecrets("Error", error);
    assertHidesSecrets("Lines", world.resource.lines);
  });
}

test("check() shows no content of a file that is wrong or must not be packed", async (t) => {
  const world = await makeProjectWithSecrets(t);
  for (const changes of [
    { "configs/config.yaml": `stages: [\n  secret: ${SECRET}\n` },
    { "configs/config.yaml": `secret: ${SECRET}\nsecret: ${SECRET}\n` },
    {
      "configs/config.yaml": configuration(["clean"]),
      "stages/clean/src/.env": `PASSWORD=${SECRET}\n`,
    },
  ]) {
    await world.edit(changes);
    const { failures } = await world.resource.check();
    assert.equal(failures.length, 1);
    assertHidesSecrets("Failures", failures);
  }
});

/** What a process prints that creates a resource, or fails to. */
async function printedByCreate(resource: TestResource): Promise<string> {
  return (await waitForEnd(startStep("create", resource))).stdout;
}

test("The provider's process prints neither the token nor file contents", async (t) => {
  const { resource } = await makeProjectWithSecrets(t);
  assertHidesSecrets("Output of a create", await printedByCreate(resource));
  resource.settings = { ...resource.settings, token: `${TOKEN}?` };
  assertHidesSecrets("Output of a failed create", await printedByCreate(resource));
});
