/** `ytcode local`: what it prints, serves, keeps and refuses. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import test from "node:test";
import type { TestContext } from "node:test";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { clientFor, rawRequest, temporaryDirectory } from "../../tools/local-cluster.ts";

const MAIN = path.resolve(import.meta.dirname, "../../../cli/main.ts");

function ytcodeLocal(t: TestContext, directory: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, "local", ...args], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "" },
  });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

async function exitStatus(child: ChildProcess): Promise<unknown> {
  const [status] = await once(child, "exit");
  return status;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`ytcode local prints its URL, serves, and stops at ${signal}`, async (t) => {
    const directory = await temporaryDirectory(t);
    const child = ytcodeLocal(t, directory, "--port", "0");
    const output = text(child.stdout);
    const errors = text(child.stderr);
    // The URL is all that is ever printed, so it can be waited for.
    const [line] = await once(child.stdout, "data");
    const url = String(line).trim();
    await clientFor(url).run("create", { type: "map_node", path: "//home/kept" });
    child.kill(signal);
    assert.equal(await exitStatus(child), 0);
    assert.match(await output, /^http:\/\/127\.0\.0\.1:[0-9]+\n$/);
    assert.equal(await errors, "");

    const dataDirectory = path.join(directory, ".local-cluster");
    const cluster = await startLocalCluster({ dataDirectory, lockTimeoutMs: 0 });
    try {
      assert.deepEqual(await clientFor(cluster.url).get("//home"), { kept: {} });
    } finally {
      await cluster.close();
    }
  });
}

test("ytcode local takes port, directory and token", async (t) => {
  const directory = await temporaryDirectory(t);
  const probe = await startLocalCluster({ dataDirectory: path.join(directory, "probe") });
  const port = new URL(probe.url).port;
  await probe.close();
  const child = ytcodeLocal(t, directory, "--port", port, "--data", "data", "--token", "secret");
  const [line] = await once(child.stdout, "data");
  const url = String(line).trim();
  assert.equal(url, `http://127.0.0.1:${port}`);
  assert.equal((await rawRequest(`${url}/api/v4/list?path=/`)).status, 401);
  const headers = { Authorization: "OAuth secret" };
  assert.equal((await rawRequest(`${url}/api/v4/list?path=/`, { headers })).status, 200);
});

test("ytcode local says in one line why it cannot start", async (t) => {
  const directory = await temporaryDirectory(t);
  const running = await startLocalCluster({ dataDirectory: path.join(directory, "running") });
  t.after(() => running.close());
  const port = new URL(running.url).port;
  const child = ytcodeLocal(t, directory, "--port", port);
  const errors = text(child.stderr);
  assert.equal(await exitStatus(child), 1);
  assert.equal(
    await errors,
    `ytcode: Cannot start the local cluster on port ${port}: it is in use\n`,
  );
});

test("ytcode local refuses what is no port", async (t) => {
  const child = ytcodeLocal(t, await temporaryDirectory(t), "--port", "70000");
  const errors = text(child.stderr);
  assert.equal(await exitStatus(child), 2);
  assert.match(await errors, /It must be a whole number from 0 to 65535/);
});

test("startLocalCluster() keeps no process alive when it is told not to", async (t) => {
  const dataDirectory = await temporaryDirectory(t);
  const module = path.resolve(import.meta.dirname, "../../../local-cluster/index.ts");
  const program = `
    import { startLocalCluster } from ${JSON.stringify(module)};
    const options = { dataDirectory: ${JSON.stringify(dataDirectory)}, keepProcessAlive: false };
    const cluster = await startLocalCluster(options);
    // The connection stays open, and a transaction with a clock is left behind.
    const answer = await fetch(cluster.url + "/api/v4/start_transaction", { method: "POST" });
    console.log(answer.status);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program]);
  t.after(() => child.kill("SIGKILL"));
  const output = text(child.stdout);
  assert.equal(await exitStatus(child), 0);
  assert.equal(await output, "200\n");
});
