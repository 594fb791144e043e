/** How inputs are compared. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Properties } from "../../../provider/resource/arguments.ts";
import { canonical, changedInputs, inputsOf } from "../../../provider/resource/inputs.ts";

const INPUTS: Properties = {
  pipeline: "./daily",
  config: "configs/config.yaml",
  python: "python3",
  mode: "prod",
  proxy: "local",
  buildFolder: "//home/x",
  keepVersions: 3,
  configuration: "c0",
  ytjobs: "shipped with pulumi-yt-code",
  archive: "in place",
  source: { proxy: "local", buildFolder: "//home/dev" },
  "stages/run": { "config.yaml": "a", "src/mapper.py": "b" },
  "ytjobs/": { "__init__.py": "c" },
  __declarer: { resource: "daily", project: "p", stack: "dev" },
  __known: { digest: "d0", stages: {}, parts: {} },
};

for (const [fact, change, changed] of [
  ["nothing", {}, []],
  ["the configuration", { configuration: "c1" }, ["configuration"]],
  [
    "mode, proxy and build folder",
    { mode: "dev", proxy: "x", buildFolder: "//y" },
    ["buildFolder", "mode", "proxy"],
  ],
  ["what is on the cluster", { archive: "missing" }, ["archive"]],
  ["the source of a promotion", { source: { proxy: "x", buildFolder: "//home/dev" } }, ["source"]],
  [
    "a file of a part",
    { "stages/run": { "config.yaml": "a", "src/mapper.py": "B" } },
    ["stages/run"],
  ],
  ["a part that goes", { "ytjobs/": undefined }, ["ytjobs/"]],
  ["a part that comes", { "./words.txt": { "words.txt": "x" } }, ["./words.txt"]],
  [
    "the order of a part's files",
    { "stages/run": { "src/mapper.py": "b", "config.yaml": "a" } },
    [],
  ],
  ["the full digest alone", { __known: { digest: "d1" } }, ["__known"]],
  ["the digest together with its part", { __known: { digest: "d1" }, "ytjobs/": {} }, ["ytjobs/"]],
  [
    "what does not count",
    {
      pipeline: "./moved",
      config: "x",
      python: "y",
      keepVersions: 4,
      adopt: true,
      ytjobs: "python environment",
      __declarer: { resource: "other" },
      __provider: "exports.handler = 1",
      __known: { digest: "d0", stages: { run: {} } },
    },
    [],
  ],
] as const) {
  test(`changedInputs() sees ${fact}: ${changed.join(", ") || "no change"}`, () => {
    const news = { ...INPUTS, ...change };
    assert.deepEqual(changedInputs(INPUTS, news), changed);
    assert.deepEqual(changedInputs(news, INPUTS), changed);
  });
}

test("changedInputs() compares state, which holds outputs too, with inputs", () => {
  const state = {
    ...INPUTS,
    digest: "d0",
    archivePath: "//home/x/source.tar.gz",
    sha256: "s",
    md5: "m",
    bytes: 1,
    stages: {},
    __published: { proxy: "local", buildFolder: "//home/x" },
  };
  assert.deepEqual(changedInputs(state, INPUTS), []);
  assert.deepEqual(inputsOf(state), INPUTS);
});

test("canonical() writes equal values alike and others apart, whatever the order of keys", () => {
  const value = fc.jsonValue();
  fc.assert(
    fc.property(value, value, (a, b) => {
      assert.equal(canonical(reordered(a)), canonical(a));
      const isSame = JSON.stringify(reordered(a)) === JSON.stringify(reordered(b));
      if (canonical(a) === canonical(b)) {
        assert.deepEqual(a, b);
      } else {
        assert.ok(!isSame);
      }
    }),
  );
});

/** The same value with the keys of every map the other way round. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(reordered);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value).map(([key, inner]) => [key, reordered(inner)]);
  return Object.fromEntries(entries.toReversed());
}
