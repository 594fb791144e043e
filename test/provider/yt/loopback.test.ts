/** Requests to this machine go straight there, also where Node is told to use the environment's proxy. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { REPOSITORY, runProgram } from "../../ytjobs/run-python.ts";

const HTTP = pathToFileURL(path.join(REPOSITORY, "provider/yt/http.ts")).href;

const script = (url: string): string => `
import { exchange } from "${HTTP}";
const timeouts = { connectMs: 60_000, idleMs: 60_000 };
const { body } = await exchange({ method: "GET", url: "${url}", headers: {}, timeouts });
console.log(body.toString());`;

test("exchange() with this machine needs no proxy that NODE_USE_ENV_PROXY has Node use", async (t) => {
  const server = createServer((_request, response) => response.end("the cluster"));
  const proxy = createServer((_request, response) => response.end("the proxy"));
  const ports: number[] = [];
  for (const each of [server, proxy]) {
    each.listen(0, "127.0.0.1");
    t.after(() => each.close());
    await once(each, "listening");
    const address = each.address();
    assert.ok(typeof address === "object" && address !== null);
    ports.push(address.port);
  }
  const [port, proxyPort] = ports;
  const env = { NODE_USE_ENV_PROXY: "1", http_proxy: `http://127.0.0.1:${proxyPort}` };
  const run = (host: string) =>
    runProgram(process.execPath, ["--input-type=module", "-e", script(`http://${host}:${port}/`)], {
      env,
    });
  for (const host of ["127.0.0.1", "localhost"]) {
    assert.deepEqual(await run(host), { status: 0, stdout: "the cluster\n", stderr: "" });
  }
});
