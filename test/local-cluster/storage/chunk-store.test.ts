/** Chunks on disk: how long a request keeps one that no node refers to. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import test from "node:test";
import type { TestContext } from "node:test";
import { ChunkStore } from "../../../local-cluster/storage/chunk-store.ts";
import { temporaryDirectory } from "../../tools/local-cluster.ts";

const NONE: ReadonlySet<string> = new Set();

async function newStore(t: TestContext) {
  const directory = path.join(await temporaryDirectory(t), "chunks");
  const store = new ChunkStore(directory);
  const write = async (content: string) => {
    const chunk = await store.write(pieces(content));
    store.release(chunk.id);
    return chunk;
  };
  return { directory, store, write };
}

async function* pieces(...contents: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const content of contents) {
    yield Buffer.from(content);
  }
}

test("a chunk stays while it is written, and until it is released", async (t) => {
  const { directory, store } = await newStore(t);
  const chunk = await store.write(
    (async function* () {
      yield Buffer.from("one ");
      store.removeUnused(NONE);
      yield Buffer.from("two");
    })(),
  );
  store.removeUnused(NONE);
  assert.equal(await text(store.read([chunk])), "one two");
  store.release(chunk.id);
  store.removeUnused(NONE);
  assert.deepEqual(await readdir(directory), []);
});

test("chunks stay until they have been read to the end", async (t) => {
  const { directory, store, write } = await newStore(t);
  const chunks = [await write("one "), await write("two")];
  const reading = store.read(chunks);
  store.removeUnused(NONE);
  assert.equal(await text(reading), "one two");
  store.removeUnused(NONE);
  assert.deepEqual(await readdir(directory), []);
});

test("a chunk stays while anybody still reads it", async (t) => {
  const { directory, store, write } = await newStore(t);
  const chunk = await write("content");
  const [first, second] = [store.read([chunk]), store.read([chunk])];
  assert.equal(await text(first), "content");
  store.removeUnused(NONE);
  assert.equal(await text(second), "content");
  store.removeUnused(NONE);
  assert.deepEqual(await readdir(directory), []);
});

test("a chunk that could not be written to its end is removed", async (t) => {
  const { directory, store } = await newStore(t);
  const breaking = (async function* () {
    yield Buffer.from("half");
    throw new Error("the client has gone");
  })();
  await assert.rejects(store.write(breaking), { message: "the client has gone" });
  store.removeUnused(NONE);
  assert.deepEqual(await readdir(directory), []);
});
