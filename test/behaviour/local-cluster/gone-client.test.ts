/** A client that closes its connection while it downloads. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import * as path from "node:path";
import test from "node:test";
import { startTestCluster } from "../../tools/local-cluster.ts";

test("read_file lets go of its file when the client goes before the end", async (t) => {
  const cluster = await startTestCluster(t);
  const content = Buffer.alloc(32 << 20, "x");
  await cluster.run("create", { type: "file", path: "//home/f" });
  await cluster.write("//home/f", content);
  const gone = new AbortController();
  const response = await fetch(`${cluster.url}/api/v4/read_file?path=//home/f`, {
    headers: { "Accept-Encoding": "identity" },
    signal: gone.signal,
  });
  await response.body?.getReader().read();
  gone.abort();
  await cluster.run("remove", { path: "//home/f" });
  const chunks = path.join(cluster.dataDirectory, "chunks");
  const deadline = Date.now() + 20_000;
  while ((await readdir(chunks)).length > 0) {
    assert.ok(Date.now() < deadline, "the chunks of the removed file are still there");
    // Every change is followed by a sweep.
    await cluster.run("set", { path: "//home/@tick" }, "1");
  }
});
