/** What Pulumi stops does not go on, whichever of its requests comes in first. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:http2";
import { test } from "node:test";
import { cancellable } from "../../../provider/cancellation.ts";

test("cancellable() stops what comes in after Pulumi has asked to stop, as what is under way", async (t) => {
  const server = createServer((_request, response) => response.end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const client = connect(`http://127.0.0.1:${address.port}`);
  t.after(() => {
    client.close();
    server.close();
  });
  const ask = async (path: string): Promise<void> => {
    const request = client.request({ ":path": path, ":method": "POST" });
    request.end();
    request.resume();
    await once(request, "close");
  };

  assert.equal(await cancellable(async (signal) => signal.aborted), false);
  await ask("/pulumirpc.ResourceProvider/Check");
  assert.equal(await cancellable(async (signal) => signal.aborted), false);
  const under = await cancellable(async (signal) => {
    await ask("/pulumirpc.ResourceProvider/Cancel");
    return signal.aborted;
  });
  assert.equal(under, true);
  assert.equal(await cancellable(async (signal) => signal.aborted), true);
});
