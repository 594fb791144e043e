/** Reading open files step by step. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { readInto, withOpen } from "../../../common/files/open-file.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

test("readInto() fills the buffer, goes on where it ended, and stops at the end of the file", async (t) => {
  const file = path.join(await makeTree(t, { file: "abcdefgh" }), "file");
  const read = withOpen(file, "r", (descriptor) => {
    const buffer = Buffer.alloc(5);
    return [1, 2, 3].map(() => buffer.toString("latin1", 0, readInto(descriptor, buffer)));
  });
  assert.deepEqual(read, ["abcde", "fgh", ""]);
});

test("readInto() reads from a position, whatever was read before", async (t) => {
  const file = path.join(await makeTree(t, { file: "abcdefgh" }), "file");
  const buffer = Buffer.alloc(3);
  withOpen(file, "r", (descriptor) => {
    readInto(descriptor, buffer);
    assert.equal(readInto(descriptor, buffer, 2), 3);
  });
  assert.equal(buffer.toString(), "cde");
});

test("withOpen() closes the file also when the work throws", async (t) => {
  const file = path.join(await makeTree(t), "file");
  let opened = -1;
  const work = (descriptor: number): never => {
    opened = descriptor;
    throw new TypeError("no");
  };
  assert.throws(() => withOpen(file, "wx", work), TypeError);
  assert.throws(() => readInto(opened, Buffer.alloc(1)), { code: "EBADF" });
  assert.throws(() => withOpen(file, "wx", work), { code: "EEXIST" });
});
