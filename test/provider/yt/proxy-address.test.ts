/** Which addresses of a cluster are understood. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../common/errors/user-error.ts";
import { isSameCluster, parseProxyAddress } from "../../../provider/yt/proxy-address.ts";
import type { AddressRules } from "../../../provider/yt/proxy-address.ts";

const addresses = {
  "http://localhost:8000": "http://localhost:8000",
  "http://localhost:8000/": "http://localhost:8000",
  "https://yt.example.net": "https://yt.example.net",
  "yt.example.net": "http://yt.example.net",
  "localhost:8000": "http://localhost:8000",
  "127.0.0.1:80": "http://127.0.0.1",
  "[::1]:8000": "http://[::1]:8000",
  hahn: "http://hahn",
  " yt.example.net\n": "http://yt.example.net",
};

for (const [proxy, address] of Object.entries(addresses)) {
  test(`parseProxyAddress() takes ${JSON.stringify(proxy)} for ${address}`, () => {
    assert.equal(parseProxyAddress(proxy), address);
  });
}

const SUFFIX: AddressRules = { suffix: ".yt.example.net" };
const HTTPS: AddressRules = { prefersHttps: true };
const ALIASES: AddressRules = {
  ...SUFFIX,
  aliases: { primary: "localhost:12345", main: "hahn", "a b": "https://yt.example.org" },
};

for (const [proxy, rules, address] of [
  ["hahn", SUFFIX, "http://hahn.yt.example.net"],
  [" hahn\n", { ...SUFFIX, ...HTTPS }, "https://hahn.yt.example.net"],
  ["hahn", { suffix: "-proxy.example.net" }, "http://hahn-proxy.example.net"],
  ["http://hahn", SUFFIX, "http://hahn"],
  ["hahn:80", SUFFIX, "http://hahn"],
  ["hahn.example.org", SUFFIX, "http://hahn.example.org"],
  ["localhost", SUFFIX, "http://localhost"],
  ["[::1]", SUFFIX, "http://[::1]"],
  ["127.0.0.1", SUFFIX, "http://127.0.0.1"],
  ["hahn", HTTPS, "https://hahn"],
  ["yt.example.net:8443", HTTPS, "https://yt.example.net:8443"],
  ["http://yt.example.net", HTTPS, "http://yt.example.net"],
  ["primary", ALIASES, "http://localhost:12345"],
  ["main", ALIASES, "http://hahn.yt.example.net"],
  ["a b", ALIASES, "https://yt.example.org"],
  ["toString", ALIASES, "http://tostring.yt.example.net"],
] as const) {
  const shown = JSON.stringify(rules);
  test(`parseProxyAddress() takes ${JSON.stringify(proxy)} for ${address} with ${shown}`, () => {
    assert.equal(parseProxyAddress(proxy, rules), address);
  });
}

for (const [one, other, rules, isSame] of [
  ["hahn", "hahn.yt.example.net", SUFFIX, true],
  ["hahn", "https://hahn.yt.example.net", SUFFIX, true],
  ["hahn", "http://hahn.yt.example.net:80/", SUFFIX, true],
  ["hahn", "hahn.yt.example.net", {}, false],
  ["hahn", "http://hahn", SUFFIX, false],
  ["hahn", "arnold", SUFFIX, false],
  ["primary", "127.0.0.1:12345", ALIASES, true],
  ["main", "hahn", ALIASES, true],
  ["local", "http://local.yt.example.net", SUFFIX, false],
] as const) {
  const shown = JSON.stringify(rules);
  test(`isSameCluster() takes ${one} and ${other} for ${isSame ? "one cluster" : "two"} with ${shown}`, () => {
    assert.equal(isSameCluster(one, other, rules), isSame);
    assert.equal(isSameCluster(other, one, rules), isSame);
  });
}

for (const [one, other, isSame] of [
  ["yt.example.net:443", "https://yt.example.net", true],
  ["http://yt.example.net:80", "https://yt.example.net:443", true],
  ["yt.example.net.", "yt.example.net", true],
  ["https://yt.example.net:8443", "http://yt.example.net:8000", false],
  ["localhost:8000", "127.0.0.1:8000", true],
  ["[::1]:8000", "http://127.0.0.1:8000", true],
  ["localhost:8000", "127.0.0.1:8001", false],
  ["127.0.0.2:8000", "127.0.0.1:8000", false],
  ["yt.example.net", "http://YT.example.net:80/", true],
  ["yt.example.net", "https://yt.example.net", true],
  ["yt.example.net:8000", "yt.example.net", false],
  ["yt.example.net", "other.example.net", false],
  ["local", "local", true],
  ["local", "http://local", false],
  ["not an address", "not an address", true],
  ["not an address", "yt.example.net", false],
] as const) {
  test(`isSameCluster() takes ${one} and ${other} for ${isSame ? "one cluster" : "two"}`, () => {
    assert.equal(isSameCluster(one, other), isSame);
    assert.equal(isSameCluster(other, one), isSame);
  });
}

const FORMS = "write HOST, HOST:PORT, http://HOST:PORT or https://HOST";
const refused = {
  "": `Cannot use "" as a cluster's proxy: it is empty: ${FORMS}`,
  "ftp://host": `Cannot use "ftp://host" as a cluster's proxy: "ftp:" is neither http: nor https:: ${FORMS}`,
  "host:notaport": `Cannot use "host:notaport" as a cluster's proxy: it is no address: ${FORMS}`,
  "http://host/api": `Cannot use "http://host/api" as a cluster's proxy: it goes on after the host: ${FORMS}`,
  "http://user:pass@host": `Cannot use "http://…@host" as a cluster's proxy: it holds credentials; the token goes into yt:token: ${FORMS}`,
  "pass@host": `Cannot use "…@host" as a cluster's proxy: it holds credentials; the token goes into yt:token: ${FORMS}`,
};

for (const [proxy, message] of Object.entries(refused)) {
  test(`parseProxyAddress() refuses ${JSON.stringify(proxy)}`, () => {
    assert.throws(() => parseProxyAddress(proxy), new UserError(message, { argument: "proxy" }));
  });
}
