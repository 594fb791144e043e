/** Data proxies that only the cluster can reach, as its own names inside Kubernetes are. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { systemClock } from "../../../provider/yt/clock.ts";
import { createYtClient } from "../../../provider/yt/index.ts";
import { reset, startScriptedServer } from "../../tools/scripted-server.ts";
import { FAST_RETRY, startTestCluster } from "../../tools/test-cluster.ts";

const BYTES = { type: "bytes", bytes: Buffer.from("x") } as const;
const SETTING =
  "where data proxies are out of reach, set yt:proxyDiscovery to false, or YT_USE_HOSTS to 0";

/** Names that no resolver knows, nor needs to ask for: their label is too long. */
function unknownNames(count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) => `hp-${index}-${"x".repeat(64)}.example.net:80`,
  );
}

/** A cluster whose `/hosts` gives these names, and a client for it. */
async function startCluster(t: TestContext, hosts: readonly string[], proxyDiscovery?: boolean) {
  const { url, cluster, raw } = await startTestCluster(t);
  const body = JSON.stringify(hosts);
  const action = { type: "status", status: 200, body } as const;
  cluster.inject({ command: "/hosts", times: Infinity, action });
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
  };
  const client = createYtClient({
    proxy: url,
    displayName: "c",
    retry: FAST_RETRY,
    // Chance takes the first of the names.
    clock: { ...systemClock, random: () => 0 },
    log,
    proxyDiscovery,
  });
  const asked = (): number => cluster.requests.filter(({ command }) => command === "/hosts").length;
  return { client, raw, lines, asked };
}

/** What answers for a name of the cluster's own network: a page of a gateway or of a login. */
async function startGateway(t: TestContext, status: number) {
  const server = await startScriptedServer(t, [
    (response) => {
      response.writeHead(status, {
        "Content-Type": "text/html",
        Location: "http://login.example/",
      });
      response.end("<html>Not here</html>");
    },
  ]);
  return new URL(server.url).host;
}

for (const count of [2, 12, 30]) {
  test(`writeFile() uses the configured address after the first of ${count} names that do not resolve`, async (t) => {
    const [name = "", ...others] = unknownNames(count);
    const { client, raw, lines, asked } = await startCluster(t, [name, ...others]);
    const paths = ["//tmp/a", "//tmp/b", "//tmp/c"];
    await Promise.all(paths.map((path) => client.writeFile(path, BYTES)));
    for (const path of paths) {
      assert.equal((await raw.read(path)).toString(), "x");
    }
    assert.equal((await client.readFileContent("//tmp/a")).toString(), "x");
    assert.equal(lines.length, 1, lines.join("\n"));
    const host = name.replace(/:80$/, "");
    const [line = ""] = lines;
    assert.match(line, /^Cannot write file "\/\/tmp\/[abc]" as data proxy /);
    assert.ok(
      line.includes(
        ` as data proxy "${host}", which "/hosts" of cluster "c" names, does not answer: `,
      ),
      line,
    );
    assert.ok(line.endsWith(`: ${SETTING}; trying again in 0.0 s, for up to 120 s`), line);
    // The transfers began at the same time, and each has asked; none asks again.
    assert.ok(asked() <= paths.length);
  });
}

test("writeFile() uses the configured address after two data proxies that refuse a connection", async (t) => {
  // Nothing of ours is ever at the ports "discard" and "chargen".
  const hosts = ["127.0.0.1:9", "127.0.0.1:19", "127.0.0.2:9", "127.0.0.2:19"];
  const { client, raw, lines } = await startCluster(t, hosts);
  await client.writeFile("//tmp/a", BYTES);
  assert.equal((await raw.read("//tmp/a")).toString(), "x");
  assert.deepEqual(
    lines,
    ["127.0.0.1:9", "127.0.0.1:19"].map(
      (host) =>
        `Cannot write file "//tmp/a" as data proxy "${host}", which "/hosts" of cluster "c" names, does not answer: ` +
        `connection to ${host} refused (ECONNREFUSED): ${SETTING}; trying again in 0.0 s, for up to 120 s`,
    ),
  );
});

for (const [status, tries] of [
  [200, 1],
  [302, 1],
  [403, 1],
  [404, 1],
  [502, 2],
] as const) {
  test(`writeFile() and readFile() use the configured address when a gateway's page of status ${status} is at data proxies`, async (t) => {
    const hosts = await Promise.all([1, 2, 3].map(async () => startGateway(t, status)));
    const { client, raw, lines } = await startCluster(t, hosts);
    await client.writeFile("//tmp/a", BYTES);
    assert.equal((await raw.read("//tmp/a")).toString(), "x");
    assert.deepEqual(
      lines,
      hosts
        .slice(0, tries)
        .map(
          (host) =>
            `Cannot write file "//tmp/a" as data proxy "${host}", which "/hosts" of cluster "c" names, does not answer: ` +
            `what answers there is no YTsaurus proxy (HTTP status ${status}): ${SETTING}; trying again in 0.0 s, for up to 120 s`,
        ),
    );
    const again = await startCluster(t, hosts);
    await again.raw.create("file", "//tmp/b");
    await again.raw.write("//tmp/b", "y");
    assert.equal((await again.client.readFileContent("//tmp/b")).toString(), "y");
  });
}

test("writeFile() tries another data proxy when one breaks off, and gives no advice on reach", async (t) => {
  const broken = new URL((await startScriptedServer(t, [reset])).url).host;
  const { client, raw, lines } = await startCluster(t, [broken]);
  await client.writeFile("//tmp/a", BYTES);
  assert.equal((await raw.read("//tmp/a")).toString(), "x");
  assert.deepEqual(lines, [
    `Cannot write file "//tmp/a" as data proxy "${broken}", which "/hosts" of cluster "c" names, does not answer: ` +
      `connection to ${broken} broke off (ECONNRESET): try again later; trying again in 0.0 s, for up to 120 s`,
  ]);
});

for (const [status, what] of [
  [
    413,
    "limits the size of a body (HTTP status 413; nginx: client_max_body_size): have the limit lifted",
  ],
  [
    431,
    "limits the size of headers (HTTP status 431; nginx: large_client_header_buffers): have the limit raised",
  ],
] as const) {
  test(`writeFile() names the data proxy that answers with status ${status}`, async (t) => {
    const host = await startGateway(t, status);
    const { client } = await startCluster(t, [host]);
    await assert.rejects(client.writeFile("//tmp/a", BYTES), {
      name: "YtError",
      message:
        `Cannot write file "//tmp/a" on cluster "c": something in front of data proxy "${host}", which "/hosts" names, ` +
        `${what}, or set yt:proxyDiscovery to false, or YT_USE_HOSTS to 0`,
    });
  });
}

test("writeFile() asks for no data proxies where discovery is off", async (t) => {
  const { client, raw, lines, asked } = await startCluster(t, unknownNames(2), false);
  await client.writeFile("//tmp/a", BYTES);
  assert.equal((await raw.read("//tmp/a")).toString(), "x");
  assert.equal((await client.readFileContent("//tmp/a")).toString(), "x");
  assert.deepEqual([lines, asked()], [[], 0]);
});

test("writeFile() uses the configured address when something in front has no list, but a page", async (t) => {
  const { url, cluster, raw } = await startTestCluster(t);
  const action = { type: "status", status: 200, body: "<html>Not here</html>" } as const;
  cluster.inject({ command: "/hosts", action });
  const client = createYtClient({ proxy: url, retry: FAST_RETRY });
  await client.writeFile("//tmp/a", BYTES);
  assert.equal((await raw.read("//tmp/a")).toString(), "x");
});

test("clients of one cluster with one token share the list of data proxies, until one of them fails", async (t) => {
  const { url, cluster } = await startTestCluster(t);
  // Its own name first, so that a failure of it is one of a data proxy.
  const clock = { ...systemClock, random: () => 0 };
  let files = 0;
  const write = async (token?: string): Promise<void> => {
    const client = createYtClient({ proxy: url, retry: FAST_RETRY, clock, token });
    await client.writeFile(`//tmp/${files++}`, BYTES);
  };
  const asked = (): number => cluster.requests.filter(({ command }) => command === "/hosts").length;
  await Promise.all([write(), write()]);
  await write();
  assert.equal(asked(), 1);
  await write("another");
  assert.equal(asked(), 2);
  const refused = { type: "status", status: 503, body: "" } as const;
  cluster.inject({ command: "write_file", action: refused });
  await write();
  assert.equal(asked(), 3, "it is asked for anew");
  await write();
  assert.equal(asked(), 3);
});
