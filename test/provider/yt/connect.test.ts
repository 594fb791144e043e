/** Which cluster a client is connected to, and what is started for it. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { connectToCluster } from "../../../provider/yt/index.ts";
import type { Token } from "../../../provider/yt/index.ts";
import type { AddressRules } from "../../../provider/yt/proxy-address.ts";
import { makeTemporaryFolder, startTestCluster } from "../../tools/test-cluster.ts";

test("connectToCluster() starts the embedded cluster once for a project", async (t) => {
  const projectDirectory = await makeTemporaryFolder(t);
  const options = { proxy: "local", projectDirectory, startLocalCluster };
  const [one, two] = await Promise.all([connectToCluster(options), connectToCluster(options)]);
  await one.create("map_node", "//home/x", { recursive: true });
  assert.equal(await two.exists("//home/x"), true);
  assert.deepEqual(await readdir(projectDirectory), [".local-cluster"]);
});

test("connectToCluster() calls the embedded cluster local in messages", async (t) => {
  const projectDirectory = await makeTemporaryFolder(t);
  const client = await connectToCluster({ proxy: "local", projectDirectory, startLocalCluster });
  await assert.rejects(client.get("//home/y/@type"), {
    message:
      'Cannot read "//home/y/@type" on cluster "local": Node //home has no child with key "y"',
  });
});

test("connectToCluster() connects to the cluster that is named, and starts none", async (t) => {
  const { url, raw } = await startTestCluster(t, "the-token");
  const projectDirectory = await makeTemporaryFolder(t);
  const client = await connectToCluster({
    proxy: url,
    token: "the-token",
    projectDirectory,
    startLocalCluster: () => assert.fail("It must not be started"),
  });
  await client.create("map_node", "//tmp/x");
  assert.equal(await raw.exists("//tmp/x"), true);
  assert.deepEqual(await readdir(projectDirectory), []);
});

test("connectToCluster() uses the local cluster that runs on the project's data, while it does", async (t) => {
  const projectDirectory = await makeTemporaryFolder(t);
  const dataDirectory = join(projectDirectory, ".local-cluster");
  const started: string[] = [];
  const connect = async () =>
    connectToCluster({
      proxy: "local",
      projectDirectory,
      startLocalCluster: async () => {
        started.push("one");
        return Promise.reject(new RangeError("in use"));
      },
    });
  const running = await startLocalCluster({ dataDirectory });
  await (await connect()).create("map_node", "//home/x", { recursive: true });
  const listed = await fetch(`${running.url}/api/v4/exists?path=//home/x`);
  assert.match(await listed.text(), /true/);
  assert.deepEqual(started, []);
  await running.close();
  // One that has ended, wants a token, or may end with its process is none to use.
  await assert.rejects(connect(), RangeError);
  for (const options of [{ token: "t" }, { keepProcessAlive: false }]) {
    const other = await startLocalCluster({ dataDirectory, ...options });
    await assert.rejects(connect(), RangeError);
    await other.close();
  }
  assert.equal(started.length, 3);
});

test("connectToCluster() tries again when the local cluster could not be started", async (t) => {
  const projectDirectory = await makeTemporaryFolder(t);
  const failure = new RangeError("in use");
  const failing = {
    proxy: "local",
    projectDirectory,
    startLocalCluster: () => Promise.reject(failure),
  };
  await assert.rejects(connectToCluster(failing), (error) => error === failure);
  const client = await connectToCluster({ ...failing, startLocalCluster });
  assert.equal(await client.exists("/"), true);
});

/** Where a token may go, and what is warned of; no such host is asked. */
const PLAIN_TEXT: readonly (readonly [string, AddressRules, string | undefined])[] = [
  ["plain.example.net:8000", {}, "http://plain.example.net:8000"],
  ["plain", { suffix: ".example.org" }, "http://plain.example.org"],
  ["http://10.1.2.3", { prefersHttps: true }, "http://10.1.2.3"],
  ["plain.example.net", { prefersHttps: true }, undefined],
  ["https://plain.example.net", {}, undefined],
  ["localhost:8000", {}, undefined],
  ["127.0.0.2", {}, undefined],
  ["[::1]:8000", {}, undefined],
];

for (const [proxy, rules, address] of PLAIN_TEXT) {
  const shown = `${proxy} with ${JSON.stringify(rules)}`;
  test(`connectToCluster() warns ${address === undefined ? "of nothing" : "once of plain text"} for ${shown}`, async () => {
    const lines: string[] = [];
    const connect = async (token: Token | undefined): Promise<unknown> =>
      connectToCluster({
        proxy,
        findAccess: async () => ({ rules, isOwn: true, token }),
        projectDirectory: ".",
        startLocalCluster: () => assert.fail("It must not be started"),
        log: (line) => {
          lines.push(line);
        },
      });
    await connect(undefined);
    assert.deepEqual(lines, []);
    await connect({ text: "the-token", origin: "YT_TOKEN" });
    await connect({ text: "another", origin: "YT_TOKEN" });
    const warning =
      `Warning: the token for cluster "${proxy}" goes to ${address} in plain text, for all on the way to read: ` +
      'if the cluster speaks TLS, write its address with "https://" in front';
    assert.deepEqual(lines, address === undefined ? [] : [warning]);
  });
}
