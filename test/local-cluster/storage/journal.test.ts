/** What a data directory keeps from one start to the next: journal, snapshot and chunks. */
import assert from "node:assert/strict";
import { appendFile, readFile, readdir, stat, truncate, writeFile } from "node:fs/promises";
import * as path from "node:path";
import test from "node:test";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { startTestCluster, temporaryDirectory, clientFor } from "../../tools/local-cluster.ts";
import type { TestClient } from "../../tools/local-cluster.ts";

/** Runs some work on a cluster and stops it. */
async function session(
  dataDirectory: string,
  work: (cluster: TestClient) => Promise<void>,
  compactionBytes?: number,
): Promise<void> {
  const options = compactionBytes === undefined ? {} : { compactionBytes };
  const cluster = await startLocalCluster({ dataDirectory, ...options });
  try {
    await work(clientFor(cluster.url));
  } finally {
    await cluster.close();
  }
}

test("startLocalCluster() finds everything committed again", async (t) => {
  const directory = await temporaryDirectory(t);
  await session(directory, async (cluster) => {
    await cluster.run("create", { type: "file", path: "//home/ю/f", recursive: true });
    await cluster.write("//home/ю/f", "content", { compute_md5: true });
    await cluster.run("set", { path: "//home/ю/@big" }, "9223372036854775807");
    await cluster.run("set", { path: "//home/ю/@half" }, "0.5");
    await cluster.run("link", { target_path: "//home/ю", link_path: "//tmp/link" });
    await cluster.run("create", { type: "map_node", path: "//tmp/gone" });
    await cluster.run("remove", { path: "//tmp/gone" });
    await cluster.run("set", { path: "//home/ю/@gone" }, "1");
    await cluster.run("remove", { path: "//home/ю/@gone" });
  });
  await session(directory, async (cluster) => {
    assert.equal(await cluster.read("//tmp/link/f"), "content");
    assert.equal(await cluster.get("//tmp/link/f/@md5"), "9a0364b9e99bb480dd25e1f0284c8555");
    assert.deepEqual(await cluster.get("//home/ю/@user_attributes"), { big: 2 ** 63, half: 0.5 });
    assert.deepEqual(await cluster.run("list", { path: "//tmp" }), { value: ["link"] });
  });
});

test("startLocalCluster() forgets transactions that were open", async (t) => {
  const directory = await temporaryDirectory(t);
  let transaction = "";
  await session(directory, async (cluster) => {
    transaction = await cluster.begin();
    await cluster.run("create", { type: "map_node", path: "//tmp/a", transaction_id: transaction });
    await cluster.run("lock", { path: "//home", transaction_id: transaction });
  });
  await session(directory, async (cluster) => {
    assert.deepEqual(await cluster.run("exists", { path: "//tmp/a" }), { value: false });
    await cluster.run("create", { type: "map_node", path: "//home/free" });
    const error = await cluster.fail("commit_transaction", { transaction_id: transaction });
    assert.equal(error.message, `No such transaction ${transaction}`);
  });
});

test("Journal folds commits into a snapshot and loses nothing by it", async (t) => {
  const directory = await temporaryDirectory(t);
  await session(
    directory,
    async (cluster) => {
      for (let index = 0; index < 40; index += 1) {
        await cluster.run("create", { type: "map_node", path: `//tmp/${index}` });
        if (index % 2 === 1) await cluster.run("remove", { path: `//tmp/${index}` });
      }
    },
    2000,
  );
  const sizes = await Promise.all(
    ["snapshot", "journal"].map(async (name) => (await stat(path.join(directory, name))).size),
  );
  assert.ok(
    (sizes[0] ?? 0) > 2000 && (sizes[1] ?? 0) < (sizes[0] ?? 0),
    `sizes are ${sizes.join(", ")}`,
  );
  await session(directory, async (cluster) => {
    assert.equal(await cluster.get("//tmp/@count"), 20);
    assert.deepEqual(await cluster.run("exists", { path: "//tmp/38" }), { value: true });
  });
});

test("Journal does not repeat commits that the snapshot has", async (t) => {
  const directory = await temporaryDirectory(t);
  const journal = path.join(directory, "journal");
  await session(directory, async (cluster) => {
    await cluster.run("create", { type: "map_node", path: "//tmp/kept" });
    await cluster.run("create", { type: "map_node", path: "//tmp/gone" });
  });
  const before = await readFile(journal);
  await session(
    directory,
    async (cluster) => {
      await cluster.run("remove", { path: "//tmp/gone" });
    },
    1,
  );
  // As after a crash between the new snapshot's name and the emptying of the journal.
  assert.equal((await stat(journal)).size, 0);
  await writeFile(journal, before);
  await session(directory, async (cluster) => {
    assert.deepEqual(await cluster.run("list", { path: "//tmp" }), { value: ["kept"] });
  });
});

test("readCommits() cuts off a torn last commit, and the next one follows cleanly", async (t) => {
  const directory = await temporaryDirectory(t);
  const journal = path.join(directory, "journal");
  await session(directory, async (cluster) => {
    await cluster.run("create", { type: "map_node", path: "//tmp/whole" });
    await cluster.run("create", { type: "map_node", path: "//tmp/torn" });
  });
  await truncate(journal, (await stat(journal)).size - 5);
  await session(directory, async (cluster) => {
    assert.deepEqual(await cluster.run("list", { path: "//tmp" }), { value: ["whole"] });
    await cluster.run("create", { type: "map_node", path: "//tmp/next" });
  });
  await session(directory, async (cluster) => {
    assert.deepEqual(await cluster.run("list", { path: "//tmp" }), { value: ["whole", "next"] });
  });
});

test("readCommits() refuses damage that no crash can have made", async (t) => {
  const directory = await temporaryDirectory(t);
  const journal = path.join(directory, "journal");
  await session(directory, async (cluster) => {
    await cluster.run("create", { type: "map_node", path: "//tmp/a" });
  });
  const [first = "", ...rest] = (await readFile(journal, "latin1")).split("\n");
  await writeFile(journal, [`${first.slice(0, -1)}X`, ...rest].join("\n"), "latin1");
  await assert.rejects(startLocalCluster({ dataDirectory: directory }), {
    message: `Data of the local cluster are damaged: ${journal} has a bad line at byte 0`,
  });
  // What could not be started does not keep the directory.
  await writeFile(journal, "");
  const cluster = await startLocalCluster({ dataDirectory: directory, lockTimeoutMs: 0 });
  await cluster.close();
});

test("ChunkStore keeps the chunks that something refers to, and no others", async (t) => {
  const cluster = await startTestCluster(t);
  const chunks = path.join(cluster.dataDirectory, "chunks");
  await cluster.run("create", { type: "file", path: "//tmp/a" });
  await cluster.write("//tmp/a", "one");
  await cluster.run("copy", { source_path: "//tmp/a", destination_path: "//tmp/b" });
  await cluster.write("//tmp/a", "two");
  await cluster.run("remove", { path: "//tmp/a" });
  // Unused chunks go after the answer that made them so; any later request comes after that.
  await cluster.get("//tmp/b/@id");
  await cluster.get("//tmp/b/@id");
  const names = await readdir(chunks);
  assert.equal(names.length, 1);
  assert.equal(await readFile(path.join(chunks, names[0] ?? ""), "utf8"), "one");
});

test("ChunkStore removes what a crash has left", async (t) => {
  const directory = await temporaryDirectory(t);
  await session(directory, async (cluster) => {
    await cluster.run("create", { type: "file", path: "//tmp/a" });
    await cluster.write("//tmp/a", "one");
  });
  await appendFile(path.join(directory, "chunks", "1-2-10064-3"), "half an upload");
  await session(directory, async (cluster) => {
    assert.equal((await readdir(path.join(directory, "chunks"))).length, 1);
    assert.equal(await cluster.read("//tmp/a"), "one");
  });
});
