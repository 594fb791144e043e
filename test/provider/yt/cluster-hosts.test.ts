/** Which hosts may have a cluster's token: a table of names, and what real servers receive. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { isHostOfCluster } from "../../../provider/yt/cluster-hosts.ts";
import { AuthorizationError, createYtClient } from "../../../provider/yt/index.ts";
import { startScriptedServer, ytError } from "../../tools/scripted-server.ts";
import { FAST_RETRY, startTestCluster } from "../../tools/test-cluster.ts";

/** The configured host; hosts that are of its cluster, and hosts that are not. */
const HOSTS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    "hahn.yt.example.net",
    ["HAHN.yt.example.net:9013", "n1.hahn.yt.example.net", "n1.vla.example.net", "example.net."],
    [
      "n1.example.org",
      "xexample.net",
      "example.net.evil.org",
      "net",
      "n1",
      "10.1.2.3",
      "[fd00::1]",
    ],
  ],
  ["yt.example.co.uk", ["n1.example.co.uk"], ["other.co.uk", "co.uk", "n1.other.co.uk"]],
  ["yt.github.io", ["n1.yt.github.io"], ["other.github.io", "github.io"]],
  ["github.io", ["github.io:80"], ["other.github.io"]],
  ["yt.corp", ["n1.yt.corp"], ["n1.corp", "corp"]],
  ["yt.cluster.internal", ["n_1.cluster.internal"], ["n1.other.internal"]],
  [
    "ec2-1-2-3-4.compute-1.amazonaws.com",
    ["ec2-1-2-3-4.compute-1.amazonaws.com:81"],
    ["ec2-1-2-3-5.compute-1.amazonaws.com"],
  ],
  ["10.1.2.3", ["10.1.2.3:81", "0xa.1.2.3"], ["10.1.2.4", "n1.example.net", "n1", "127.0.0.1"]],
  ["[fd00::1]", ["[fd00:0::1]:81"], ["[fd00::2]"]],
  ["localhost:8000", ["127.0.0.1:8001", "[::1]:1"], ["127.0.0.2", "n1", "n1.example.net"]],
  ["127.0.0.1:8000", ["localhost:8001"], ["127.0.0.2:8000", "2130706434"]],
  [
    "yt-proxy",
    ["yt-data-0:80", "yt_data_1"],
    ["n1.example.net", "yt-proxy.example.net", "167772161"],
  ],
  [
    "http-proxies-lb.yt.svc",
    ["hp-0.http-proxies.yt.svc.cluster.local", "hp-0.http-proxies.yt.svc:80"],
    [
      "hp-0.http-proxies.other.svc.cluster.local",
      "hp-0.http-proxies.yt.svc.example.org",
      "hp-0.http-proxies.yt.cluster.local",
    ],
  ],
  [
    "http-proxies.yt.svc.cluster.local",
    ["hp-0.http-proxies.yt.svc.cluster.local"],
    ["hp-0.http-proxies.other.svc.cluster.local", "cluster.local", "svc.cluster.local"],
  ],
];

for (const [address, own, foreign] of HOSTS) {
  for (const [hosts, isOwn] of [
    [own, true],
    [foreign, false],
  ] as const) {
    for (const host of hosts) {
      test(`isHostOfCluster() takes ${host} for ${isOwn ? "one" : "none"} of ${address}`, async () => {
        assert.equal(await isHostOfCluster(`http://${host}`, `http://${address}`, []), isOwn);
      });
    }
  }
}

for (const [entry, named, others] of [
  ["n1.example.org", ["n1.example.org:80", "a.n1.example.org"], ["example.org", "n2.example.org"]],
  [".example.org", ["n1.example.org", "example.org."], ["n1.example.com", "nexample.org"]],
  ["*.example.org", ["n1.example.org"], ["n1.example.com"]],
  ["n1", ["n1:8000"], ["n2", "n1.example.org"]],
  ["10.1.2.3", ["10.1.2.3:80"], ["10.1.2.4", "n1"]],
  ["10.1.0.0/16", ["10.1.2.3", "10.1.255.1"], ["10.2.0.1", "[fd00::1]", "n1"]],
  ["[fd00::1]", ["[fd00::1]:80"], ["[fd00::2]"]],
  ["fd00::/8", ["[fd12::2]"], ["[fe80::1]", "10.1.2.3"]],
] as const) {
  test(`isHostOfCluster() lets ${entry} name ${named.join(", ")}, and not ${others.join(", ")}`, async () => {
    for (const host of [...named, ...others]) {
      const isOwn = await isHostOfCluster(`http://${host}`, "http://yt.example.net", [entry]);
      assert.equal(
        isOwn,
        named.some((other) => other === host),
        host,
      );
    }
  });
}

const TOKEN = "the-token";
const BYTES = { type: "bytes", bytes: Buffer.from("x") } as const;

/** A cluster at 127.0.0.1 that sends its clients to this machine under another address, where somebody listens. */
async function startMisleadingCluster(t: TestContext) {
  const { url, cluster, raw } = await startTestCluster(t, TOKEN);
  const { requests, url: stranger } = await startScriptedServer(
    t,
    [ytError(403, 901, "No")],
    undefined,
    "127.0.0.2",
  );
  const { host } = new URL(stranger);
  const body = JSON.stringify([host]);
  const action = { type: "status", status: 200, body } as const;
  cluster.inject({ command: "/hosts", times: Infinity, action });
  const lines: string[] = [];
  const options = {
    proxy: url,
    displayName: `c ${host}`,
    retry: FAST_RETRY,
    log: (line: string): void => {
      lines.push(line);
    },
  };
  return { options, requests, host, raw, lines };
}

test("writeFile() sends neither the token nor the file to a host that is not of the cluster, and says so once", async (t) => {
  const { options, requests, host, raw, lines } = await startMisleadingCluster(t);
  const client = createYtClient({ ...options, token: TOKEN });
  await client.writeFile("//tmp/a", BYTES);
  assert.equal((await client.readFileContent("//tmp/a")).toString(), "x");
  await createYtClient({ ...options, token: TOKEN }).writeFile("//tmp/b", BYTES);
  assert.equal((await raw.read("//tmp/b")).toString(), "x");
  assert.deepEqual(requests, []);
  assert.deepEqual(lines, [
    `Warning: "/hosts" of cluster "c ${host}" names hosts that are not known to be its own: "${host}": the token is not sent there: ` +
      "if they are the cluster's, add them or their domain to yt:dataProxies",
  ]);
});

test("writeFile() goes to hosts that are named in the settings", async (t) => {
  const { options, requests, lines } = await startMisleadingCluster(t);
  const client = createYtClient({ ...options, token: TOKEN, dataProxies: ["127.0.0.0/24"] });
  await assert.rejects(client.writeFile("//tmp/a", BYTES), AuthorizationError);
  assert.ok(requests.some(({ headers }) => headers.authorization === `OAuth ${TOKEN}`));
  assert.deepEqual(lines, []);
});
