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

test("parseHosts() drops what is no host, since the token is sent there", () => {
  const answer = ["user@evil", "evil/path", "http://evil", "", 7, null, "good"];
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

test("pick() spreads over the first five", async () => {
  const clock = { ...createRecordingClock(), random: () => 0.999 };
  const hosts = ["a", "b", "c", "d", "e", "f", "g"];
  const proxies = createHeavyProxies({ address, clock, fetchHosts: async () => hosts });
  assert.equal(await proxies.pick(undefined), "http://e");
});
