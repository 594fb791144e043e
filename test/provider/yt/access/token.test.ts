/** What no token can be: it is refused before anything is sent, and not shown. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createYtClient } from "../../../../provider/yt/index.ts";
import { ok, startScriptedServer } from "../../../tools/scripted-server.ts";

const WRONG: Readonly<Record<string, readonly [string, string]>> = {
  "a line break in the middle": [
    "AQAAAA\nAAAB",
    "has a character that no token has (at position 7)",
  ],
  "a space in the middle": ["AQAA AAAB", "has a character that no token has (at position 5)"],
  "a letter that only looks right": [
    "AQAAАAAB", // A Cyrillic one.
    "has a character that no token has (at position 5)",
  ],
  "a byte order mark in the middle": [
    "AQ\u{feff}AAAA",
    "has a character that no token has (at position 3)",
  ],
  "a picture before a control character": [
    "A\u{1f600}\u{7}",
    "has a character that no token has (at position 2)",
  ],
  "a header's first word": ["OAuth AQAAAAAB", 'begins with "OAuth ", which is no part of it'],
  "another header's first word": [
    "bearer AQAAAAAB",
    'begins with "bearer ", which is no part of it',
  ],
};

for (const [name, [token, problem]] of Object.entries(WRONG)) {
  test(`createYtClient() refuses a token with ${name}`, () => {
    assert.throws(() => createYtClient({ proxy: "yt.example.net", token }), {
      name: "UserError",
      message: `Cannot ask cluster "yt.example.net": the token ${problem}: check yt:token or YT_TOKEN`,
    });
  });
}

test("createYtClient() says where the token is from that it refuses", () => {
  const proxy = "yt.example.net";
  const problem =
    'Cannot ask cluster "yt.example.net": the token has a character that no token has (at position 2)';
  const file = { text: "ю\n".repeat(2), origin: '"/home/me/.yt/token"' };
  assert.throws(() => createYtClient({ proxy, token: file }), {
    message: `${problem.replace("2)", "1)")}: check "/home/me/.yt/token"`,
  });
  const places = "yt:token or YT_TOKEN";
  assert.throws(
    () => createYtClient({ proxy, token: { text: "a b", origin: "YT_TOKEN", places } }),
    {
      message: `${problem}: check yt:token or YT_TOKEN (it is from YT_TOKEN)`,
    },
  );
});

test("createYtClient() drops white space at the ends of a token, and a byte order mark", async (t) => {
  const server = await startScriptedServer(t, [ok({ value: 1 })]);
  await createYtClient({ proxy: server.url, token: "\u{feff}the-token \r\n" }).get("//x");
  assert.equal(server.requests[0]?.headers.authorization, "OAuth the-token");
});

test("A refused or missing token is told of with the place that it is from, or has to be set", async (t) => {
  const error = { code: 111, message: "Invalid", attributes: {}, inner_errors: [] };
  const server = await startScriptedServer(t, [
    (response) => {
      response.writeHead(401).end(JSON.stringify(error));
    },
  ]);
  const { url: proxy } = server;
  const token = { text: "the-token", origin: '"/home/me/.yt/token"' };
  await assert.rejects(createYtClient({ proxy, token }).get("//x"), {
    message: `Cannot read "//x" on cluster "${proxy}": the token is refused: check "/home/me/.yt/token" (Invalid)`,
  });
  await assert.rejects(createYtClient({ proxy, isOwn: false }).get("//x"), {
    message:
      `Cannot read "//x" on cluster "${proxy}": the cluster wants a token: ` +
      `set "${new URL(proxy).host}" in yt:tokens (Invalid)`,
  });
});
