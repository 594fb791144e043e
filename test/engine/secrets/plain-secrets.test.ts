/** Which configuration is taken for a secret that stands in plain text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { describePlainSecrets } from "../../../engine/secrets/plain-secrets.ts";

function describe(values: Readonly<Record<string, string>>, secret = false): string | undefined {
  const entries = Object.entries(values).map(
    ([key, value]) => [key, { value, secret, secretTexts: secret ? [value] : [] }] as const,
  );
  return describePlainSecrets(new Map(entries), "dev");
}

test("describePlainSecrets() names the keys, not the values, and the command", () => {
  const text = describe({ "yt:token": "t0p", "yt:proxy": "local" });
  assert.equal(
    text,
    '"yt:token" stands in plain text in the settings of stack "dev", and so in its state, history and backups: ' +
      'make a new one, and run "ytcode config set --secret yt:token --stack dev"',
  );
  assert.match(
    describe({ "yt:tokens": '{"hahn":"t0p"}', "app:dbPassword": "x" }) ?? "",
    /^"yt:tokens" and "app:dbPassword" stand in plain text/,
  );
});

test("describePlainSecrets() leaves secrets alone, and what is none", () => {
  assert.equal(describe({ "yt:token": "t0p" }, true), undefined);
  assert.equal(
    describe({ "app:maxTokens": "100", "yt:tokenPath": "~/.yt/token", "a:token": "" }),
    undefined,
  );
});
