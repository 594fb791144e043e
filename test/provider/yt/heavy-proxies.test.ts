/** Which data proxy is chosen, and for how long one is left out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createHeavyProxies, parseHosts } from "../../../provider/yt/heavy-proxies.ts";
import { createRecordingClock } from "../../tools/recording-clock.ts";

const address = "http://yt.example.net";

test("parseHosts() takes hosts with and without port, in the scheme of the configured address", () => {
  assert.deepEqual(parseHosts(["a.example.net", "b:8000", "[::1]:80"], "https://yt.example.net"), [
    "https://a.example.net",
    "https://b:8000",
    "https://[::1]:80",
  ]);
});

test("parseHosts() drops what is no host", () => {
  const answer = ["user@evil", "evil/path", "http://evil", "evil:70000", "", 7, null, "good"];
  assert.deepEqual(parseHosts(answer, address), ["http://good"]);
  assert.deepEqual(parseHosts({ hosts: ["a"] }, address), []);
});

test("pick() asks once in a while and uses the answer meanwhile", async () => {
  const clock = createRecordingClock();
  let asked = 0;
  const proxies = createHeavyProxies({
    address,
    clock,
    fetchHosts: async () => {
      asked += 1;
      return [`data${asked}`];
    },
  });
  assert.equal(await proxies.pick(undefined), "http://data1");
  await clock.sleep(29_999);
  assert.equal(await proxies.pick(undefined), "http://data1");
  await clock.sleep(1);
  assert.equal(await proxies.pick(undefined), "http://data2");
});

test("pick() falls back to the configured address when the cluster names nobody", async () => {
  const clock = createRecordingClock();
  const proxies = createHeavyProxies({ address, clock, fetchHosts: async () => [] });
  assert.equal(await proxies.pick(undefined), address);
});

test("ban() leaves a proxy out for two minutes", async () => {
  const clock = createRecordingClock();
  const proxies = createHeavyProxies({ address, clock, fetchHosts: async () => ["a", "b"] });
  assert.equal(await proxies.pick(undefined), "http://a");
  proxies.ban("http://a");
  assert.equal(await proxies.pick(undefined), "http://b");
  proxies.ban("http://b");
  assert.equal(await proxies.pick(undefined), address);
  await clock.sleep(120_000);
  assert.equal(await proxies.pick(undefined), "http://a");
});

/** Proxies of the cluster's names `a`, `b`, …, and how often the cluster was asked for them. */
function makeProxies(hosts: readonly string[]) {
  const clock = createRecordingClock();
  const asked = { times: 0 };
  const fetchHosts = async (): Promise<readonly string[]> => {
    asked.times += 1;
    return hosts;
  };
  return { clock, asked, proxies: createHeavyProxies({ address, clock, fetchHosts }) };
}

test("ban() leaves all out at the first failure that holds for all, for two minutes", async () => {
  const { clock, asked, proxies } = makeProxies(["a", "b", "c"]);
  await proxies.pick(undefined);
  const failure = { neverConnected: true, holdsForAll: true };
  assert.equal(proxies.ban("http://a", failure), true);
  assert.equal(await proxies.pick(undefined), address);
  assert.equal(proxies.ban("http://b", failure), false, "was sent before, and is no news");
  await clock.sleep(119_999);
  assert.equal(await proxies.pick(undefined), address);
  assert.equal(asked.times, 1);
  await clock.sleep(1);
  assert.equal(await proxies.pick(undefined), "http://a");
});

test("ban() leaves all out when two were not reached, but not when two have failed otherwise", async () => {
  const { proxies } = makeProxies(["a", "b", "c", "d"]);
  proxies.ban("http://a", { neverConnected: true });
  assert.equal(await proxies.pick(undefined), "http://b");
  proxies.ban("http://b");
  assert.equal(await proxies.pick(undefined), "http://c");
  proxies.ban("http://c", { neverConnected: true });
  assert.equal(await proxies.pick(undefined), address);
});

test("ban() of the configured address gives the data proxies their turn again", async () => {
  const { proxies } = makeProxies(["a", "b"]);
  proxies.ban("http://a", { neverConnected: true, holdsForAll: true });
  assert.equal(await proxies.pick(undefined), address);
  proxies.ban(address);
  assert.equal(await proxies.pick(undefined), "http://b");
});

test("pick() asks nobody where the setting says so", async () => {
  const { clock } = makeProxies([]);
  const proxies = createHeavyProxies({
    address,
    isEnabled: false,
    clock,
    fetchHosts: () => assert.fail("asked"),
  });
  assert.equal(await proxies.pick(undefined), address);
});

test("pick() spreads over the first five", async () => {
  const clock = { ...createRecordingClock(), random: () => 0.999 };
  const hosts = ["a", "b", "c", "d", "e", "f", "g"];
  const proxies = createHeavyProxies({ address, clock, fetchHosts: async () => hosts });
  assert.equal(await proxies.pick(undefined), "http://e");
});
