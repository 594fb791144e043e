/** Which names give a secret away. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isSecretFileName } from "../../../../provider/pipeline/files/secret-files.ts";

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
  ".git-credentials",
  "putty.ppk",
  "AuthKey_1.p8",
  "passwords.kdbx",
  "credentials.json",
  "application_default_credentials.json",
  "client_secret_1234.json",
  "lib/deep/server.key",
  ".yt/token",
  "home/.aws/credentials",
  ".docker/config.json",
  ".kube/config",
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
    "token",
    "my.yt/token",
    ".yt/token/readme.md",
    "credentials",
    "credentials.py",
    "my_credentials.json",
    "configs/config.json",
  ];
  assert.deepEqual(
    names.filter((name) => isSecretFileName(name)),
    [],
  );
});
