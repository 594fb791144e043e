/** Answers of a cluster as typed errors, and the token in none of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { findAnswerError, repairText } from "../../../provider/yt/answers.ts";
import type { AnswerContext } from "../../../provider/yt/answers.ts";
import {
  AlreadyExistsError,
  AuthenticationError,
  AuthorizationError,
  LockConflictError,
  NoSuchTransactionError,
  ResolveError,
  YtError,
} from "../../../provider/yt/errors/index.ts";
import type { HttpAnswer } from "../../../provider/yt/http.ts";

const TOKEN = "secret-token-value";
const context: AnswerContext = {
  action: 'create "//home/x"',
  proxy: "yt.example.net",
  path: "//home/x",
  token: TOKEN,
};

function answer(status: number, error: unknown, more: Partial<HttpAnswer> = {}): HttpAnswer {
  const body = Buffer.from(typeof error === "string" ? error : JSON.stringify(error));
  return { status, headers: {}, trailers: {}, body, ...more };
}

function tree(...codes: readonly number[]): unknown {
  const [code, ...inner] = codes;
  return {
    code,
    message: `message ${code}`,
    attributes: {},
    inner_errors: inner.length === 0 ? [] : [tree(...inner)],
  };
}

/** The error of a lock that another transaction has; `more` is put in place in that transaction. */
function lockConflict(more: Readonly<Record<string, string>> = {}): unknown {
  const winner = {
    id: "1-2-3-4",
    title: "Publish to //home/test",
    owner: "root",
    timeout: 30_000,
    ...more,
  };
  return {
    code: 402,
    message: "Cannot take lock",
    attributes: { winner_transaction: winner },
    inner_errors: [],
  };
}

test("findAnswerError() finds none in a success, with or without code 0", () => {
  assert.equal(findAnswerError(answer(200, '{"value":true}'), context), undefined);
  const headers = { "x-yt-response-code": "0", "x-yt-error": '{"code":0,"message":""}' };
  assert.equal(findAnswerError(answer(200, "{}", { headers }), context), undefined);
});

const classes: readonly (readonly [
  readonly number[],
  typeof YtError | typeof AuthenticationError,
])[] = [
  [[500], ResolveError],
  [[1, 501], AlreadyExistsError],
  [[402], LockConflictError],
  [[500, 11000], NoSuchTransactionError],
  [[500, 901], AuthorizationError],
  [[111], AuthenticationError],
  [[1], YtError],
];

for (const [codes, errorClass] of classes) {
  test(`findAnswerError() takes codes ${codes.join(" over ")} for a ${errorClass.name}`, () => {
    const error = findAnswerError(answer(400, tree(...codes)), context);
    assert.equal(error?.constructor, errorClass);
    assert.equal(error.name, errorClass.name);
    assert.equal(error.code, codes[0]);
    assert.equal(error.path, "//home/x");
  });
}

test("findAnswerError() says what was done, where, and the innermost cause", () => {
  const headers = { "x-yt-request-id": "1-2-3-4" };
  const error = findAnswerError(answer(400, tree(500, 500, 500), { headers }), context);
  assert.equal(error?.message, 'Cannot create "//home/x" on cluster "yt.example.net": message 500');
  assert.equal(error.requestId, "1-2-3-4");
  assert.equal(error.innermostMessage, "message 500");
});

test("findAnswerError() reads a failure after the first byte from the trailers", () => {
  const trailers = { "x-yt-error": JSON.stringify(tree(716)), "x-yt-response-code": "716" };
  const error = findAnswerError(answer(200, "half a file", { trailers }), context);
  assert.equal(error?.code, 716);
});

test("findAnswerError() reads the header when the body is no JSON", () => {
  const headers = { "x-yt-error": JSON.stringify(tree(501)) };
  const error = findAnswerError(answer(400, "<html>", { headers }), context);
  assert.ok(error instanceof AlreadyExistsError);
});

test("findAnswerError() tells of an answer that comes from no cluster", () => {
  assert.equal(
    findAnswerError(answer(404, "<html>"), context)?.message,
    'Cannot create "//home/x" on cluster "yt.example.net": it answers with HTTP status 404 ' +
      "and no YTsaurus error: check that yt:proxy is a YTsaurus HTTP proxy",
  );
  assert.equal(
    findAnswerError(answer(502, "<html>"), context)?.message,
    'Cannot create "//home/x" on cluster "yt.example.net": something in front of the cluster does not get through to it ' +
      "(HTTP status 502 and no YTsaurus error): try again later, or check that yt:proxy is a YTsaurus HTTP proxy",
  );
  const headers = { location: "https://yt.example.net/" };
  assert.equal(
    findAnswerError(answer(301, "", { headers }), context)?.message,
    'Cannot create "//home/x" on cluster "yt.example.net": it redirects to https://yt.example.net/, ' +
      "where the token must not go: set yt:proxy to the right address",
  );
});

test("findAnswerError() asks to check the token, or to give one", () => {
  const refused = answer(401, { code: 111, message: "Invalid", attributes: {}, inner_errors: [] });
  assert.equal(
    findAnswerError(refused, context)?.message,
    'Cannot create "//home/x" on cluster "yt.example.net": the token is refused: check yt:token or YT_TOKEN (Invalid)',
  );
  assert.equal(
    findAnswerError(refused, { ...context, token: undefined })?.message,
    'Cannot create "//home/x" on cluster "yt.example.net": the cluster wants a token: set yt:token or YT_TOKEN (Invalid)',
  );
});

test("findAnswerError() names the other transaction of a lock conflict", () => {
  const winner = {
    id: "1-2-3-4",
    start_time: "2026-01-01T00:00:00.000000Z",
    owner: "alice",
    timeout: 30000,
    title: "Publish",
  };
  const error = findAnswerError(
    answer(400, {
      code: 402,
      message: "Cannot take lock",
      attributes: { winner_transaction: winner },
      inner_errors: [],
    }),
    context,
  );
  assert.ok(error instanceof LockConflictError);
  assert.deepEqual(error.winner, {
    transactionId: "1-2-3-4",
    title: "Publish",
    owner: "alice",
    startTime: "2026-01-01T00:00:00.000000Z",
    timeoutMs: 30000,
  });
  assert.equal(
    error.message,
    'Cannot create "//home/x" on cluster "yt.example.net": Cannot take lock: ' +
      'transaction 1-2-3-4 "Publish" of user "alice", started at 2026-01-01T00:00:00.000000Z',
  );
});

test("findAnswerError() recognises a lock conflict whatever words the token occurs in", () => {
  for (const token of ["t", "i", "winner", "transaction", "take", "402", "2-3"]) {
    const error = findAnswerError(answer(400, lockConflict()), { ...context, token });
    assert.ok(error instanceof LockConflictError, `Token "${token}"`);
    assert.equal(error.winner?.transactionId, "1-2-3-4");
    assert.equal(error.winner.timeoutMs, 30_000);
  }
});

test("findAnswerError() cuts no word in which a short token occurs", () => {
  const error = findAnswerError(answer(400, lockConflict()), { ...context, token: "t" });
  assert.equal(
    error?.message,
    'Cannot create "//home/x" on cluster "yt.example.net": Cannot take lock: ' +
      'transaction 1-2-3-4 "Publish to //home/test" of user "root"',
  );
});

test("findAnswerError() takes nothing that is no id for the other transaction", () => {
  const error = findAnswerError(answer(400, lockConflict({ id: TOKEN })), context);
  assert.ok(error instanceof LockConflictError);
  assert.equal(error.winner, undefined);
});

test("findAnswerError() cuts the token out of whatever the cluster says", () => {
  const error = findAnswerError(
    answer(400, {
      code: 1,
      message: `bad header OAuth ${TOKEN}`,
      attributes: { header: [TOKEN], [TOKEN]: { deep: TOKEN } },
      inner_errors: [{ code: 2, message: TOKEN, attributes: {}, inner_errors: [] }],
    }),
    context,
  );
  assert.equal(error?.message, 'Cannot create "//home/x" on cluster "yt.example.net": <token>');
  assert.equal(inspect(error, { depth: 10, showHidden: true }).includes(TOKEN), false);
});

test("findAnswerError() cuts nothing out of its own words", () => {
  const headers = { location: "http://localhost/it" };
  assert.equal(
    findAnswerError(answer(301, "", { headers }), { ...context, token: "it" })?.message,
    'Cannot create "//home/x" on cluster "yt.example.net": it redirects to http://localhost/<token>, ' +
      "where the token must not go: set yt:proxy to the right address",
  );
});

/** Answers that repeat a token in all the places that a cluster, or what is in front of it, has. */
function echoes(token: string): Readonly<Record<string, HttpAnswer>> {
  const leaf = { code: 2, message: `OAuth ${token}`, attributes: {}, inner_errors: [] };
  const json = JSON.stringify({ headers: { Authorization: `OAuth ${token}` } });
  const header = JSON.stringify(leaf);
  const redirect = { location: `http://localhost/?next=%2F${encodeURIComponent(token)}` };
  const requestId = { "x-yt-request-id": token };
  return {
    message: answer(400, { ...leaf, message: `bad header "OAuth ${token}"` }),
    "message in JSON": answer(400, { ...leaf, message: json }),
    "message in a URL": answer(400, { ...leaf, message: redirect.location }),
    "inner error": answer(400, { ...leaf, message: "outer", inner_errors: [leaf] }),
    "second inner error": answer(400, { ...leaf, message: "no", inner_errors: [tree(1), leaf] }),
    attributes: answer(400, {
      ...leaf,
      attributes: { header: [token, json], [token]: { deep: `//home/${token}` } },
    }),
    "lock conflict": answer(
      400,
      lockConflict({ id: token, title: token, owner: token, start_time: token }),
    ),
    "lock conflict's words": answer(
      400,
      lockConflict({ title: `for ${token}`, owner: `"${token}"`, start_time: `${token}!` }),
    ),
    "refused permission": answer(400, { ...leaf, code: 901, attributes: { user: token } }),
    "refused token": answer(401, { ...leaf, code: 111 }),
    "body that is no JSON": answer(400, `<html>OAuth ${token}</html>`),
    "header of the error": answer(400, "", { headers: { "x-yt-error": header } }),
    "header of the message": answer(400, "", {
      headers: { "x-yt-response-code": "2", "x-yt-response-message": `OAuth ${token}` },
    }),
    trailer: answer(200, "", { trailers: { "x-yt-error": header } }),
    redirect: answer(307, "", { headers: redirect }),
    "request id": answer(400, { ...leaf, message: "no" }, { headers: requestId }),
  };
}

for (const token of [TOKEN, "q7", 'a"b/c']) {
  for (const [place, echo] of Object.entries(echoes(token))) {
    test(`findAnswerError() shows no token by any way out: ${token} in the ${place}`, () => {
      const error = findAnswerError(echo, { ...context, token });
      assert.ok(error !== undefined);
      const shown = [
        error.message,
        error.stack,
        error.innermostMessage,
        String(error),
        JSON.stringify(error),
        inspect(error, { depth: 20, showHidden: true, getters: true }),
        inspect(error.cause),
        ...Object.values(error).map((value) => JSON.stringify(value) ?? ""),
      ];
      for (const text of shown) {
        const plain = decodeURIComponent((text ?? "").replaceAll("\\", ""));
        assert.equal(plain.includes(token), false, text);
      }
    });
  }
}

for (const [text, expected] of [
  ["60", 60_000],
  ["0.5", 500],
  ["-1", undefined],
  ["Fri, 31 Dec 1999 23:59:59 GMT", undefined],
  [undefined, undefined],
] as const) {
  test(`findAnswerError() takes Retry-After ${text} for ${expected} ms`, () => {
    const headers = text === undefined ? {} : { "retry-after": text };
    assert.equal(findAnswerError(answer(503, "", { headers }), context)?.retryAfterMs, expected);
  });
}

test("findAnswerError() gives no error a field called id, which the engine would misread", () => {
  const error = findAnswerError(answer(400, tree(402)), context);
  assert.ok(error !== undefined && !("id" in error));
});

test("repairText() reads bytes as UTF-8 where that is what they are", () => {
  assert.equal(repairText("Node //home/\u00d1\u008e is missing"), "Node //home/ю is missing");
  assert.equal(repairText("plain"), "plain");
  assert.equal(repairText("ю"), "ю");
  assert.equal(repairText("caf\u00e9"), "café");
});
