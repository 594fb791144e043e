/** The engine, the program and the provider talk to each other directly, whatever proxy the environment names. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { Fixture, PATIENT, stepsOf } from "./fixture.ts";

test("up needs no proxy for this machine, whichever variable names one", PATIENT, async (t) => {
  const fixture = await Fixture.create();
  t.after(() => fixture.remove());
  await fixture.program(`new Thing("a", { label: process.env.no_grpc_proxy });`);
  let asked = 0;
  // As a squid does that lets nobody through to loopback.
  const proxy = createServer().on("connect", (_request, socket) => {
    asked += 1;
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  proxy.listen(0, "127.0.0.1");
  t.after(() => proxy.close());
  await once(proxy, "listening");
  const address = proxy.address();
  assert.ok(typeof address === "object" && address !== null);
  const url = `http://127.0.0.1:${address.port}`;
  for (const name of ["http_proxy", "https_proxy", "grpc_proxy", "all_proxy"]) {
    const environment = fixture.environment({
      [name]: url,
      [name.toUpperCase()]: url,
      no_proxy: "localhost, 127.0.0.1",
      NO_PROXY: undefined,
    });
    const outcome = await fixture.run("up", { environment });
    assert.equal(outcome.result.succeeded, true, `${name}: ${outcome.text}`);
    assert.ok(stepsOf(outcome).some((step) => /^(create|same) a/.test(step)));
  }
  assert.equal(asked, 0);
  const { inputs } = (await fixture.resource("a")) ?? {};
  assert.equal(inputs?.["label"], "localhost, 127.0.0.1,127.0.0.1,localhost");
});
