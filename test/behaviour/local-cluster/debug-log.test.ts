/** `NODE_DEBUG=ytcode`: one line for each request that the local cluster answers, without the token. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import test from "node:test";
import { temporaryDirectory } from "../../tools/local-cluster.ts";

const MODULE = path.resolve(import.meta.dirname, "../../../local-cluster/index.ts");

/** Starts a cluster, sends it some requests, and gives what the process has printed on stderr. */
function printed(dataDirectory: string, debug: string): readonly string[] {
  const program = `
    import { startLocalCluster } from ${JSON.stringify(MODULE)};
    const dataDirectory = ${JSON.stringify(dataDirectory)};
    const cluster = await startLocalCluster({ dataDirectory, token: "secret-token" });
    cluster.inject({ command: "exists", action: { type: "reset" } });
    const send = async (path, token = "secret-token") => {
      const headers = { Authorization: "OAuth " + token };
      await fetch(cluster.url + path, { headers }).then((answer) => answer.text(), () => "");
    };
    await send("/hosts?token=secret-token");
    await send("/api/v4/get?path=//tmp/%0A&secret-token=1");
    await send("/api/v4/list?path=//tmp");
    await send("/api/v4/list?path=//tmp", "another-token");
    await send("/api/v4/exists?path=//tmp");
    await cluster.close();`;
  const { stderr, status } = spawnSync(
    process.execPath,
    ["--input-type=module-typescript", "--eval", program],
    { encoding: "utf8", env: { ...process.env, NODE_DEBUG: debug } },
  );
  assert.equal(status, 0, stderr);
  return stderr.split("\n").filter((line) => line !== "");
}

test("NODE_DEBUG=ytcode prints each request, and never a token", async (t) => {
  const lines = printed(await temporaryDirectory(t), "ytcode");
  assert.deepEqual(
    lines.map((line) => line.replace(/^YTCODE [0-9]+: /, "").replace(/[0-9.]+ ms$/, "<time> ms")),
    [
      "Local cluster: GET /hosts: status 200, <time> ms",
      String.raw`Local cluster: GET get "//tmp/\n": status 400, code 500, <time> ms`,
      'Local cluster: GET list "//tmp": status 200, <time> ms',
      "Local cluster: GET list: status 401, code 111, <time> ms",
      'Local cluster: GET exists "//tmp": no answer, <time> ms',
    ],
  );
  assert.doesNotMatch(lines.join("\n"), /token/);
});

test("without NODE_DEBUG the local cluster prints nothing", async (t) => {
  assert.deepEqual(printed(await temporaryDirectory(t), ""), []);
});
