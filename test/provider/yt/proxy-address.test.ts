/** Which addresses of a cluster are understood. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../common/errors/user-error.ts";
import { isSameCluster, parseProxyAddress } from "../../../provider/yt/proxy-address.ts";

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

for (const [one, other, isSame] of [
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
