import assert from "node:assert/strict";
import { test } from "node:test";
import { isSecretFileName } from "../../provider/pipeline/secret-files.ts";

for (const name of [
  "secrets.env",
  ".env",
  ".env.local",
  ".env.production.local",
  "server.pem",
  "server.key",
  "SERVER.PEM",
  "store.p12",
  "store.pfx",
  "store.jks",
  "app.keystore",
  "id_rsa",
  "id_rsa.pub",
  "id_dsa",
  "id_ecdsa_sk",
  "id_ed25519-work",
  ".netrc",
  ".pypirc",
  ".pgpass",
  ".htpasswd",
]) {
  test(`isSecretFileName() knows ${name}`, () => {
    assert.equal(isSecretFileName(name), true);
  });
}

test("isSecretFileName() leaves names alone that only resemble", () => {
  const names = [
    "secrets.py",
    "my.secrets.env.md",
    "env",
    ".envrc",
    "keys.txt",
    "key",
    "monkey",
    "pem.md",
    "grid_rsa",
    "netrc",
  ];
  assert.deepEqual(names.filter(isSecretFileName), []);
});
