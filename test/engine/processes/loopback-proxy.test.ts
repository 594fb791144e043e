/** The variable that keeps gRPC on this machine away from a proxy. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { noLoopbackProxy } from "../../../engine/processes/loopback-proxy.ts";

test("noLoopbackProxy() adds this machine to what the user leaves out", () => {
  for (const [environment, hosts] of [
    [{}, "127.0.0.1,localhost"],
    [{ no_proxy: "" }, "127.0.0.1,localhost"],
    [{ no_proxy: ".corp, yt.corp" }, ".corp, yt.corp,127.0.0.1,localhost"],
    [{ no_proxy: ".corp", no_grpc_proxy: "grpc.corp" }, "grpc.corp,127.0.0.1,localhost"],
  ] as const) {
    assert.deepEqual(noLoopbackProxy(environment), { no_grpc_proxy: hosts });
  }
});
