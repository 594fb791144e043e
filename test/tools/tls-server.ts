/** An HTTPS server that nobody trusts, and servers that speak no HTTP, for what a wrong address leads to. */
import { createPrivateKey } from "node:crypto";
import { createServer as createHttpsServer } from "node:https";
import { createServer } from "node:net";
import type { Server } from "node:net";
import type { TestContext } from "node:test";
import { listen } from "./listen.ts";

/** Self-signed, for "localhost", 2020 to 2120: made for these tests, and of use to nobody else. */
const CERTIFICATE = [
  "MIIBTzCB9qADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9zdDAgFw0yMDAxMDEwMDAwMDBaGA8y",
  "MTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEt2pxhxTa",
  "EAPnLILQkgCONqZfN4wF7lNEaljZ2EXcnovlL/kSf5C5rN1OscA8v3ZyvDn46NceIYg5GMUq52wefaM3MDUwFAYDVR0R",
  "BA0wC4IJbG9jYWxob3N0MB0GA1UdDgQWBBROqmNoW+VK1OKOYn+rbwuCM6AFMzAKBggqhkjOPQQDAgNIADBFAiEA70MI",
  "vqurNkhXSGsE30hAW+oJQxZit3KavlnH6JP/zrkCIARy9bMfHc9KeaH8b/8ou7DPfAfMS7XHNjlLAz03n5UE",
];
const KEY =
  "MHcCAQEEIKPyDHy4NeEfvMpt5EFF3b4HqXVPMULkKFJ6p8ebaz6doAoGCCqGSM49AwEHoUQDQgAEt2pxhxTaEAPnLILQ" +
  "kgCONqZfN4wF7lNEaljZ2EXcnovlL/kSf5C5rN1OscA8v3ZyvDn46NceIYg5GMUq52wefQ==";

/** A server of a test, and how often somebody has connected to it. */
export interface PlainServer {
  /** `127.0.0.1:12345` */
  readonly host: string;
  readonly connections: () => number;
}

/** Starts a server that answers `{}` in TLS alone. Closed after the test. */
export function startTlsServer(t: TestContext): Promise<PlainServer> {
  const key = createPrivateKey({ key: Buffer.from(KEY, "base64"), format: "der", type: "sec1" });
  const options = {
    key: key.export({ format: "pem", type: "sec1" }),
    cert: `-----BEGIN CERTIFICATE-----\n${CERTIFICATE.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
  return started(
    t,
    createHttpsServer(options, (_request, response) => response.end("{}")),
  );
}

/** Starts a server that says something to whoever connects, and hangs up. Closed after the test. */
export function startBannerServer(t: TestContext, banner: string | Buffer): Promise<PlainServer> {
  return started(
    t,
    createServer((socket) => {
      socket.on("error", () => undefined).end(banner);
    }),
  );
}

async function started(t: TestContext, server: Server): Promise<PlainServer> {
  let connections = 0;
  server.on("connection", (socket) => {
    connections += 1;
    t.after(() => socket.destroy());
  });
  const port = await listen(server);
  t.after(() => server.close());
  return { host: `127.0.0.1:${port}`, connections: () => connections };
}
