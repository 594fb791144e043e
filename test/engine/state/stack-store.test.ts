/** The files of a stack, where several people keep their state in one folder. */
import assert from "node:assert/strict";
import { link, stat } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { SecretsManager } from "../../../engine/secrets/secrets-manager.ts";
import { StackStore } from "../../../engine/state/stack-store.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

test("StackStore.write() puts a new backup in place of one that may be somebody else's", async (t) => {
  const folder = await makeTree(t);
  const store = new StackStore(folder, { project: "project", stack: "dev" });
  const state = { resources: [], pendingOperations: [] };
  const secrets = new SecretsManager("dev", undefined, {});
  await store.write(state, secrets);
  await store.write(state, secrets);
  const { backup } = store.paths;
  // A second name shows whether the file is written into, which another user could not do.
  const other = path.join(folder, "other");
  await link(backup, other);
  await store.write(state, secrets);
  const [ofBackup, ofOther] = [await stat(backup), await stat(other)];
  assert.deepEqual([ofBackup.nlink, ofOther.nlink], [1, 1]);
});
