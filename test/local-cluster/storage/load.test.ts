/** The state that commits from disk make. */
import assert from "node:assert/strict";
import test from "node:test";
import { loadState } from "../../../local-cluster/storage/load.ts";
import { timestamp } from "../../../local-cluster/objects/time.ts";
import type { CypressNode, NodeChange } from "../../../local-cluster/objects/node.ts";

function node(id: string, parentId?: string): CypressNode {
  return {
    id,
    type: "map_node",
    parentId,
    key: id,
    creationTime: timestamp(0),
    trunk: undefined,
    accessTime: timestamp(0),
  };
}

function change(children: Readonly<Record<string, string | undefined>> = {}): NodeChange {
  return {
    attributes: new Map(),
    children: new Map(Object.entries(children)),
    value: undefined,
    content: undefined,
    appended: [],
    modificationTime: timestamp(0),
    revision: 1,
  };
}

test("loadState() applies commits in order, and leaves out what is not reachable", () => {
  const changes = { root: change({ kept: "kept", gone: "gone" }), kept: change(), gone: change() };
  const { nodes, rootId, sequence } = loadState([
    {
      sequence: 1,
      created: [node("root"), node("kept", "root"), node("gone", "root")],
      changes: new Map(Object.entries(changes)),
      answer: undefined,
    },
    {
      sequence: 2,
      created: [],
      changes: new Map([["root", change({ gone: undefined })]]),
      answer: undefined,
    },
  ]);
  assert.deepEqual([...nodes.keys()], ["root", "kept"]);
  assert.deepEqual([rootId, sequence], ["root", 2]);
});

test("loadState() takes every node for used just now", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 5000 });
  const changes = new Map([["root", change()]]);
  const { nodes } = loadState([
    { sequence: 1, created: [node("root")], changes, answer: undefined },
  ]);
  assert.equal(nodes.get("root")?.accessTime, timestamp(5000));
  assert.equal(nodes.get("root")?.creationTime, timestamp(0));
});

test("loadState() refuses a commit that changes what does not exist", () => {
  const changes = new Map([["nothing", change()]]);
  assert.throws(() => loadState([{ sequence: 1, created: [], changes, answer: undefined }]), {
    name: "UserError",
    message:
      "Data of the local cluster are damaged: a commit changes node nothing, which does not exist",
  });
});
