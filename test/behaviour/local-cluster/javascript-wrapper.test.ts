/** YTsaurus's own JavaScript wrapper, unmodified, against the local cluster. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";
import { startTestCluster } from "../../tools/local-cluster.ts";
import type { TestCluster } from "../../tools/local-cluster.ts";

type Call = (parameters: object, data?: unknown) => Promise<unknown>;
type Version = Readonly<Record<string, Call>>;

/** The wrapper has no types; this is what the tests use of it. */
interface Wrapper {
  readonly setup: { setGlobalOption(name: string, value: unknown): void };
  readonly v3: Version;
  readonly v4: Version;
}

const createWrapper: () => Wrapper = createRequire(import.meta.url)("@ytsaurus/javascript-wrapper");

function wrapperFor(cluster: TestCluster): Wrapper {
  const yt = createWrapper();
  yt.setup.setGlobalOption("proxy", cluster.url.replace("http://", ""));
  yt.setup.setGlobalOption("secure", false);
  return yt;
}

test("the JavaScript wrapper works with nodes and attributes", async (t) => {
  const cluster = await startTestCluster(t);
  const { v3, v4 } = wrapperFor(cluster);
  await v3["create"]?.({ path: "//tmp/a", type: "map_node", attributes: { x: 1 } });
  await v3["set"]?.({ path: "//tmp/a/@y" }, { z: [1, "two"] });
  assert.deepEqual(await v3["get"]?.({ path: "//tmp/a/@y" }), { z: [1, "two"] });
  assert.deepEqual(await v4["get"]?.({ path: "//tmp/a/@x" }), { value: 1 });
  assert.equal(await v3["exists"]?.({ path: "//tmp/a" }), true);
  await v3["copy"]?.({ source_path: "//tmp/a", destination_path: "//tmp/b" });
  await v3["move"]?.({ source_path: "//tmp/b", destination_path: "//tmp/c" });
  assert.deepEqual(await v3["list"]?.({ path: "//tmp" }), ["a", "c"]);
  await v3["remove"]?.({ path: "//tmp/a" });
  assert.deepEqual(await cluster.get("//tmp"), { c: {} });
});

test("the JavaScript wrapper works in transactions, through version 3", async (t) => {
  const cluster = await startTestCluster(t);
  const { v3, v4 } = wrapperFor(cluster);
  const transaction = await v3["startTransaction"]?.({});
  const inside = { transaction_id: transaction };
  await v3["lock"]?.({ path: "//tmp", mode: "exclusive", ...inside });
  await v3["create"]?.({ path: "//tmp/a", type: "map_node", ...inside });
  await v3["pingTransaction"]?.(inside);
  assert.deepEqual(await cluster.get("//tmp"), {});
  await v3["commitTransaction"]?.(inside);
  assert.deepEqual(await cluster.get("//tmp"), { a: {} });
  // Its table for version 4 has the names of version 3, which no cluster knows.
  await assert.rejects(Promise.resolve(v4["startTransaction"]?.({})), (error) => {
    assert.equal(
      Object(error).message,
      'Command "start_tx" is not registered (or not emulated by the local cluster)',
    );
    return true;
  });
});

test("the JavaScript wrapper gets the cluster's errors", async (t) => {
  const cluster = await startTestCluster(t);
  const { v3 } = wrapperFor(cluster);
  await assert.rejects(Promise.resolve(v3["get"]?.({ path: "//nothing" })), (error) => {
    const { code, message, inner_errors: inner } = Object(error);
    assert.equal(code, 500);
    assert.equal(message, "Error resolving path //nothing");
    assert.equal(inner[0].message, 'Node / has no child with key "nothing"');
    return true;
  });
});
