/** What a data directory keeps from one start to the next: journal, snapshot and chunks. */
import assert from "node:assert/strict";
import { closeSync, fstatSync, openSync } from "node:fs";
import { appendFile, mkdir, readFile, readdir, stat, truncate, writeFile } from "node:fs/promises";
import * as path from "node:path";
import test from "node:test";
import { UserError } from "../../../common/errors/user-error.ts";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { Journal } from "../../../local-cluster/storage/journal.ts";
import { NEEDS_MOUNT, runOnDisk } from "../../tools/mounted-disk.ts";
import { startTestCluster, temporaryDirectory, clientFor } from "../../tools/local-cluster.ts";
import type { TestClient } from "../../tools/local-cluster.ts";

const MODULE = path.resolve(import.meta.dirname, "../../../local-cluster/index.ts");

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
        if (index % 2 === 1) {
          await cluster.run("remove", { path: `//tmp/${index}` });
        }
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

test("Journal is compacted only when it is larger than the snapshot", async (t) => {
  const directory = await temporaryDirectory(t);
  const sizeOf = async (name: string) => (await stat(path.join(directory, name))).size;
  await session(
    directory,
    async (cluster) => {
      await cluster.run("set", { path: "//tmp/@large" }, JSON.stringify("x".repeat(5000)));
      assert.equal(await sizeOf("journal"), 0);
      const before = await sizeOf("snapshot");
      await cluster.run("set", { path: "//tmp/@small" }, "1");
      assert.ok((await sizeOf("journal")) > 0);
      assert.equal(await sizeOf("snapshot"), before);
    },
    1,
  );
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

test("readCommits() refuses a bad last line that was written to its end, and a line that is missing", async (t) => {
  const directory = await temporaryDirectory(t);
  const journal = path.join(directory, "journal");
  await session(directory, async (cluster) => {
    for (const name of ["a", "b", "c"]) {
      await cluster.run("create", { type: "map_node", path: `//tmp/${name}` });
    }
  });
  const content = await readFile(journal, "latin1");
  const lines = content.split("\n");
  const damages: readonly (readonly [string, string])[] = [
    [
      `${content.slice(0, -2)}X\n`,
      `has a bad line at byte ${content.lastIndexOf("\n", content.length - 2) + 1}`,
    ],
    [lines.toSpliced(1, 1).join("\n"), "lacks what was committed between 1 and 3"],
    [lines.toSpliced(0, 1).join("\n"), "lacks what was committed between 0 and 2"],
    [`00000000 {}\n${content}`, "has a bad line at byte 0"],
  ];
  for (const [damaged, what] of damages) {
    await writeFile(journal, damaged, "latin1");
    await assert.rejects(startLocalCluster({ dataDirectory: directory }), {
      name: "UserError",
      message: `Data of the local cluster are damaged: ${journal} ${what}`,
    });
    assert.equal(await readFile(journal, "latin1"), damaged);
  }
});

/** Leaves some nodes, and traces of one that is gone. */
async function leaveTraces(cluster: TestClient, name: string): Promise<void> {
  await cluster.run("create", {
    type: "map_node",
    path: `//tmp/${name}/${name}`,
    recursive: true,
  });
  await cluster.run("remove", { path: `//tmp/${name}/${name}` });
}

test("whatever is damaged, the start says so in one line or finds what can be had", async (t) => {
  const seed = Number(process.env["YTCODE_TEST_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`YTCODE_TEST_SEED=${seed}`);
  let state = seed;
  const random = (count: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % count;
  };
  const directory = await temporaryDirectory(t);
  await session(directory, (cluster) => leaveTraces(cluster, "a"), 1);
  await session(directory, (cluster) => leaveTraces(cluster, "b"));
  const files = ["snapshot", "journal"].map((name) => path.join(directory, name));
  const whole = await Promise.all(files.map((file) => readFile(file)));
  let refused = 0;
  for (let attempt = 0; attempt < 150; attempt += 1) {
    for (const [index, file] of files.entries()) {
      await writeFile(file, whole[index] ?? "");
    }
    const index = random(2);
    const content = whole[index] ?? Buffer.alloc(0);
    const at = random(content.length);
    const damaged = [
      () => content.subarray(0, at),
      () => Buffer.concat([content.subarray(0, at), content.subarray(at + 1 + random(200))]),
      () => Buffer.concat([content.subarray(0, at), Buffer.from("\0\n{"), content.subarray(at)]),
      () => Buffer.concat([content.subarray(at), content]),
    ][random(4)]?.();
    await writeFile(files[index] ?? "", damaged ?? "");
    try {
      await session(directory, async (cluster) => {
        assert.deepEqual(Object.keys(Object(await cluster.get("/"))), ["home", "sys", "tmp"]);
        await cluster.run("create", { type: "map_node", path: "//home/next" });
      });
    } catch (error) {
      assert.ok(error instanceof UserError, `${String(error)}, seed ${seed}`);
      assert.match(error.message, /^Data of the local cluster are damaged: [^\n]*$/);
      refused += 1;
    }
  }
  assert.ok(refused > 50, `${refused} were refused`);
});

test("readCommits() refuses a snapshot that ends too early", async (t) => {
  const directory = await temporaryDirectory(t);
  const snapshot = path.join(directory, "snapshot");
  await session(
    directory,
    async (cluster) => {
      await cluster.run("create", { type: "map_node", path: "//tmp/a" });
    },
    1,
  );
  await truncate(snapshot, (await stat(snapshot)).size - 1);
  await assert.rejects(startLocalCluster({ dataDirectory: directory }), {
    name: "UserError",
    message: `Data of the local cluster are damaged: ${snapshot} ends too early`,
  });
});

test("loadState() leaves out what was removed", async (t) => {
  const directory = await temporaryDirectory(t);
  const ids: unknown[] = [];
  await session(directory, async (cluster) => {
    await cluster.run("create", { type: "map_node", path: "//tmp/a/b", recursive: true });
    for (const node of ["//tmp/a", "//tmp/a/b"]) {
      ids.push(await cluster.get(`${node}/@id`));
    }
    await cluster.run("remove", { path: "//tmp/a", recursive: true });
  });
  await session(directory, async (cluster) => {
    for (const id of ids) {
      const error = await cluster.fail("get", { path: `#${String(id)}/@type` });
      assert.equal(error.inner_errors[0]?.message, `No such object ${String(id)}`);
    }
  });
});

test("Journal does without a snapshot that cannot be written", async (t) => {
  const directory = await temporaryDirectory(t);
  // The name under which a snapshot is written is taken.
  await mkdir(path.join(directory, "snapshot.new"));
  await session(
    directory,
    async (cluster) => {
      for (const name of ["a", "b", "c"]) {
        await cluster.run("create", { type: "map_node", path: `//tmp/${name}` });
      }
    },
    1,
  );
  assert.deepEqual((await readdir(directory)).includes("snapshot"), false);
  await session(directory, async (cluster) => {
    assert.deepEqual(await cluster.run("list", { path: "//tmp" }), { value: ["a", "b", "c"] });
  });
});

test("Journal writes nothing once it is closed, whoever has its descriptor by then", async (t) => {
  const directory = await temporaryDirectory(t);
  const journal = new Journal({ directory, nodes: () => [] }, 0);
  journal.close();
  // The system gives the lowest free number, so that this is the journal's.
  const other = openSync(path.join(directory, "other"), "w");
  try {
    const commit = { created: [], changes: new Map(), answer: undefined };
    assert.throws(() => journal.append(commit), { message: "The local cluster has been stopped" });
    assert.equal(fstatSync(other).size, 0);
  } finally {
    closeSync(other);
  }
});

test("Journal keeps nothing of a commit that did not fit on the disk", NEEDS_MOUNT, async (t) => {
  const disk = await temporaryDirectory(t);
  const program = `
import { startLocalCluster } from ${JSON.stringify(MODULE)};
    const dataDirectory = process.argv[1] + "/empty";
    const session = async (work) => {
      const cluster = await startLocalCluster({ dataDirectory });
      await work(async (query, body) => {
        const request = body === undefined ? {} : { method: "PUT", body };
        const answer = await fetch(cluster.url + "/api/v4/" + query, request);
        console.log(answer.status, answer.status === 200 ? await answer.text() : "");
      });
      await cluster.close();
    };
    await session(async (send) => {
      await send("set?path=//tmp/@a", "1");
      await send("set?path=//tmp/@b", JSON.stringify("x".repeat(30000)));
      await send("get?path=//tmp/@user_attributes");
      await send("set?path=//tmp/@c", "3");
    });
    await session(async (send) => {
      await send("get?path=//tmp/@user_attributes");
    });`;
  const command = [process.execPath, "--input-type=module-typescript", "--eval", program, disk];
  const { status, stderr, output } = runOnDisk(disk, "size=32k", command);
  assert.equal(status, 0, stderr);
  assert.deepEqual(output.split("\n").slice(0, 5), [
    "200 {}",
    "500 ",
    '200 {"value":{"a":1}}',
    "200 {}",
    '200 {"value":{"a":1,"c":3}}',
  ]);
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

test("ChunkStore removes what an aborted transaction has written", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/a" });
  const transaction = await cluster.begin();
  await cluster.write("//tmp/a", "one", { transaction_id: transaction });
  const chunks = path.join(cluster.dataDirectory, "chunks");
  assert.equal((await readdir(chunks)).length, 1);
  await cluster.run("abort_transaction", { transaction_id: transaction });
  await cluster.get("//tmp/a/@id");
  await cluster.get("//tmp/a/@id");
  assert.deepEqual(await readdir(chunks), []);
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
