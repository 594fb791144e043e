/** What becomes of a state that cannot be saved: the old one is whole, and what was done is kept and said. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { SecretsManager } from "../../../engine/secrets/secrets-manager.ts";
import type { StackState } from "../../../engine/state/resource-state.ts";
import { newResourceState } from "../../../engine/state/resource-state.ts";
import { StackStore } from "../../../engine/state/stack-store.ts";
import { StateWriter } from "../../../engine/state/state-writer.ts";
import { Secret } from "../../../engine/values/property-value.ts";
import { NEEDS_MOUNT, runOnDisk } from "../../tools/mounted-disk.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const NONE: StackState = { resources: [], pendingOperations: [] };

function thing(name: string, modified: string, label: unknown = "x") {
  return newResourceState({
    urn: `urn:pulumi:dev::shop::pulumi-nodejs:dynamic:Thing::${name}`,
    type: "pulumi-nodejs:dynamic:Thing",
    custom: true,
    id: `id-${name}`,
    inputs: { label: label instanceof Secret ? label : "x" },
    modified,
  });
}

function stateOf(...resources: ReturnType<typeof thing>[]): StackState {
  return { resources, pendingOperations: [] };
}

async function makeStore(t: TestContext) {
  const folder = await makeTree(t);
  const identity = { project: "shop", stack: "dev" };
  const store = new StackStore(folder, identity);
  const secrets = new SecretsManager("dev", undefined, {});
  /** Makes the folder of the stacks one that cannot be written, also by root, and back. */
  const away = `${store.paths.stacks}-away`;
  const breakDisk = async (): Promise<void> => {
    await rename(store.paths.stacks, away);
    await writeFile(store.paths.stacks, "no folder");
  };
  const mendDisk = async (): Promise<void> => {
    await rm(store.paths.stacks);
    await rename(away, store.paths.stacks);
  };
  return { store, secrets, breakDisk, mendDisk, again: () => new StackStore(folder, identity) };
}

test("StateWriter keeps what cannot be saved, names it, and the next reading finds it", async (t) => {
  const { store, secrets, breakDisk, mendDisk, again } = await makeStore(t);
  const before = stateOf(thing("kept", "1"), thing("changed", "1"), thing("gone", "1"));
  const writer = new StateWriter(store, secrets, NONE);
  await writer.write(before);
  assert.equal(writer.unsaved, undefined);
  await breakDisk();
  const after = stateOf(thing("kept", "1"), thing("changed", "2"), thing("new", "2"));
  await assert.rejects(writer.write(after), {
    name: "UserError",
    message: /^Cannot save the stack's state ".*dev\.json": /,
  });
  const { message = "", isDone = false } = writer.unsaved ?? {};
  assert.equal(isDone, true);
  const [, kept = "", done] =
    /; what was done since is kept in "(.+)", which the next operation reads: (.+): make room, then run up$/.exec(
      message,
    ) ?? [];
  assert.equal(
    done,
    'updated "changed" (id "id-changed"), created "new" (id "id-new"), deleted "gone" (id "id-gone")',
  );
  await mendDisk();
  const read = await again().read();
  assert.equal(read?.isUnsaved, true);
  assert.equal(read?.path, kept);
  assert.match(JSON.stringify(read?.deployment), /id-new/);
  await writer.write(after);
  assert.equal(writer.unsaved, undefined);
  assert.ok(!existsSync(path.dirname(kept)), "what is saved is kept no longer");
  const saved = await again().read();
  assert.deepEqual([saved?.isUnsaved, saved?.path], [undefined, store.paths.checkpoint]);
});

test("StateWriter keeps nothing when nothing was done", async (t) => {
  const { store, secrets, breakDisk, mendDisk, again } = await makeStore(t);
  const writer = new StateWriter(store, secrets, NONE);
  await writer.write(stateOf(thing("a", "1")));
  await breakDisk();
  await assert.rejects(writer.write(stateOf(thing("a", "1"))));
  assert.equal(writer.unsaved?.isDone, false);
  assert.match(writer.unsaved?.message ?? "", /; nothing was done since it was saved$/);
  await mendDisk();
  assert.equal((await again().read())?.isUnsaved, undefined);
});

test("StackStore.read() takes no kept state for the continuation of another one", async (t) => {
  const { store, secrets, breakDisk, mendDisk, again } = await makeStore(t);
  const writer = new StateWriter(store, secrets, NONE);
  await writer.write(stateOf(thing("a", "1")));
  await breakDisk();
  await assert.rejects(writer.write(stateOf(thing("b", "2"))));
  await mendDisk();
  const text = await readFile(store.paths.checkpoint, "utf8");
  await writeFile(store.paths.checkpoint, text.replace("id-a", "id-c"));
  await assert.rejects(again().read(), {
    name: "UserError",
    message: /^Cannot read the stack's state ".+": it was changed after an operation that could/,
  });
  await store.write(NONE, secrets);
});

test("StateWriter names what was done when there is no key for a secret", async (t) => {
  const { store, secrets } = await makeStore(t);
  const writer = new StateWriter(store, secrets, NONE);
  await assert.rejects(writer.write(stateOf(thing("a", "1", new Secret("s")))));
  assert.equal(
    writer.unsaved?.message,
    'Cannot encrypt the secrets of stack "dev": set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE; ' +
      'what was done since is in no file: created "a" (id "id-a"): remove by hand what was created, then run refresh',
  );
});

test(
  "StackStore.write() leaves the old state whole on a full disk, and nothing beside it",
  NEEDS_MOUNT,
  async (t) => {
    const disk = await makeTree(t);
    const script = `
    const { StackStore } = await import("./engine/state/stack-store.ts");
    const { SecretsManager } = await import("./engine/secrets/secrets-manager.ts");
    const { newResourceState } = await import("./engine/state/resource-state.ts");
    const store = new StackStore(process.argv[1], { project: "shop", stack: "dev" });
    const secrets = new SecretsManager("dev", undefined, {});
    for (let size = 1; ; size *= 2) {
      const resource = newResourceState({ urn: "urn:pulumi:dev::shop::t::n", type: "t", custom: false, inputs: { size: "x".repeat(size) } });
      try {
        await store.write({ resources: [resource], pendingOperations: [] }, secrets);
      } catch (error) {
        const { deployment } = await store.read();
        console.log(error.code, deployment.resources[0].inputs.size.length === size / 2);
        break;
      }
    }`;
    const { status, stderr, output } = runOnDisk(disk, "size=256k", [
      process.execPath,
      "--input-type=module",
      "--eval",
      script,
      disk,
    ]);
    assert.equal(status, 0, stderr);
    const [result, ...files] = output.trim().split("\n");
    assert.equal(result, "ENOSPC true");
    assert.deepEqual(
      files.filter((file) => /\.[a-z]+$/.test(file) && file !== ".pulumi").toSorted(),
      [".pulumi/meta.yaml", ".pulumi/stacks/shop/dev.json", ".pulumi/stacks/shop/dev.json.bak"],
    );
  },
);

test("StackStore.removeLeftovers() removes what a killed operation has half written", async (t) => {
  const { store, secrets } = await makeStore(t);
  await store.write(NONE, secrets);
  const other = ".dev2.json.0123456789ab.tmp";
  for (const name of [".dev.json.0123456789ab.tmp", ".dev.json.bak.0123456789ab.tmp", other]) {
    await writeFile(path.join(store.paths.stacks, name), "{");
  }
  await store.removeLeftovers();
  assert.deepEqual((await readdir(store.paths.stacks)).toSorted(), [other, "dev.json"]);
});
