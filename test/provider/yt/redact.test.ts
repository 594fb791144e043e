/** What is cut out of the cluster's words so that people never see the token, and what stays. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { redactToken } from "../../../provider/yt/redact.ts";

const LONG_TOKEN = "AQAD-qJSJpcjAAADqAI_example.4711";

test("redactToken() leaves the words alone that a short token occurs in", () => {
  const text = 'Cannot take lock for child "tt" of node //home/test since it\'s t_2, t-3 or at 4t';
  assert.equal(redactToken(text, "t"), text);
});

for (const [text, expected] of [
  ["t", "<token>"],
  ["OAuth t", "OAuth <token>"],
  ['bad header "OAuth t"', 'bad header "OAuth <token>"'],
  ["t is not a token, t.", "<token> is not a token, <token>."],
  ["http://t@localhost/?token=t&next=/t", "http://<token>@localhost/?token=<token>&next=/<token>"],
  ["%22t%22 and %3Dt", "%22<token>%22 and %3D<token>"],
  [String.raw`"\nt\n"`, String.raw`"\n<token>\n"`],
] as const) {
  test(`redactToken() cuts a short token out where it stands alone: ${text}`, () => {
    assert.equal(redactToken(text, "t"), expected);
  });
}

test("redactToken() cuts a long token out wherever it is", () => {
  assert.equal(
    redactToken(`x${LONG_TOKEN}y OAuth${LONG_TOKEN}`, LONG_TOKEN),
    "x<token>y OAuth<token>",
  );
});

for (const token of ["a+b/c=d", 'q"u\\o/t', "p%q", LONG_TOKEN]) {
  test(`redactToken() knows the token when it is encoded: ${token}`, () => {
    const upper = encodeURIComponent(token);
    const lower = upper.replaceAll(/%../g, (escape) => escape.toLowerCase());
    const whole = [...Buffer.from(token)].map((byte) => `%${byte.toString(16)}`).join("");
    const unicode = token.replaceAll(
      /./g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    const json = JSON.stringify(token).slice(1, -1);
    for (const encoded of [
      token,
      upper,
      lower,
      whole,
      unicode,
      json,
      json.replaceAll("/", "\\/"),
    ]) {
      assert.equal(redactToken(`said "${encoded}"`, token), 'said "<token>"');
    }
  });
}

test("redactToken() leaves a text alone when there is no token", () => {
  assert.equal(redactToken("a b", undefined), "a b");
  assert.equal(redactToken("a b", ""), "a b");
});

test("redactToken() leaves no token between any two texts, and nothing else changed", () => {
  const token = fc.string({
    unit: fc.constantFrom(...Array.from("aZ09_-.~+/=%\\\"'$^[](){}|*?")),
    minLength: 1,
  });
  fc.assert(
    fc.property(token, fc.constantFrom(" ", '"', "=", "&", "\n"), (secret, border) => {
      const text = `before${border}${secret}${border}after`;
      fc.pre(!`before${border}after`.includes(secret));
      assert.equal(redactToken(text, secret), `before${border}<token>${border}after`);
    }),
  );
});
