/** One request and its answer, of a client that does not stay to the end. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, get } from "node:http";
import { test } from "node:test";
import { Exchange } from "../../../local-cluster/http/exchange.ts";

type OpenRecord = ConstructorParameters<typeof Exchange>[2];

const RECORD: OpenRecord = {
  method: "GET",
  url: "/",
  command: "read_file",
  path: undefined,
  transactionId: undefined,
  mutationId: undefined,
  retry: false,
  status: undefined,
  errorCode: undefined,
  requestBytes: 0,
  responseBytes: 0,
};

test("sendStream() ends when the client goes while the next bytes are read", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const client = get({ host: address.address, port: address.port });
  client.on("error", () => undefined);
  const [request, response] = await once(server, "request");
  let isLetGo = false;
  async function* bytes(): AsyncGenerator<Buffer> {
    try {
      yield Buffer.from("first");
      client.destroy();
      await once(response, "close");
      yield Buffer.from("second");
    } finally {
      isLetGo = true;
    }
  }
  const exchange = new Exchange(request, response, { ...RECORD });
  await assert.rejects(exchange.sendStream(bytes(), {}), { message: /^The client has / });
  assert.ok(isLetGo);
});
