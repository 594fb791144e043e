/** Uploads and downloads, against a real local cluster that breaks connections. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { LocalCluster } from "../../../local-cluster/index.ts";
import { createYtClient, ResolveError } from "../../../provider/yt/index.ts";
import { ok, startScriptedServer } from "../../tools/scripted-server.ts";
import { FAST_RETRY, makeTemporaryFolder, startTestCluster } from "../../tools/test-cluster.ts";

const CONTENT = randomBytes(1024 * 1024);

function hash(algorithm: string, content: Uint8Array): string {
  return createHash(algorithm).update(content).digest("hex");
}

function commands(cluster: LocalCluster, command: string) {
  return cluster.requests.filter((request) => request.command === command);
}

test("writeFile() sends a local file and says what went over the wire", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const path = join(await makeTemporaryFolder(t), "content");
  await writeFile(path, CONTENT);
  const attributes = { ytcode_x: { ю: 1 } };
  const sent = await client.writeFile("//tmp/x", { type: "file", path }, { attributes });
  assert.deepEqual(sent, {
    sizeBytes: CONTENT.length,
    md5: hash("md5", CONTENT),
    sha256: hash("sha256", CONTENT),
  });
  assert.deepEqual(await raw.read("//tmp/x"), CONTENT);
  assert.equal(await raw.get("//tmp/x/@md5"), hash("md5", CONTENT));
  assert.deepEqual(await raw.get("//tmp/x/@ytcode_x"), { ю: 1 });
});

test("writeFile() sends each chunk as it was read, however slowly it is taken", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  const content = randomBytes(12 * 1024 * 1024 + 1);
  const path = join(await makeTemporaryFolder(t), "content");
  await writeFile(path, content);
  cluster.inject({ command: "write_file", action: { type: "slow", pieceBytes: 1, pauseMs: 1 } });
  const [sent] = await client.writeFiles([{ path: "//tmp/x", source: { type: "file", path } }]);
  assert.equal(sent?.sha256, hash("sha256", content));
  assert.ok((await raw.read("//tmp/x")).equals(content));
});

test("writeFile() writes an empty file", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const sent = await client.writeFile("//tmp/x", { type: "bytes", bytes: Buffer.alloc(0) });
  assert.equal(sent.sizeBytes, 0);
  assert.equal((await raw.read("//tmp/x")).length, 0);
});

test("writeFile() repeats a broken upload from its start, in a transaction of its own", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  const action = { type: "reset", afterRequestBytes: 300_000 } as const;
  cluster.inject({ command: "write_file", times: 2, action });
  const path = join(await makeTemporaryFolder(t), "content");
  await writeFile(path, CONTENT);
  const progress: number[] = [];
  const onProgress = (sentBytes: number) => progress.push(sentBytes);
  await client.writeFile("//tmp/x", { type: "file", path }, { onProgress });

  assert.deepEqual(await raw.read("//tmp/x"), CONTENT);
  const attempts = commands(cluster, "write_file");
  assert.equal(attempts.length, 3);
  assert.equal(new Set(attempts.map(({ transactionId }) => transactionId)).size, 3);
  assert.equal(commands(cluster, "abort_transaction").length, 2);
  const firstChunk = progress[0];
  assert.equal(progress.filter((sentBytes) => sentBytes === firstChunk).length, 3);
  // Each failure is told at once: it may take a while until something is sent again.
  assert.ok(progress.filter((sentBytes) => sentBytes === 0).length >= 2);
});

test("writeFile() asks for data proxies once, and again when one has failed", async (t) => {
  const { client, cluster } = await startTestCluster(t);
  const bytes = Buffer.from("x");
  await client.writeFile("//tmp/x", { type: "bytes", bytes });
  await client.writeFile("//tmp/y", { type: "bytes", bytes });
  assert.equal(commands(cluster, "/hosts").length, 1);
  cluster.inject({ command: "write_file", action: { type: "status", status: 503 } });
  await client.writeFile("//tmp/z", { type: "bytes", bytes });
  assert.equal(commands(cluster, "/hosts").length, 2);
});

test("writeFile() uses the configured address when there is no list of data proxies", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  cluster.inject({ command: "/hosts", action: { type: "status", status: 404 } });
  await client.writeFile("//tmp/x", { type: "bytes", bytes: Buffer.from("x") });
  assert.equal((await raw.read("//tmp/x")).toString(), "x");
});

test("writeFile() does not repeat what is refused for good", async (t) => {
  const { client, cluster } = await startTestCluster(t);
  const action = { type: "error", code: 902, message: "Account is over its limit" } as const;
  cluster.inject({ command: "write_file", times: 9, action });
  await assert.rejects(client.writeFile("//tmp/x", { type: "bytes", bytes: Buffer.from("x") }), {
    name: "YtError",
    code: 902,
    message:
      'Cannot write file "//tmp/x" on cluster "test": Account is over its limit: ' +
      "remove what is not needed from that account, or have its limit raised",
  });
  assert.equal(commands(cluster, "write_file").length, 1);
  // The data proxy has done nothing wrong, so that it is used again.
  cluster.clearFaults();
  await client.writeFile("//tmp/y", { type: "bytes", bytes: Buffer.from("x") });
  assert.equal(commands(cluster, "/hosts").length, 1);
});

test("writeFile() leaves nothing behind when it is given up", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  cluster.inject({ command: "write_file", times: 99, action: { type: "reset" } });
  const writing = client.writeFile("//tmp/x", { type: "bytes", bytes: Buffer.from("x") });
  await assert.rejects(writing, { name: "UnreachableError" });
  assert.equal(commands(cluster, "write_file").length, 20);
  assert.equal(await raw.exists("//tmp/x"), false);
});

test("writeFile() says that a local file cannot be read", async (t) => {
  const { client, cluster } = await startTestCluster(t);
  const path = join(await makeTemporaryFolder(t), "missing");
  await assert.rejects(client.writeFile("//tmp/x", { type: "file", path }), {
    name: "UserError",
    message: `Cannot read "${path}": ENOENT: no such file or directory, open '${path}'`,
  });
  assert.ok(commands(cluster, "write_file").length <= 1);
});

test("readFile() brings a file to disk and says what came over the wire", async (t) => {
  const { client, raw } = await startTestCluster(t);
  await raw.create("file", "//tmp/x");
  await raw.write("//tmp/x", CONTENT);
  const path = join(await makeTemporaryFolder(t), "content");
  const received = await client.readFile("//tmp/x", path);
  assert.deepEqual(await readFile(path), CONTENT);
  assert.deepEqual(received, {
    sizeBytes: CONTENT.length,
    md5: hash("md5", CONTENT),
    sha256: hash("sha256", CONTENT),
  });
});

const breaks = {
  "the connection breaks": { type: "truncate", afterBytes: 400_000 },
  "the trailers tell of trouble": {
    type: "trailer",
    afterBytes: 400_000,
    code: 716,
    message: "Chunk is unavailable",
  },
} as const;

for (const [what, action] of Object.entries(breaks)) {
  test(`readFile() goes on where it stopped when ${what}`, async (t) => {
    const { client, raw, cluster } = await startTestCluster(t);
    await raw.create("file", "//tmp/x");
    await raw.write("//tmp/x", CONTENT);
    cluster.inject({ command: "read_file", action });
    const path = join(await makeTemporaryFolder(t), "content");
    await client.readFile("//tmp/x", path);
    assert.deepEqual(await readFile(path), CONTENT);
    const reads = commands(cluster, "read_file");
    assert.equal(reads.length, 2);
    const all = reads.reduce((sum, { responseBytes }) => sum + responseBytes, 0);
    assert.ok(all < CONTENT.length + 400_000, `${all} bytes were sent for ${CONTENT.length}`);
  });
}

for (const framing of ["length", "chunked"] as const) {
  test(`readFile() goes on where an answer ended as if it were whole (${framing})`, async (t) => {
    const { client, raw, cluster } = await startTestCluster(t);
    await raw.create("file", "//tmp/x");
    await raw.write("//tmp/x", CONTENT);
    const action = { type: "truncate", afterBytes: 400_000, framing, ending: "complete" } as const;
    cluster.inject({ command: "read_file", action });
    const path = join(await makeTemporaryFolder(t), "content");
    await client.readFile("//tmp/x", path);
    assert.deepEqual(await readFile(path), CONTENT);
  });
}

test("readFile() goes on in another transaction when its own is over", async (t) => {
  const { client, cluster } = await startTestCluster(t);
  await client.writeFile("//tmp/x", { type: "bytes", bytes: CONTENT });
  cluster.inject({ command: "read_file", action: { type: "truncate", afterBytes: 400_000 } });
  cluster.inject({ command: "read_file", action: { type: "expire" } });
  assert.deepEqual(await client.readFileContent("//tmp/x"), CONTENT);
  const reads = commands(cluster, "read_file");
  assert.equal(new Set(reads.map(({ transactionId }) => transactionId)).size, 2);
  const all = reads.reduce((sum, { responseBytes }) => sum + responseBytes, 0);
  assert.ok(all < CONTENT.length + 400_000, `${all} bytes were sent for ${CONTENT.length}`);
});

test("readFile() does not put two contents together, where no MD5 would tell", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  await raw.create("file", "//tmp/part");
  await raw.write("//tmp/part", CONTENT);
  await raw.create("file", "//tmp/x");
  // What is made of other files has no MD5 (docs/yt-http-api.md, section 9).
  const joined = { source_paths: ["//tmp/part"], destination_path: "//tmp/x" };
  await raw.command("concatenate", joined);
  cluster.inject({ command: "read_file", action: { type: "truncate", afterBytes: 400_000 } });
  cluster.inject({ command: "read_file", action: { type: "expire" } });
  await assert.rejects(client.readFileContent("//tmp/x"), {
    name: "UserError",
    message: /^Cannot read "\/\/tmp\/x" on cluster "test" as its transaction was over on the way/,
  });
});

test("readFile() says how much came, when there is never more", async (t) => {
  const { url, raw, cluster } = await startTestCluster(t);
  await raw.create("file", "//tmp/x");
  await raw.write("//tmp/x", CONTENT);
  const action = { type: "truncate", afterBytes: 0, ending: "complete" } as const;
  cluster.inject({ command: "read_file", times: Infinity, action });
  const retry = { ...FAST_RETRY, attempts: 2 };
  const client = createYtClient({ proxy: url, displayName: "test", retry });
  await assert.rejects(client.readFileContent("//tmp/x"), {
    name: "YtError",
    message:
      'Cannot read file "//tmp/x" on cluster "test": its answer ended after 0 of 1048576 bytes',
  });
});

test("readFile() reads one version, whatever is written meanwhile", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  await raw.create("file", "//tmp/x");
  await raw.write("//tmp/x", CONTENT);
  cluster.inject({ command: "read_file", action: { type: "truncate", afterBytes: 400_000 } });
  const path = join(await makeTemporaryFolder(t), "content");
  let replaced: Promise<void> | undefined;
  const onProgress = () => {
    replaced ??= raw.write("//tmp/x", Buffer.alloc(CONTENT.length));
  };
  await client.readFile("//tmp/x", path, { onProgress });
  await replaced;
  assert.deepEqual(await readFile(path), CONTENT);
});

test("readFileContent() reads into memory, and names a file that is not there", async (t) => {
  const { client, raw } = await startTestCluster(t);
  await raw.create("file", "//tmp/x");
  await raw.write("//tmp/x", "text");
  assert.equal((await client.readFileContent("//tmp/x")).toString(), "text");
  await assert.rejects(client.readFileContent("//tmp/y"), (error) => {
    assert.ok(error instanceof ResolveError);
    assert.equal(
      error.message,
      'Cannot lock "//tmp/y" on cluster "test": Node //tmp has no child with key "y"',
    );
    return true;
  });
});

/** A server whose file has the content `half`, and these attributes. */
async function startWithAttributes(t: TestContext, attributes: Readonly<Record<string, unknown>>) {
  const server = await startScriptedServer(t, [
    ok({ transaction_id: "1-2-3-4" }),
    ok({ node_id: "5-6-7-8" }),
    ok([]),
    (response) => response.end("half"),
    ok({ value: { $attributes: attributes, $value: null } }),
    ok({}),
  ]);
  return createYtClient({ proxy: server.url, displayName: "c" });
}

const HALF = { uncompressed_data_size: 4, md5: hash("md5", Buffer.from("half")) };

for (const [what, attributes] of [
  ["fewer bytes", { uncompressed_data_size: 3 }],
  ["other bytes", { ...HALF, md5: hash("md5", Buffer.from("HALF")) }],
  ["no size", { md5: HALF.md5 }],
] as const) {
  test(`readFileContent() refuses what came when the cluster has ${what}`, async (t) => {
    const client = await startWithAttributes(t, attributes);
    const { uncompressed_data_size: size, md5 }: Partial<typeof HALF> = attributes;
    await assert.rejects(client.readFileContent("//tmp/x"), {
      name: "UserError",
      message:
        'Cannot transfer "//tmp/x" as cluster "c" holds other bytes than went over the wire: ' +
        `${String(size)} bytes with MD5 ${String(md5)} there, 4 bytes with MD5 ${HALF.md5} transferred`,
    });
  });
}

for (const attributes of [HALF, { uncompressed_data_size: 4 }]) {
  test(`readFileContent() takes what fits ${Object.keys(attributes).join(" and ")}`, async (t) => {
    const client = await startWithAttributes(t, attributes);
    assert.equal((await client.readFileContent("//tmp/x")).toString(), "half");
  });
}
