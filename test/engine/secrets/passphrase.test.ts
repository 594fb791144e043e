/** Pulumi's passphrase scheme, with values that Pulumi itself has encrypted. */
import assert from "node:assert/strict";
import test from "node:test";
import { createPassphraseKey, openPassphraseKey } from "../../../engine/secrets/passphrase.ts";

// Made by the Pulumi CLI 3.260 with the empty passphrase.
const SALT_BY_PULUMI = "v1:GfNGSrpy150=:v1:V2AolzCzSnNWw/6l:51cn2kFo9ZkYv6hXD9WvGge2rGjREw==";
const TOKEN_BY_PULUMI = "v1:WTHsaEJ1YSXcDYyd:2P49czQlQQbcPHirqxHxB9Ygz+2CXhnyce7VbA==";

test("openPassphraseKey() opens what Pulumi has encrypted", async () => {
  const key = await openPassphraseKey("", SALT_BY_PULUMI);
  assert.equal(key?.crypter.decrypt(TOKEN_BY_PULUMI), "s3cret-token");
});

test("openPassphraseKey() gives nothing for a wrong passphrase", async () => {
  assert.equal(await openPassphraseKey("wrong", SALT_BY_PULUMI), undefined);
});

test("openPassphraseKey() names a malformed salt", async () => {
  await assert.rejects(openPassphraseKey("", "v2:abc"), {
    name: "SyntaxError",
    message: 'Malformed encryption salt: wanted "v1:<salt>:<check>"',
  });
});

test("createPassphraseKey() makes a key that opens again, and no two alike", async () => {
  const [first, second] = await Promise.all([createPassphraseKey("p"), createPassphraseKey("p")]);
  assert.notEqual(first.salt, second.salt);
  const opened = await openPassphraseKey("p", first.salt);
  assert.equal(opened?.crypter.decrypt(first.crypter.encrypt("päss")), "päss");
  assert.throws(() => second.crypter.decrypt(first.crypter.encrypt("x")));
});

test("encrypt() keeps the ciphertext of a text it has seen", async () => {
  const { crypter } = await createPassphraseKey("p");
  assert.equal(crypter.encrypt("x"), crypter.encrypt("x"));
  assert.notEqual(crypter.encrypt("x"), crypter.encrypt("y"));
});
