/** Hashing many files: here or on threads, the outcomes are the same. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import path from "node:path";
import { test } from "node:test";
import { sharedWorkers } from "../../../common/worker-threads/pool.ts";
import { hashFiles } from "../../../provider/manifest/hash-files.ts";
import { HASH_TASK, hashEach } from "../../../provider/manifest/hash-task.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const MiB = 1 << 20;

test("hashFiles() gives the digests of large files in their order", async (t) => {
  const contents = [40, 1, 3, 20].map((size, index) =>
    Buffer.alloc(size * MiB, `content ${index}`),
  );
  const folder = await makeTree(
    t,
    Object.fromEntries(contents.map((content, index) => [String(index), content])),
  );
  const outcomes = await hashFiles(
    contents.map(({ length }, index) => ({
      file: path.join(folder, String(index)),
      sizeBytes: length,
    })),
  );
  assert.deepEqual(
    outcomes,
    contents.map((content) => ({
      type: "hashed",
      sha256: createHash("sha256").update(content).digest("hex"),
      sizeBytes: content.length,
    })),
  );
});

test("hashEach() gives the same on a worker thread, with what the file system refuses", async (t) => {
  const folder = await makeTree(t, { file: "x", other: "y", "folder/": "" });
  const files = ["file", "absent", "folder", "other"].map((name) => path.join(folder, name));
  const outcomes = hashEach(files);
  assert.deepEqual(outcomes[1], {
    type: "failed",
    error: {
      code: "ENOENT",
      message: `ENOENT: no such file or directory, open '${path.join(folder, "absent")}'`,
    },
  });
  assert.deepEqual(await sharedWorkers().run(HASH_TASK, files), outcomes);
});

test("hashEach() throws what is a mistake of ours, also on a worker thread", async () => {
  // A number in place of a path.
  const files = JSON.parse("[7]");
  assert.throws(() => hashEach(files), /argument must be of type string/);
  await assert.rejects(sharedWorkers().run(HASH_TASK, files), /argument must be of type string/);
});
