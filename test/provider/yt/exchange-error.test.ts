/** Failures of the system, of OpenSSL and of Node's HTTP parser in words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { explainFailure } from "../../../provider/yt/exchange-error.ts";

const url = new URL("https://yt.example.net:8443/api/v4/get");

/** Failures, and what to say of them, whether a connection was never made, and what may help. */
const FAILURES: readonly (readonly [string, string, string, boolean, string])[] = [
  [
    "ENOTFOUND",
    "getaddrinfo ENOTFOUND",
    "there is no host of the name yt.example.net",
    true,
    "address",
  ],
  [
    "EAI_AGAIN",
    "getaddrinfo EAI_AGAIN",
    "the name yt.example.net cannot be looked up now",
    true,
    "time",
  ],
  ["ECONNREFUSED", "connect", "connection to yt.example.net:8443 refused", true, "time"],
  ["ECONNRESET", "socket hang up", "connection to yt.example.net:8443 broke off", false, "time"],
  [
    "ECONNRESET",
    "Client network socket disconnected before secure TLS connection was established",
    "connection to yt.example.net:8443 broke off",
    true,
    "time",
  ],
  [
    "ERR_HTTP_CONTENT_LENGTH_MISMATCH",
    "expected 9 bytes, received 1 bytes",
    "connection to yt.example.net:8443 broke off",
    false,
    "time",
  ],
  ["EHOSTUNREACH", "no route", "no connection to yt.example.net:8443: no route", true, "time"],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "Host: a. is not cert's CN: b",
    "the certificate of yt.example.net:8443 is for another name, Host: a. is not cert's CN: b: write the name that it is for",
    true,
    "says",
  ],
  [
    "CERT_HAS_EXPIRED",
    "certificate has expired",
    "the certificate of yt.example.net:8443 is not valid now, certificate has expired: check this machine's clock, or have it renewed",
    true,
    "says",
  ],
  [
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "unable to verify",
    "the certificate of yt.example.net:8443 is not trusted, unable to verify: name its authority in NODE_EXTRA_CA_CERTS",
    true,
    "says",
  ],
  [
    "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE",
    "0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:../deps/x.c:918:",
    'yt.example.net:8443 breaks the TLS handshake off with "ssl/tls alert handshake failure": ask its administrators which clients it lets in',
    true,
    "says",
  ],
];

for (const [errno, message, said, neverConnected, remedy] of FAILURES) {
  test(`explainFailure() explains ${errno}: ${message}`, () => {
    const error = explainFailure({ errno, message }, url);
    assert.deepEqual(
      [error.message, error.errno, error.neverConnected, error.remedy],
      [said, errno, neverConnected, remedy],
    );
  });
}
