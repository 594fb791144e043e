/** Single HTTP exchanges: what is read, what is thrown, what breaks. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { ExchangeError } from "../../../provider/yt/exchange-error.ts";
import { exchange } from "../../../provider/yt/http.ts";
import { ok, page, reset, startScriptedServer } from "../../tools/scripted-server.ts";

const REQUEST = {
  method: "GET",
  headers: { "Accept-Encoding": "identity" },
  timeouts: { connectMs: 5000, requestMs: 10_000, idleMs: 5000 },
} as const;

async function* endlessBody(onEnd: () => void): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      yield Buffer.alloc(65_536);
    }
  } finally {
    onEnd();
  }
}

function isExchangeError(errno: string, message: string, neverConnected: boolean) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof ExchangeError);
    assert.deepEqual(
      [error.errno, error.message, error.neverConnected],
      [errno, message, neverConnected],
    );
    return true;
  };
}

test("exchange() gives status, headers, body and what comes after the body", async (t) => {
  const server = await startScriptedServer(t, [
    (response) => {
      response.writeHead(200, { Trailer: "X-YT-Error", "X-One": "1" });
      response.write("half");
      response.addTrailers({ "X-YT-Error": "{}" });
      response.end();
    },
  ]);
  const answer = await exchange({ ...REQUEST, url: server.url });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["x-one"], "1");
  assert.equal(answer.body.toString(), "half");
  assert.equal(answer.trailers["x-yt-error"], "{}");
});

test("exchange() stops sending when the answer has come, and lets go of the body", async (t) => {
  // Control proxies answer before they have read the body.
  const { url } = await startScriptedServer(t, [], page(503));
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const answer = await exchange({ ...REQUEST, method: "PUT", url, body: endlessBody(resolve) });
  assert.equal(answer.status, 503);
  await ended;
});

test("exchange() gives errors' bodies whole, and successes' to onData", async (t) => {
  const server = await startScriptedServer(t, [page(500), ok({ a: 1 })]);
  const pieces: Uint8Array[] = [];
  const request = {
    ...REQUEST,
    url: server.url,
    onData: (piece: Uint8Array) => {
      pieces.push(piece);
    },
  };
  assert.match((await exchange(request)).body.toString(), /Sorry/);
  assert.equal(pieces.length, 0);
  assert.equal((await exchange(request)).body.length, 0);
  assert.equal(Buffer.concat(pieces).toString(), '{"a":1}');
});

test("exchange() throws what the caller's own callbacks throw, as it is", async (t) => {
  const server = await startScriptedServer(t, [ok({})]);
  const failure = new RangeError("disk is full");
  const reading = exchange({
    ...REQUEST,
    url: server.url,
    onData: () => {
      throw failure;
    },
  });
  await assert.rejects(reading, (error) => error === failure);
  async function* brokenBody(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("x");
    throw failure;
  }
  const writing = exchange({ ...REQUEST, method: "PUT", url: server.url, body: brokenBody() });
  await assert.rejects(writing, (error) => error === failure);
});

test("exchange() tells a connection that broke from one that was never made", async (t) => {
  const server = await startScriptedServer(t, [reset]);
  const { host } = new URL(server.url);
  await assert.rejects(
    exchange({ ...REQUEST, url: server.url }),
    isExchangeError("ECONNRESET", `connection to ${host} broke off`, false),
  );
  await assert.rejects(
    exchange({ ...REQUEST, url: "http://127.0.0.1:9" }),
    isExchangeError("ECONNREFUSED", "connection to 127.0.0.1:9 refused", true),
  );
  await assert.rejects(
    exchange({ ...REQUEST, url: `https://${host}` }),
    isExchangeError("EPROTO", `${host} does not speak TLS: write "http://" in front of it`, true),
  );
});

test("exchange() gives up on a server that says nothing, or nothing more", async (t) => {
  const server = await startScriptedServer(t, [
    () => undefined,
    (response) => response.writeHead(200, { "Content-Length": "100" }).write("half"),
  ]);
  const { host } = new URL(server.url);
  const request = { ...REQUEST, url: server.url, timeouts: { connectMs: 5000, idleMs: 50 } };
  for (const _ of ["nothing", "nothing more"]) {
    await assert.rejects(
      exchange(request),
      isExchangeError("ETIMEDOUT", `no answer from ${host} within 50 ms`, false),
    );
  }
});

test("exchange() gives up on a server that does not finish the TLS handshake", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  server.on("connection", (socket) => t.after(() => socket.destroy()));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const url = `https://127.0.0.1:${address.port}`;
  const request = { ...REQUEST, url, timeouts: { connectMs: 50, idleMs: 5000 } };
  await assert.rejects(
    exchange(request),
    isExchangeError("ETIMEDOUT", `no connection to ${new URL(url).host} within 50 ms`, true),
  );
});

test("exchange() takes large headers, and gives an answer that is compressed all the same as it is", async (t) => {
  const tree = "x".repeat(200_000);
  const packed = gzipSync("text");
  const server = await startScriptedServer(t, [
    (response) => {
      response.writeHead(200, {
        "Content-Encoding": "gzip",
        Trailer: "X-YT-Error",
        "X-YT-Error": tree,
      });
      response.write(packed);
      response.addTrailers({ "X-YT-Error": "{}" });
      response.end();
    },
  ]);
  const answer = await exchange({ ...REQUEST, url: server.url });
  assert.equal(answer.headers["x-yt-error"], tree);
  assert.deepEqual(answer.body, packed);
  assert.equal(answer.trailers["x-yt-error"], "{}");
});

test("exchange() notices an answer that breaks off", async (t) => {
  const server = await startScriptedServer(t, [
    (response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("half", () => response.destroy());
    },
  ]);
  await assert.rejects(exchange({ ...REQUEST, url: server.url }), ExchangeError);
});
