/** Which cluster a client is connected to, and what is started for it. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { connectToCluster } from "../../../provider/yt/index.ts";
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
