/** The handler, in a process of its own, as Pulumi's provider process calls it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { isProperties } from "../../../provider/resource/arguments.ts";
import { CONSTANT_PROVIDER } from "../../../provider/resource/constant-provider.ts";
import { createHandler } from "../../../provider/handler.ts";
import { findOldNode } from "../../tools/old-node.ts";
import { REPOSITORY, runProgram } from "../../ytjobs/run-python.ts";
import { startStep, waitForEnd } from "./killing.ts";
import { BUILD_FOLDER, makeProject, startCluster } from "./lifecycle.ts";
import type { TestResource } from "./lifecycle.ts";
import type { ProviderStep } from "./provider-process.ts";

const handler = createHandler({ startLocalCluster });

/** Runs a step. @returns the lines for the user, and the result at their end */
async function runStep(step: ProviderStep["step"], resource: TestResource) {
  const { stdout } = await waitForEnd(startStep(step, resource));
  const lines = stdout.trimEnd().split("\n");
  const result: unknown = JSON.parse(lines.at(-1) ?? "");
  assert.ok(isProperties(result));
  return { lines: lines.slice(0, -1), result };
}

test("create() takes proxy and token from Pulumi's configuration, and prints lines with the name", async (t) => {
  const { cluster, raw } = await startCluster(t, "the-token");
  const project = await makeProject(t);
  const resource = project.declare(cluster.url);
  resource.settings = { ...resource.settings, token: "the-token\n" };
  const { lines, result } = await runStep("create", resource);
  assert.match(String(result["id"]), /^daily-[0-9a-f]{12}$/);
  assert.ok(isProperties(result["outputs"]));
  assert.equal(result["outputs"]["proxy"], cluster.url);
  assert.deepEqual(lines.slice(0, 3), [
    "daily: new archive: 2 stages (clean, score), 14 files, 21.7 KiB",
    "daily: [Upload] Packaging code...",
    `daily: [Upload] Uploading code to ${BUILD_FOLDER}...`,
  ]);
  assert.match(lines[3] ?? "", /^daily: \[Upload\] Code uploaded successfully: /);
  const owner = await raw.get(`${BUILD_FOLDER}/source.tar.gz/@ytcode_resource_id`);
  assert.equal(owner, result["id"]);

  resource.id = String(result["id"]);
  resource.outputs = result["outputs"];
  const removed = await runStep("delete", resource);
  assert.deepEqual(removed, { lines: [], result: { type: "done", id: resource.id, outputs: {} } });
  assert.equal(await raw.exists(BUILD_FOLDER), false);
});

for (const step of ["create", "update", "delete"] as const) {
  test(`${step}() shows one message and no stack when the token is wrong`, async (t) => {
    const { cluster } = await startCluster(t, "the-token");
    const project = await makeProject(t);
    const resource = project.declare(cluster.url);
    resource.settings = { ...resource.settings, token: "another" };
    resource.outputs = { __published: { proxy: cluster.url, buildFolder: BUILD_FOLDER } };
    const { result } = await runStep(step, resource);
    const action =
      step === "delete"
        ? `list "${BUILD_FOLDER}"`
        : `start transaction "Publish to ${BUILD_FOLDER}"`;
    assert.equal(
      result["message"],
      `Cannot ${action} on cluster "${cluster.url}": ` +
        "the token is refused: check yt:token or YT_TOKEN (Invalid token)",
    );
    assert.equal(result["stack"], result["message"]);
    assert.ok(Array.isArray(result["fields"]));
    // The engine takes an error with an id for a resource that is there after all.
    assert.equal(result["fields"].includes("id"), false);
  });
}

test("check() gives failures, all of them, and throws nothing", async (t) => {
  const project = await makeProject(t);
  delete process.env["YT_PROXY"];
  await handler.configure({ config: { get: () => undefined } });
  const { inputs, failures } = await handler.check(
    {},
    { pipeline: project.pipeline, mode: "test", keepVersions: 0, buildFolder: "home/daily" },
  );
  assert.deepEqual(
    failures.map(({ property }) => property),
    ["mode", "keepVersions", "proxy", "buildFolder"],
  );
  assert.equal(inputs["mode"], "test");
});

test("read() shows no stack of a cluster that cannot be reached, and diff() asks none", async () => {
  const place = { proxy: "no such host", buildFolder: BUILD_FOLDER };
  const outputs = { mode: "prod", __published: place, __known: { digest: "0".repeat(64) } };
  const error: unknown = await handler.read("daily-1", outputs).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof Error);
  assert.match(error.message, /"no such host"/);
  assert.equal(error.stack, error.message);
  assert.deepEqual(await handler.diff("daily-1", outputs, outputs), {
    changes: false,
    replaces: [],
  });
});

test("The constant provider loads the handler by the package's name", () => {
  const script = `${CONSTANT_PROVIDER}; process.stdout.write(Object.keys(exports.handler()).join())`;
  const options = { cwd: REPOSITORY, encoding: "utf8" } as const;
  const names = execFileSync(process.execPath, ["-e", script], options);
  assert.deepEqual(names.split(",").toSorted(), Object.keys(handler).toSorted());
});

test("handler.cjs loads the local cluster for the proxy local, and for no other", async (t) => {
  const { directory, pipeline } = await makeProject(t);
  const place = { proxy: "local", buildFolder: BUILD_FOLDER };
  const outputs = { mode: "prod", __published: place, __known: { digest: "0".repeat(64) } };
  const script = `
    const { registerHooks } = require("node:module");
    let loaded = 0;
    registerHooks({
      load: (url, context, next) => {
        if (url.includes("/local-cluster/")) loaded += 1;
        return next(url, context);
      },
    });
    const handler = require(${JSON.stringify(join(REPOSITORY, "handler.cjs"))});
    const server = require("node:http").createServer((request, response) => {
      response.writeHead(401).end();
    });
    server.listen(0, "127.0.0.1", async () => {
      await handler.configure({ config: { get: () => undefined } });
      const proxy = "127.0.0.1:" + server.address().port;
      const args = { pipeline: ${JSON.stringify(pipeline)}, proxy };
      const { failures } = await handler.check({}, args);
      const elsewhere = { ...${JSON.stringify(outputs)}, __published: { ...args, buildFolder: "//x" } };
      const error = await handler.read("daily-1", elsewhere).catch((thrown) => thrown);
      const before = loaded;
      const { inputs } = await handler.read("daily-1", ${JSON.stringify(outputs)});
      const after = loaded;
      console.log(JSON.stringify({ failures, name: error.name, before, after, archive: inputs.archive }));
      server.close();
      server.closeAllConnections();
    });`;
  const stdout = execFileSync(process.execPath, ["-e", script], {
    cwd: directory,
    encoding: "utf8",
  });
  const { after, ...shown } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  assert.deepEqual(shown, {
    failures: [],
    name: "YtError",
    before: 0,
    archive: `archive missing: ${BUILD_FOLDER}/source.tar.gz`,
  });
  assert.ok(after > 0);
});

test("an older Node, which the Pulumi CLI may start, is told in one line what is needed", async (t) => {
  const old = await findOldNode();
  if (old === undefined) {
    t.skip("NOT RUN: there is no Node older than 22.18 on this machine");
    return;
  }
  const script = `try { require("./handler.cjs"); } catch (error) { console.log(error.stack); }`;
  assert.deepEqual(await runProgram(old.program, ["-e", script], { cwd: REPOSITORY }), {
    status: 0,
    stdout: `pulumi-yt-code needs Node >=22.18, this is ${old.version}\n`,
    stderr: "",
  });
});
