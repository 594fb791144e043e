/** Files over HTTP: writing, appending, reading, concatenating, and the file cache. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import * as http from "node:http";
import test from "node:test";
import { asciiJson, startTestCluster } from "../../tools/local-cluster.ts";

const md5 = (content: string | Uint8Array) => createHash("md5").update(content).digest("hex");

test("write_file replaces the content and needs the node", async (t) => {
  const cluster = await startTestCluster(t);
  const missing = await cluster.fail("write_file", { path: "//tmp/f" }, "x");
  assert.deepEqual([missing.code, missing.message], [500, "Error resolving path //tmp/f"]);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "long content");
  await cluster.write("//tmp/f", "short");
  assert.equal(await cluster.read("//tmp/f"), "short");
  assert.equal(await cluster.get("//tmp/f/@uncompressed_data_size"), 5);
  await cluster.write("//tmp/f", "");
  assert.equal(await cluster.read("//tmp/f"), "");
});

test("write_file refuses what is no file", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("write_file", { path: "//tmp" }, "x");
  assert.deepEqual(
    [error.code, error.message],
    [1, 'Invalid type of //tmp: expected "file", actual "map_node"'],
  );
});

test("md5 is there only when it was asked for", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const hasMd5 = async () => Object(await cluster.run("exists", { path: "//tmp/f/@md5" })).value;
  await cluster.write("//tmp/f", "one", { compute_md5: true });
  assert.equal(await cluster.get("//tmp/f/@md5"), md5("one"));
  await cluster.write("<append=%true>//tmp/f", "two", { compute_md5: true });
  assert.equal(await cluster.get("//tmp/f/@md5"), md5("onetwo"));
  await cluster.write("<append=%true>//tmp/f", "three");
  assert.equal(await hasMd5(), false);
  const error = await cluster.fail(
    "write_file",
    { path: "<append=%true>//tmp/f", compute_md5: true },
    "x",
  );
  assert.equal(error.code, 1);
  assert.equal(await cluster.read("//tmp/f"), "onetwothree");
  await cluster.write("//tmp/f", "four");
  assert.equal(await hasMd5(), false);
});

test("append is an attribute of the path, not a parameter beside it", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "a");
  const annotated = { $value: "//tmp/f", $attributes: { append: true } };
  await cluster.run("write_file", { path: annotated }, "b");
  assert.equal(await cluster.read("//tmp/f"), "ab");
  await cluster.write("//tmp/f", "c", { append: true });
  assert.equal(await cluster.read("//tmp/f"), "c");
  const both = "<append=%true;compression_codec=none>//tmp/f";
  assert.equal(
    (await cluster.fail("write_file", { path: both }, "x")).message,
    'YPath attributes "append" and "compression_codec" are not compatible',
  );
});

test("read_file gives any stretch of a file of many chunks", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  for (const piece of ["abc", "", "defg", "h"]) {
    await cluster.write("<append=%true>//tmp/f", piece);
  }
  const whole = "abcdefgh";
  for (let offset = 0; offset <= 9; offset += 1) {
    for (let length = 0; length <= 9; length += 1) {
      const stretch = await cluster.read("//tmp/f", { offset, length });
      assert.equal(stretch, whole.slice(offset, offset + length), `${offset} ${length}`);
    }
  }
  assert.equal((await cluster.fail("read_file", { path: "//tmp/f", offset: -1 })).code, 1);
  assert.equal((await cluster.fail("read_file", { path: "//tmp/f", length: -1 })).code, 1);
});

test("large binary content comes back byte for byte", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const content = randomBytes(5_000_000);
  await cluster.write("//tmp/f", content, { compute_md5: true });
  const answer = await cluster.raw("/api/v4/read_file?path=//tmp/f");
  assert.ok(answer.body.equals(content));
  assert.equal(await cluster.get("//tmp/f/@md5"), md5(content));
  const parameters = JSON.parse(String(answer.headers["x-yt-response-parameters"]));
  assert.equal(parameters.id, await cluster.get("//tmp/f/@id"));
});

test("an upload that breaks off leaves the old content and no lock", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "old");
  const request = http.request(`${cluster.url}/api/v4/write_file`, {
    method: "PUT",
    headers: { "X-YT-Parameters": asciiJson({ path: "//tmp/f" }) },
    agent: false,
  });
  request.write("new content that never");
  // While it runs others read the old content, and may not write.
  while ((await cluster.get("//tmp/f/@lock_count")) === 0) {}
  assert.equal(await cluster.read("//tmp/f"), "old");
  assert.equal((await cluster.fail("write_file", { path: "//tmp/f" }, "x")).code, 402);
  const broken = new Promise((resolve) => request.on("error", resolve));
  request.destroy(new Error("broken off"));
  await broken;
  while ((await cluster.get("//tmp/f/@lock_count")) !== 0) {}
  assert.equal(await cluster.read("//tmp/f"), "old");
});

test("an upload fails when the transaction around it ends", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const transaction = await cluster.begin();
  const parameters = asciiJson({ path: "//tmp/f", transaction_id: transaction });
  const request = http.request(`${cluster.url}/api/v4/write_file`, {
    method: "PUT",
    headers: { "X-YT-Parameters": parameters },
    agent: false,
  });
  const answered = new Promise<http.IncomingMessage>((resolve) => request.on("response", resolve));
  request.write("begin");
  while ((await cluster.get("//tmp/f/@lock_count")) === 0) {}
  await cluster.run("abort_transaction", { transaction_id: transaction });
  request.end("end");
  const answer = await answered;
  answer.resume();
  assert.equal(answer.headers["x-yt-response-code"], "11000");
  assert.equal(await cluster.read("//tmp/f"), "");
});

test("concatenate joins files, shares their bytes, and has no md5", async (t) => {
  const cluster = await startTestCluster(t);
  for (const name of ["a", "b", "ab"]) {
    await cluster.run("create", { type: "file", path: `//tmp/${name}` });
    await cluster.write(`//tmp/${name}`, name, { compute_md5: true });
  }
  const join = { source_paths: ["//tmp/a", "//tmp/b"], destination_path: "//tmp/ab" };
  await cluster.run("concatenate", join);
  assert.equal(await cluster.read("//tmp/ab"), "ab");
  assert.deepEqual(await cluster.run("exists", { path: "//tmp/ab/@md5" }), { value: false });
  await cluster.run("concatenate", { ...join, destination_path: "<append=%true>//tmp/ab" });
  assert.equal(await cluster.read("//tmp/ab"), "abab");
  const missing = await cluster.fail("concatenate", { ...join, destination_path: "//tmp/x" });
  assert.equal(missing.message, "Error concatenating [//tmp/a, //tmp/b] to //tmp/x");
  assert.deepEqual([missing.code, missing.inner_errors[0]?.code], [1, 500]);
  await cluster.run("create", { type: "table", path: "//tmp/t" });
  for (const other of [{ destination_path: "//tmp/t" }, { source_paths: ["//tmp/a", "//tmp"] }]) {
    const error = await cluster.fail("concatenate", { ...join, ...other });
    assert.match(String(error.inner_errors[0]?.message), /^Invalid type of .* found$/);
  }
  const retried = { ...join, mutation_id: "1-2-3-4", retry: true };
  assert.equal(
    (await cluster.fail("concatenate", retried)).message,
    'Command "concatenate" is not retriable',
  );
});

test("the file cache finds files by md5, and answers bare strings", async (t) => {
  const cluster = await startTestCluster(t);
  const digest = md5("content");
  const cache = { md5: digest, cache_path: "//tmp/cache" };
  assert.equal(await cluster.run("get_file_from_cache", cache), "");
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "content", { compute_md5: true });
  const put = { ...cache, path: "//tmp/f" };
  assert.equal((await cluster.fail("put_file_to_cache", put)).code, 500);
  await cluster.run("create", { type: "map_node", path: "//tmp/cache" });
  const cached = `//tmp/cache/${digest.slice(-2)}/${digest}`;
  assert.equal(await cluster.run("put_file_to_cache", put), cached);
  assert.equal(await cluster.run("put_file_to_cache", put), cached);
  assert.equal(await cluster.run("get_file_from_cache", cache), cached);
  assert.equal(await cluster.read(cached), "content");
  assert.equal(await cluster.read("//tmp/f"), "content");
  await cluster.write(cached, "spoilt");
  assert.equal(await cluster.run("get_file_from_cache", cache), "");
  const wrong = { ...put, md5: md5("other") };
  assert.equal(
    (await cluster.fail("put_file_to_cache", wrong)).message,
    `MD5 mismatch: expected "${md5("other")}", got "${digest}"`,
  );
});

test("the file cache honours the transaction", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "map_node", path: "//tmp/cache" });
  const transaction = await cluster.begin();
  const inside = { transaction_id: transaction };
  await cluster.run("create", { type: "file", path: "//tmp/f", ...inside });
  await cluster.write("//tmp/f", "x", { compute_md5: true, ...inside });
  const cache = { md5: md5("x"), cache_path: "//tmp/cache" };
  const path = await cluster.run("put_file_to_cache", { ...cache, path: "//tmp/f", ...inside });
  assert.equal(await cluster.run("get_file_from_cache", { ...cache, ...inside }), path);
  assert.equal(await cluster.run("get_file_from_cache", cache), "");
});
