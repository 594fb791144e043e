/** Tests that a process asks once for what several pipelines want. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rememberModules } from "../../../../provider/pipeline/python/module-memory.ts";
import type { FindModules } from "../../../../provider/pipeline/python/python-modules.ts";

/** A search that finds everything, and what it was asked for. */
function recordingSearch(): { readonly find: FindModules; readonly asked: string[] } {
  const asked: string[] = [];
  const find: FindModules = async (names, python = "python3") => {
    asked.push(`${python}: ${names.toSorted().join(" ")}`);
    const modules = names.map((name) => [name, { type: "file", file: `/${name}.py` }] as const);
    return { interpreter: python, searched: [], modules: new Map(modules) };
  };
  return { find, asked };
}

test("rememberModules() asks once for names that are wanted at about the same time", async () => {
  const { find, asked } = recordingSearch();
  const remembered = rememberModules(find);
  const [one, two] = await Promise.all([remembered(["a", "b"]), remembered(["a", "c"])]);
  assert.deepEqual(asked, ["python3: a b c"]);
  assert.deepEqual([...one.modules.keys()].toSorted(), ["a", "b"]);
  assert.deepEqual([...two.modules.keys()].toSorted(), ["a", "c"]);
});

test("rememberModules() asks again only when there is a new name", async () => {
  const { find, asked } = recordingSearch();
  const remembered = rememberModules(find);
  await remembered(["a"]);
  await remembered(["a"]);
  await remembered(["b"]);
  const { modules } = await remembered(["a", "b"]);
  assert.deepEqual(asked, ["python3: a", "python3: a b"]);
  assert.deepEqual(modules.get("a"), { type: "file", file: "/a.py" });
  assert.deepEqual(modules.get("b"), { type: "file", file: "/b.py" });
});

test("rememberModules() keeps interpreters apart", async () => {
  const { find, asked } = recordingSearch();
  const remembered = rememberModules(find);
  await Promise.all([remembered(["a"], "one"), remembered(["a"], "two")]);
  assert.deepEqual(asked.toSorted(), ["one: a", "two: a"]);
});

test("rememberModules() keeps places that are searched first apart", async () => {
  const { find, asked } = recordingSearch();
  const remembered = rememberModules(find);
  const first = { directory: "/p", entries: ["a.py"] };
  await remembered(["a"], undefined, { first });
  await remembered(["a"], undefined, { first: { ...first } });
  assert.deepEqual(asked, ["python3: a"]);
  await remembered(["a"], undefined, { first: { ...first, entries: ["a"] } });
  await remembered(["a"]);
  assert.deepEqual(asked, ["python3: a", "python3: a", "python3: a"]);
});

test("rememberModules() gives a failure to all who wait for it", async () => {
  const remembered = rememberModules(async () => {
    throw new RangeError("no interpreter");
  });
  const results = await Promise.allSettled([remembered(["a"]), remembered(["b"])]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["rejected", "rejected"],
  );
});
