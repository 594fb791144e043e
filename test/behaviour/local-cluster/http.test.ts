/** The HTTP side of the API: endpoints, tokens, headers, formats, compression, versions. */
import assert from "node:assert/strict";
import test from "node:test";
import * as zlib from "node:zlib";
import { asciiJson, startTestCluster } from "../../tools/local-cluster.ts";

test("endpoints besides commands answer as on the cluster", async (t) => {
  const cluster = await startTestCluster(t);
  const text = async (path: string, headers = {}) =>
    (await cluster.raw(path, { headers })).body.toString();
  const address = cluster.url.replace("http://", "");
  assert.equal(await text("/api"), '["v3","v4"]');
  assert.equal(await text("/hosts"), `["${address}"]`);
  assert.equal(await text("/hosts?role=data"), `["${address}"]`);
  assert.equal(await text("/hosts", { Accept: "text/plain" }), `${address}\n`);
  assert.equal(await text("/ping"), "");
  assert.match(await text("/version"), /^[0-9.]+-local-cluster$/);
  assert.deepEqual(JSON.parse(await text("/auth/whoami")), {
    login: "root",
    real_login: "root",
    realm: "YT",
    csrf_token: "",
  });
  const commands: { name: string }[] = JSON.parse(await text("/api/v4"));
  assert.deepEqual(
    commands.find(({ name }) => name === "write_file"),
    {
      name: "write_file",
      input_type: "binary",
      output_type: "structured",
      is_volatile: true,
      is_heavy: true,
    },
  );
});

test("what is not there is 404, another version 400", async (t) => {
  const cluster = await startTestCluster(t);
  const nowhere = await cluster.raw("/nowhere");
  assert.deepEqual([nowhere.status, nowhere.body.length], [404, 0]);
  const unknown = await cluster.raw("/api/v4/sort");
  assert.equal(unknown.status, 404);
  assert.equal(
    JSON.parse(unknown.body.toString()).message,
    'Command "sort" is not registered (or not emulated by the local cluster)',
  );
  const malformed = await cluster.raw("/api/v4/a-b");
  assert.deepEqual(
    [malformed.status, JSON.parse(malformed.body.toString()).message],
    [404, 'Malformed command name "a-b"'],
  );
  const version = await cluster.raw("/api/v9");
  assert.deepEqual(
    [version.status, JSON.parse(version.body.toString()).message],
    [400, 'Unsupported API version "v9"'],
  );
});

test("paths of URLs are compared in lower case", async (t) => {
  const cluster = await startTestCluster(t);
  assert.equal((await cluster.raw("/API/V4/Exists?path=//tmp")).body.toString(), '{"value":true}');
});

test("a token lets in only who has it", async (t) => {
  const cluster = await startTestCluster(t, { token: "secret" });
  const answer = async (headers: Record<string, string>) => {
    const { status, body } = await cluster.raw("/api/v4/exists?path=/", { headers });
    return [status, JSON.parse(body.toString()).message];
  };
  assert.deepEqual(await answer({}), [401, "Client is missing credentials"]);
  assert.deepEqual(await answer({ Authorization: "Basic x" }), [
    401,
    "Malformed Authorization header",
  ]);
  for (const token of ["wrong", "secre", "secrets", "SECRET"]) {
    assert.deepEqual(await answer({ Authorization: `OAuth ${token}` }), [401, "Invalid token"]);
  }
  assert.deepEqual(await answer({ Authorization: "OAuth secret" }), [200, undefined]);
  assert.deepEqual(await answer({ Authorization: "Bearer secret" }), [200, undefined]);
  const whoami = await cluster.raw("/auth/whoami");
  assert.deepEqual([whoami.status, whoami.headers["x-yt-response-code"]], [401, "111"]);
  assert.equal((await cluster.raw("/api/v4")).status, 200);
});

test("an error is told in all four headers and in the body", async (t) => {
  const cluster = await startTestCluster(t);
  const answer = await cluster.raw(`/api/v4/get?path=${encodeURIComponent("//tmp/ю\n")}`);
  assert.equal(answer.status, 400);
  const body = answer.body.toString();
  assert.equal(answer.headers["content-type"], "application/json");
  assert.equal(answer.headers["x-yt-error-content-type"], "application/json");
  assert.equal(answer.headers["x-yt-response-code"], "500");
  assert.equal(
    answer.headers["x-yt-response-message"],
    String.raw`Error resolving path //tmp/\u00d1\u008e\n`,
  );
  const header = String(answer.headers["x-yt-error"]);
  assert.match(header, /^[ -~]*$/);
  assert.deepEqual(JSON.parse(header), JSON.parse(body));
  assert.equal(JSON.parse(body).message, "Error resolving path //tmp/\u00d1\u008e\n");
  for (const name of ["x-yt-request-id", "x-yt-proxy", "x-yt-trace-id"]) {
    assert.ok(answer.headers[name], name);
  }
});

test("the header of an error comes in the format that was asked for", async (t) => {
  const cluster = await startTestCluster(t);
  const format = '{"$value":"json","$attributes":{"encode_utf8":false}}';
  const answer = await cluster.raw(`/api/v4/get?path=${encodeURIComponent("//tmp/ю")}`, {
    headers: { "X-YT-Error-Format": format },
  });
  assert.equal(
    JSON.parse(String(answer.headers["x-yt-error"])).message,
    "Error resolving path //tmp/ю",
  );
});

test("parameters come from query, header and body, and the later ones win", async (t) => {
  const cluster = await startTestCluster(t);
  const list = async (query: string, header: object, body?: object) => {
    const { body: answer } = await cluster.raw(`/api/v4/list${query}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "X-YT-Parameters": asciiJson(header), "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return JSON.parse(answer.toString()).value;
  };
  await cluster.run("set", { path: "//tmp/@v" }, "1");
  assert.deepEqual(await list("?path=/&max_size=1", {}), {
    $attributes: { incomplete: true },
    $value: ["home"],
  });
  assert.deepEqual(await list("?path=//nothing", { path: "//tmp" }), []);
  assert.deepEqual(await list("?path=//nothing", { path: "//x" }, { path: "//tmp" }), []);
  const attributed = await cluster.raw("/api/v4/get?path=//tmp&attributes[0]=v&attributes[1]=key");
  assert.deepEqual(JSON.parse(attributed.body.toString()).value, {
    $attributes: { v: 1, key: "tmp" },
    $value: {},
  });
});

test("parameters in the body count for POST alone", async (t) => {
  const cluster = await startTestCluster(t);
  const answer = await cluster.raw("/api/v4/exists", {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: '{"path":"//tmp"}',
  });
  assert.equal(JSON.parse(answer.body.toString()).message, "Missing required parameter /path");
});

test("a split parameter header is base64", async (t) => {
  const cluster = await startTestCluster(t);
  const encoded = Buffer.from('{"path":"//tmp"}').toString("base64");
  const [first, second] = [encoded.slice(0, 7), encoded.slice(7)];
  for (const name of ["X-YT-Parameters-", "X-YT-Parameters"]) {
    const headers = { [`${name}0`]: first, [`${name}1`]: second };
    const answer = await cluster.raw("/api/v4/exists", { headers });
    assert.equal(answer.body.toString(), '{"value":true}');
  }
});

test("headers of 100 KiB are let through", async (t) => {
  const cluster = await startTestCluster(t);
  const parameters = asciiJson({ path: "//tmp", ignored: "x".repeat(100_000) });
  const answer = await cluster.raw("/api/v4/exists", {
    headers: { "X-YT-Parameters": parameters },
  });
  assert.equal(answer.status, 200);
});

test("formats of header, input and output are as asked", async (t) => {
  const cluster = await startTestCluster(t);
  const answer = await cluster.raw("/api/v4/create", {
    method: "POST",
    headers: {
      "X-YT-Header-Format": "<format=text>yson",
      "X-YT-Input-Format": "yson",
      "X-YT-Output-Format": "<format=text>yson",
    },
    body: '{type=map_node;path="//tmp/\\xd1\\x8e"}',
  });
  assert.equal(answer.headers["content-type"], "application/x-yt-yson-text");
  assert.match(answer.body.toString(), /^\{"node_id"="[0-9a-f-]+"\}$/);
  const list = async (output: string) => {
    const headers = { "X-YT-Parameters": `{"path":"//tmp","output_format":${output}}` };
    return (await cluster.raw("/api/v4/list", { headers })).body.toString("latin1");
  };
  assert.equal(await list('"json"'), '{"value":["\xc3\x91\xc2\x8e"]}');
  assert.equal(
    await list('{"$value":"json","$attributes":{"encode_utf8":"false"}}'),
    '{"value":["\xd1\x8e"]}',
  );
  assert.equal(await list('"yson"'), "{\x01\x0avalue=[\x01\x04\xd1\x8e;];}");
  assert.match(await list('"dsv"'), /Not emulated by the local cluster: format/);
});

test("a POST of parameters is YSON unless a header says otherwise", async (t) => {
  const cluster = await startTestCluster(t);
  const answer = await cluster.raw("/api/v4/exists", { method: "POST", body: '{path="//tmp"}' });
  assert.equal(answer.body.toString(), '{"value":true}');
});

test("request bodies may be compressed, with zlib and gzip told apart", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const upload = async (encoding: string, body: Buffer) => {
    const headers = { "X-YT-Parameters": '{"path":"//tmp/f"}', "Content-Encoding": encoding };
    const { status } = await cluster.raw("/api/v4/write_file", { method: "PUT", headers, body });
    return status === 200 ? cluster.read("//tmp/f") : status;
  };
  assert.equal(await upload("gzip", zlib.gzipSync("one")), "one");
  assert.equal(await upload("gzip", zlib.deflateSync("two")), "two");
  assert.equal(await upload("deflate", zlib.deflateSync("three")), "three");
  assert.equal(await upload("br", zlib.brotliCompressSync("four")), "four");
  assert.equal(await upload("lzma", Buffer.from("five")), 415);
  assert.equal(await cluster.read("//tmp/f"), "four");
});

/** A block of the cluster's own encodings: codec id, length, payload. */
function block(codec: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(10);
  header.writeUInt16LE(codec, 0);
  header.writeBigUInt64LE(BigInt(payload.length), 2);
  return Buffer.concat([header, payload]);
}

test("the Go client's block encoding is read and written", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const zstd = (content: string) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(content.length));
    const payload = content === "" ? Buffer.alloc(0) : zlib.zstdCompressSync(content);
    return block(23308, Buffer.concat([length, payload]));
  };
  const upload = await cluster.raw("/api/v4/write_file", {
    method: "PUT",
    headers: { "X-YT-Parameters": '{"path":"//tmp/f"}', "Content-Encoding": "z-zstd_3" },
    body: Buffer.concat([zstd("first "), zstd("second"), zstd("")]),
  });
  assert.equal(upload.status, 200);
  assert.equal(await cluster.read("//tmp/f"), "first second");
  const answer = await cluster.raw("/api/v4/read_file?path=//tmp/f", {
    headers: { "Accept-Encoding": "z-zstd_3" },
  });
  assert.equal(answer.headers["content-encoding"], "z-zstd_3");
  const expected = [block(54476, Buffer.from("first second")), block(54476, Buffer.alloc(0))];
  assert.ok(answer.body.equals(Buffer.concat(expected)));
});

test("every block encoding that the Go client can be told to use is read", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const upload = async (encoding: string, body: Buffer) => {
    const headers = { "X-YT-Parameters": '{"path":"//tmp/f"}', "Content-Encoding": encoding };
    const answer = await cluster.raw("/api/v4/write_file", { method: "PUT", headers, body });
    return answer.status === 200 ? cluster.read("//tmp/f") : answer.headers["x-yt-error"];
  };
  const brotli = (codec: number, content: string) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(content.length));
    return block(codec, Buffer.concat([length, zlib.brotliCompressSync(content)]));
  };
  for (const [encoding, codec] of Object.entries({ "z-brotli_1": 48947, "z-brotli_6": 63219 })) {
    const body = Buffer.concat([
      brotli(codec, "first "),
      brotli(codec, encoding),
      brotli(codec, ""),
    ]);
    assert.equal(await upload(encoding, body), `first ${encoding}`);
  }
  const snappy = (...elements: readonly (readonly (number | string)[])[]) => {
    const bytes = elements.flat().map((b) => Buffer.from(typeof b === "string" ? b : [b]));
    return block(50986, Buffer.concat(bytes));
  };
  const end = snappy([0]);
  const copies = snappy(
    [26],
    [0b0000_0100, "ab"], // literal of 2
    [0b0000_1101, 2], // copy of 7, 2 back: overlaps itself
    [0b0000_1010, 9, 0], // copy of 3, 9 back, in two bytes
    [0b0000_0111, 3, 0, 0, 0], // copy of 2, 3 back, in four bytes
    [0b1111_0000, 11, "twelve bytes"], // literal of 12, its length in a byte of its own
  );
  assert.equal(
    await upload("z-snappy", Buffer.concat([copies, end])),
    "ababababaabaabtwelve bytes",
  );
  const long = Buffer.concat([Buffer.from([0b1111_0100, 0xff, 0x01]), Buffer.alloc(512, "z")]);
  const twoBytes = block(50986, Buffer.concat([Buffer.from([0x80, 0x04]), long]));
  assert.equal(await upload("z-snappy", Buffer.concat([twoBytes, end])), "z".repeat(512));
  for (const bytes of [[5, 0, "a"], [200], [4, 0b1, 1], [1, 0b1111_0000], [2, 8, "abc"]]) {
    const message = String(await upload("z-snappy", Buffer.concat([snappy(bytes), end])));
    assert.match(message, /Corrupt Snappy block/, String(bytes));
  }
});

test("answers are compressed with the first encoding that both sides know", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "content");
  const read = async (accept: string) => {
    const headers = { "Accept-Encoding": accept };
    const answer = await cluster.raw("/api/v4/read_file?path=//tmp/f", { headers });
    return { encoding: answer.headers["content-encoding"], body: answer.body };
  };
  const gzip = await read("lzma, gzip, identity");
  assert.deepEqual([gzip.encoding, zlib.gunzipSync(gzip.body).toString()], ["gzip", "content"]);
  const plain = await read("identity, gzip");
  assert.deepEqual([plain.encoding, plain.body.toString()], [undefined, "content"]);
  const brotli = await read("br;q=0.5");
  assert.equal(zlib.brotliDecompressSync(brotli.body).toString(), "content");
});

test("version 3 has its own names and bare answers", async (t) => {
  const cluster = await startTestCluster(t);
  const post = async (command: string, body: object) => {
    const headers = { "Content-Type": "application/json" };
    const answer = await cluster.raw(`/api/v3/${command}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, answer.body.toString());
    return answer.body.toString();
  };
  const transaction: string = JSON.parse(await post("start_tx", {}));
  const inside = { transaction_id: transaction };
  assert.match(
    await post("create", { type: "file", path: "//tmp/f", ...inside }),
    /^"[0-9a-f-]+"$/,
  );
  assert.match(await post("lock", { path: "//tmp/f", ...inside }), /^"[0-9a-f-]+"$/);
  assert.equal(await post("ping_tx", inside), "");
  assert.equal(await post("commit_tx", inside), "");
  assert.equal((await cluster.raw("/api/v3/get?path=//tmp")).body.toString(), '{"f":null}');
  assert.equal((await cluster.raw("/api/v4/start_tx", { method: "POST" })).status, 404);
});

test("X-YT-User-Name sets the user", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.raw("/api/v4/create", {
    method: "POST",
    headers: { "X-YT-User-Name": "ann" },
    body: '{type=map_node;path="//tmp/a"}',
  });
  assert.equal(await cluster.get("//tmp/a/@owner"), "ann");
});

test("parse_ypath and get_supported_features answer", async (t) => {
  const cluster = await startTestCluster(t);
  assert.deepEqual(await cluster.run("parse_ypath", { path: "<append=%true>//tmp" }), {
    path: { $attributes: { append: true }, $value: "//tmp" },
  });
  const features = Object(await cluster.run("get_supported_features"));
  assert.ok(features.features.primitive_types.includes("string"));
});
