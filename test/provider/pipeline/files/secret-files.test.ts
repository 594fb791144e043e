/** Which names give a secret away, and the rule that leaves one out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { listFiles } from "../../../../provider/pipeline/files/file-list.ts";
import {
  assertNoSecrets,
  isKeyFileName,
  isSecretFileName,
} from "../../../../provider/pipeline/files/secret-files.ts";
import { addToTree, makeTree } from "../../../tools/temporary-tree.ts";

for (const name of [
  "secrets.env",
  ".env",
  ".env.local",
  ".env.production.local",
  ".env.example.local",
  "prod.env",
  "configs/PROD.ENV",
  "store.p12",
  "store.pfx",
  "store.jks",
  "app.keystore",
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
    ".env.example",
    ".env.production.sample",
    ".env.template",
    ".env.dist",
    "server.pem",
    "server.key",
    "id_rsa",
    "id_rsa.pub",
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

test("isKeyFileName() knows names of keys, and leaves public keys alone", () => {
  const keys = [
    "server.pem",
    "SERVER.PEM",
    "server.key",
    "id_rsa",
    "id_ecdsa_sk",
    "id_ed25519-work",
  ];
  const others = ["id_rsa.pub", "key", "monkey", "pem.md", "grid_rsa", "keys.txt"];
  assert.deepEqual(
    [...keys, ...others].filter((name) => isKeyFileName(name)),
    keys,
  );
});

test("assertNoSecrets() gives a rule that leaves out a name that ends in spaces", async (t) => {
  const source = await makeTree(t, { "id_rsa  ": "" });
  const rules = {
    sources: [{ source }],
    archivePath: () => "lib/id_rsa  ",
    finding: () => "private-key" as const,
    pipelineDirectory: source,
    allowed: [],
  };
  const files = await listFiles({ source });
  assert.throws(() => assertNoSecrets(files, rules), {
    name: "UserError",
    argument: "pipeline",
    message: [
      'Cannot pack "lib/id_rsa  " as a private key begins in it',
      '  to leave it out, add this line to ".ytignore":',
      "    /id_rsa \\ ",
      "  if it is meant to be on the cluster, allow it in the configuration:",
      "    pipeline:",
      "      allow_secrets:",
      '        - "lib/id_rsa  "',
    ].join("\n"),
  });
  await addToTree(source, { ".ytignore": "/id_rsa \\ \n" });
  assert.deepEqual(await listFiles({ source }), []);
});
