/** An upload that fails in the middle: it is told why, and its connection serves the next request. */
import assert from "node:assert/strict";
import * as http from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import test from "node:test";
import type { TestContext } from "node:test";
import { startTestCluster } from "../../tools/local-cluster.ts";

/** More than is on its way at a time, so that the failure comes while the client still sends. */
const LARGE = Buffer.alloc(12 << 20, "x");

/** A client that has one connection, and tells which it was. */
function connection(t: TestContext, clusterUrl: string) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  return async (method: string, url: string, headers: http.OutgoingHttpHeaders, body?: Buffer) => {
    const outgoing = http.request(clusterUrl + url, { method, agent, headers });
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    outgoing.once("response", resolve).on("error", reject);
    let socket: Socket | undefined;
    outgoing.once("socket", (used) => (socket = used));
    outgoing.end(body);
    const incoming = await promise;
    const answer = await text(incoming);
    return { status: incoming.statusCode, answer, socket };
  };
}

const CASES = [
  ["the disk is full", "//tmp/f", {}, 500, "the disk is full"],
  ["there is no such file", "//tmp/none", {}, 400, "Error resolving path"],
  ["its encoding is unknown", "//tmp/f", { "Content-Encoding": "lzma" }, 415, "lzma"],
] as const;

for (const [why, path, headers, status, message] of CASES) {
  for (const length of [{}, { "Content-Length": LARGE.length }]) {
    const framing = "Content-Length" in length ? "of known length" : "in chunks";
    test(`an upload ${framing} leaves its connection usable when ${why}`, async (t) => {
      const cluster = await startTestCluster(t);
      await cluster.run("create", { type: "file", path: "//tmp/f" });
      await cluster.write("//tmp/f", "old");
      cluster.inject({ command: "write_file", action: { type: "diskFull" } });
      const send = connection(t, cluster.url);
      const url = `/api/v4/write_file?path=${path}`;
      const first = await send("PUT", url, { ...headers, ...length }, LARGE);
      assert.equal(first.status, status, first.answer);
      assert.match(String(JSON.parse(first.answer).message), new RegExp(message));
      const next = await send("GET", "/api/v4/read_file?path=//tmp/f", {});
      assert.deepEqual([next.status, next.answer], [200, "old"]);
      assert.equal(next.socket, first.socket);
      cluster.clearFaults();
      const again = await send("PUT", "/api/v4/write_file?path=//tmp/f", length, LARGE);
      assert.deepEqual([again.status, again.socket], [200, first.socket]);
    });
  }
}
