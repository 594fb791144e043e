/** The files of a stack: who may read them, how they are compressed, and what is said when they are damaged. */
import assert from "node:assert/strict";
import { link, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { SecretsManager } from "../../../engine/secrets/secrets-manager.ts";
import { stackPaths } from "../../../engine/state/backend.ts";
import { readHistory } from "../../../engine/state/history.ts";
import { readState } from "../../../engine/state/checkpoint.ts";
import { newResourceState } from "../../../engine/state/resource-state.ts";
import type { ResourceState, StackState } from "../../../engine/state/resource-state.ts";
import { StackStore } from "../../../engine/state/stack-store.ts";
import { Secret } from "../../../engine/values/property-value.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const TEXT = '{"version":3,"checkpoint":{"latest":{}}}';

async function modeOf(file: string): Promise<string> {
  return ((await stat(file)).mode & 0o777).toString(8);
}

test("StackStore.write() puts a new backup in place of one that may be somebody else's", async (t) => {
  const folder = await makeTree(t);
  const store = new StackStore(folder, { project: "project", stack: "dev" });
  const state = { resources: [], pendingOperations: [] };
  const secrets = new SecretsManager("dev", undefined, {});
  await store.write(state, secrets);
  await store.write(state, secrets);
  const backup = `${store.paths.checkpoint}.bak`;
  // A second name shows whether the file is written into, which another user could not do.
  const other = path.join(folder, "other");
  await link(backup, other);
  await store.write(state, secrets);
  const [ofBackup, ofOther] = [await stat(backup), await stat(other)];
  assert.deepEqual([ofBackup.nlink, ofOther.nlink], [1, 1]);
});

test("StackStore writes for the user alone, also in place of what others could read", async (t) => {
  const folder = await makeTree(t, {
    ".pulumi/stacks/project/dev.json": { text: TEXT, mode: 0o644 },
  });
  const store = new StackStore(folder, { project: "project", stack: "dev" });
  const secrets = new SecretsManager("dev", undefined, {});
  await store.write({ resources: [], pendingOperations: [] }, secrets);
  await store.addToHistory({
    kind: "update",
    startTime: 1,
    endTime: 2,
    message: "",
    result: "succeeded",
    resourceChanges: {},
  });
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  assert.equal(files.length, 5, "state, its backup, record, checkpoint, backup");
  for (const { parentPath, name } of files) {
    assert.equal(await modeOf(path.join(parentPath, name)), "600", name);
  }
  for (const made of [store.paths.history, store.paths.backups]) {
    assert.equal(await modeOf(made), "700");
  }
});

test("StackStore reads compressed state, and writes it as it is asked to", async (t) => {
  const folder = await makeTree(t);
  const identity = { project: "project", stack: "dev" };
  const secrets = new SecretsManager("dev", undefined, {});
  const plain = new StackStore(folder, identity);
  for (const compression of [".gz", ".zst", ""] as const) {
    const store = new StackStore(folder, identity, compression);
    await store.write({ resources: [], pendingOperations: [] }, secrets);
    const names = await readdir(store.paths.stacks);
    assert.deepEqual(
      names.filter((name) => !name.endsWith(".bak")),
      [`dev.json${compression}`],
    );
    assert.equal((await plain.read())?.path, `${store.paths.checkpoint}${compression}`);
    assert.deepEqual(await plain.list(), ["dev"]);
  }
  await plain.remove();
  assert.deepEqual(await readdir(plain.paths.stacks), []);
});

test("StackStore marks a state that uses hooks or replaceWith as version 4, and reads it back", async (t) => {
  const store = new StackStore(await makeTree(t), { project: "project", stack: "dev" });
  const secrets = new SecretsManager("dev", undefined, { PULUMI_CONFIG_PASSPHRASE: "p" });
  const urn = "urn:pulumi:dev::project::test:index:Group::";
  const group = (name: string, fields: Partial<ResourceState> = {}) =>
    newResourceState({ urn: urn + name, type: "test:index:Group", custom: false, ...fields });
  const written: StackState = {
    resources: [
      group("a", { hooks: { BeforeDelete: ["tell"] } }),
      group("b", { replaceWith: [`${urn}a`], replacementTrigger: { key: new Secret("s3cret") } }),
    ],
    pendingOperations: [],
  };
  await store.write(written, secrets);
  const text = await readFile(store.paths.checkpoint, "utf8");
  assert.match(text, /^\{"version":4,"features":\["hooks","replaceWith"\],/);
  assert.ok(!text.includes("s3cret"));
  const checkpoint = await store.read();
  assert.ok(checkpoint);
  assert.deepEqual(await readState(checkpoint, secrets), written);
  await store.write({ resources: [group("a")], pendingOperations: [] }, secrets);
  assert.match(await readFile(store.paths.checkpoint, "utf8"), /^\{"version":3,"checkpoint":/);
});

test("readHistory() tells the operations of the past, the newest first, also compressed ones", async (t) => {
  const folder = await makeTree(t, { ".pulumi/stacks/project/dev.json": TEXT });
  const store = new StackStore(folder, { project: "project", stack: "dev" });
  assert.deepEqual(await readHistory(store), []);
  const entry = {
    kind: "update",
    startTime: 1,
    endTime: 2,
    message: "first",
    result: "succeeded",
    resourceChanges: { create: 2 },
  } as const;
  await store.addToHistory(entry);
  const later = { ...entry, kind: "refresh", message: "by the CLI" };
  const compressed = path.join(store.paths.history, "dev-9999999999999999999.history.json.gz");
  await writeFile(compressed, gzipSync(JSON.stringify({ ...later, version: 7 })));
  assert.deepEqual(await readHistory(store), [later, entry]);
  await writeFile(compressed, "{");
  await assert.rejects(readHistory(store), { name: "UserError", message: /^Cannot read "/ });
});

test("StackStore.replaceDeployment() takes what was exported, if it holds together", async (t) => {
  const store = new StackStore(await makeTree(t), { project: "project", stack: "dev" });
  const urn = "urn:pulumi:dev::project::pulumi:pulumi:Stack::project-dev";
  const deployment = { resources: [{ urn, type: "pulumi:pulumi:Stack", custom: false }] };
  await store.replaceDeployment(deployment);
  assert.deepEqual((await store.read())?.deployment, deployment);
  await assert.rejects(store.replaceDeployment({ resources: [{}] }), {
    name: "UserError",
    message: 'Cannot import the state of stack "dev": resource 1 has no URN',
  });
  assert.deepEqual((await store.read())?.deployment, deployment);
});

test("StackStore.read() says what is wrong with a state, and how to restore it", async (t) => {
  const folder = await makeTree(t);
  const store = new StackStore(folder, { project: "project", stack: "dev" });
  await mkdir(store.paths.stacks, { recursive: true });
  const { checkpoint } = store.paths;
  const restore = `; restore it from "${checkpoint}.bak" or from ".pulumi/backups"`;
  const kinds: Readonly<Record<string, string>> = {
    "": `it is empty${restore}`,
    "[]": `wanted a checkpoint of version 3${restore}`,
    '{"version":2,"checkpoint":{}}':
      "wanted a checkpoint of version 3, and it is of version 2: run the Pulumi CLI once, which brings it up to date",
    '{"version":5,"checkpoint":{}}':
      "wanted a checkpoint of version 3, and it is of version 5: update pulumi-yt-code, or install the Pulumi CLI",
    '{"version":4,"features":["views","hooks","taint"],"checkpoint":{}}':
      "it needs views, taint, which the embedded engine does not support, install the Pulumi CLI for this stack",
  };
  for (const [text, reason] of Object.entries(kinds)) {
    await writeFile(checkpoint, text);
    await assert.rejects(store.read(), {
      name: "UserError",
      message: `Cannot read the stack's state "${checkpoint}": ${reason}`,
    });
  }
  await writeFile(checkpoint, TEXT.slice(0, -3));
  await assert.rejects(store.read(), { message: new RegExp(`restore it from "`) });
  await writeFile(checkpoint, gzipSync(TEXT).subarray(0, 20));
  await assert.rejects(store.read(), { name: "UserError", message: /unexpected end of file/ });
  for (const version of ['"version":4', '"version":4,"features":["hooks","replaceWith"]']) {
    await writeFile(checkpoint, TEXT.replace('"version":3', version));
    assert.deepEqual((await store.read())?.deployment, {});
  }
});

test("stackPaths() refuses names that lead elsewhere", () => {
  for (const name of ["../../../escaped", "..", ".", "a/b", "", "x".repeat(101)]) {
    assert.throws(() => stackPaths("/backend", { project: name, stack: "dev" }), {
      name: "UserError",
    });
    assert.throws(() => stackPaths("/backend", { project: "shop", stack: name }), {
      name: "UserError",
    });
  }
});
