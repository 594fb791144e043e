/** What is at an address that is no cluster's, and how soon that is told: real servers of other kinds. */
import assert from "node:assert/strict";
import { lookup } from "node:dns/promises";
import { test } from "node:test";
import { createYtClient } from "../../../provider/yt/index.ts";
import { createRecordingClock } from "../../tools/recording-clock.ts";
import { ok, page, reset, startScriptedServer } from "../../tools/scripted-server.ts";
import type { ScriptedAnswer } from "../../tools/scripted-server.ts";
import { startBannerServer, startTlsServer } from "../../tools/tls-server.ts";

const ADDRESS = ': set its address with "ytcode config set yt:proxy HOST:PORT" or YT_PROXY';
const CHECK = "check that yt:proxy is a YTsaurus HTTP proxy";

/** The message of a first request, and what was logged and waited for before it. */
async function firstFailure(proxy: string) {
  const clock = createRecordingClock();
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
  };
  const client = createYtClient({ proxy, displayName: "c", token: "the-token", clock, log });
  const error: unknown = await client.get("//x").catch((reason: unknown) => reason);
  assert.ok(error instanceof Error);
  assert.equal(lines.length, clock.sleptMs.length);
  return { message: error.message, waits: clock.sleptMs.length };
}

const html: ScriptedAnswer = (response) => {
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end("<!doctype html><title>Sign in</title>");
};

const ANSWERS: Readonly<Record<string, readonly [ScriptedAnswer, string]>> = {
  "a web page": [
    html,
    `it answers with a web page: ${CHECK}, and that it is reached without a login`,
  ],
  "a web page without a type": [
    (response) => response.end("\n<html>"),
    `it answers with a web page: ${CHECK}, and that it is reached without a login`,
  ],
  "plain text": [
    (response) => response.end("It works!"),
    `it answers with something that is no JSON: ${CHECK}`,
  ],
  "JSON of another kind": [ok({ status: "ok" }), `its answer holds no "value": ${CHECK}`],
  "another program's error": [
    (response) => {
      response.writeHead(404, { "Content-Type": "application/json" });
      response.end('{"code":3,"message":"unknown method","details":[]}');
    },
    `it answers with HTTP status 404 and no YTsaurus error: ${CHECK}`,
  ],
  "a gateway's login": [
    page(401, { "WWW-Authenticate": "Basic" }),
    `something in front of the cluster lets nobody in (HTTP status 401 and no YTsaurus error): ${CHECK} that is reached without a login`,
  ],
  "a gateway's refusal": [
    page(403),
    `something in front of the cluster lets nobody in (HTTP status 403 and no YTsaurus error): ${CHECK} that is reached without a login`,
  ],
  "a limit of bodies": [
    page(413),
    "something in front of the cluster limits the size of a body (HTTP status 413; nginx: client_max_body_size): " +
      "have the limit lifted, or set yt:proxy to the cluster's own HTTP proxy",
  ],
  "a limit of headers": [
    page(431),
    "something in front of the cluster limits the size of headers (HTTP status 431; nginx: large_client_header_buffers): " +
      "have the limit raised, or set yt:proxy to the cluster's own HTTP proxy",
  ],
  "a server for TLS that says so": [
    (response) => {
      response.writeHead(400, { "Content-Type": "text/html" });
      response.end("<center>The plain HTTP request was sent to HTTPS port</center>");
    },
    'it speaks TLS: write "https://" in front of it',
  ],
};

for (const [name, [answer, message]] of Object.entries(ANSWERS)) {
  test(`get() tells at once of ${name}`, async (t) => {
    const server = await startScriptedServer(t, [answer]);
    assert.deepEqual(await firstFailure(server.url), {
      message: `Cannot read "//x" on cluster "c": ${message}`,
      waits: 0,
    });
    assert.equal(server.requests.length, 1);
  });
}

test("get() tells at once of TLS where plain HTTP was written", async (t) => {
  const { host } = await startTlsServer(t);
  assert.deepEqual(await firstFailure(host), {
    message: `Cannot read "//x" as cluster "c" does not answer: ${host} speaks TLS: write "https://" in front of it (ECONNRESET)`,
    waits: 0,
  });
});

test("get() tells at once of an alert of TLS where plain HTTP was written", async (t) => {
  const alert = Buffer.from([0x15, 3, 1, 0, 2, 2, 0x46]);
  const { host, connections } = await startBannerServer(t, alert);
  assert.deepEqual(await firstFailure(host), {
    message: `Cannot read "//x" as cluster "c" does not answer: ${host} speaks TLS: write "https://" in front of it (HPE_INVALID_CONSTANT)`,
    waits: 0,
  });
  assert.equal(connections(), 1);
});

test("get() tells at once of plain HTTP where https:// was written", async (t) => {
  const server = await startScriptedServer(t, [ok({})]);
  const { host } = new URL(server.url);
  assert.deepEqual(await firstFailure(`https://${host}`), {
    message: `Cannot read "//x" as cluster "c" does not answer: ${host} does not speak TLS: write "http://" in front of it (EPROTO)`,
    waits: 0,
  });
});

test("get() tells at once of a certificate that is not trusted, and gives no other advice", async (t) => {
  const { host } = await startTlsServer(t);
  const { message, waits } = await firstFailure(`https://${host}`);
  assert.equal(waits, 0);
  assert.ok(
    message.startsWith(
      `Cannot read "//x" as cluster "c" does not answer: the certificate of ${host} is not trusted, `,
    ),
    message,
  );
  assert.ok(
    message.endsWith(": name its authority in NODE_EXTRA_CA_CERTS (DEPTH_ZERO_SELF_SIGNED_CERT)"),
    message,
  );
});

for (const [name, banner, what] of [
  ["an SSH server", "SSH-2.0-OpenSSH_9.2\r\n", "an SSH server answers"],
  ["a mail server", "220 mail.example.net ESMTP\r\n", "what answers does not speak HTTP"],
] as const) {
  test(`get() tells at once of ${name}`, async (t) => {
    const { host, connections } = await startBannerServer(t, banner);
    const { message, waits } = await firstFailure(host);
    assert.equal(waits, 0);
    assert.equal(connections(), 1);
    const begin = `Cannot read "//x" as cluster "c" does not answer: ${what} at ${host}, Parse Error`;
    assert.ok(message.startsWith(begin), message);
    assert.ok(message.endsWith(` (HPE_INVALID_CONSTANT)${ADDRESS}`), message);
  });
}

test("get() tries again when a connection breaks off and the server speaks no TLS either", async (t) => {
  const server = await startScriptedServer(t, [reset, ok({ value: 1 })]);
  const client = createYtClient({ proxy: server.url, clock: createRecordingClock() });
  assert.equal(await client.get("//x"), 1);
});

test("get() tells at once of a name that no host has", async (t) => {
  // Too long for a label, so that no name server needs to be asked.
  const name = `${"x".repeat(64)}.example.net`;
  const errno = await lookup(name).then(
    () => "found",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "none"),
  );
  if (errno !== "ENOTFOUND") {
    t.skip(`needs a resolver that refuses such a name with ENOTFOUND, not ${errno}`);
    return;
  }
  assert.deepEqual(await firstFailure(name), {
    message: `Cannot read "//x" as cluster "c" does not answer: there is no host of the name ${name} (ENOTFOUND)${ADDRESS}`,
    waits: 0,
  });
});
