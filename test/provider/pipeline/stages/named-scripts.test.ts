/** The entry points that a stage's own configuration names. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { readNamedScripts } from "../../../../provider/pipeline/stages/named-scripts.ts";
import type { ScriptsRead } from "../../../../provider/pipeline/stages/named-scripts.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

for (const [fact, text, scripts] of [
  ["no keys of ours", "job: {mapper: x, a_script: y}", {}],
  ["nothing", "", {}],
  ["a job that is no map", "job: [reducer_script]", {}],
  ["a section that is no map", "job: {reduce_command: reducer_script}", {}],
  [
    "no value",
    "job: {reduce_command: {reducer_script: }, map_reduce_command: {mapper_script: ''}}",
    {},
  ],
  [
    "an interpolation",
    "names: {r: sum}\njob: {reduce_command: {reducer_script: '${names.r}.py', other: '${no.such}'}}",
    { reduce: "sum.py" },
  ],
  [
    "a merge key",
    "base: &b {reducer_script: sum.py}\njob: {reduce_command: {<<: *b}}",
    { reduce: "sum.py" },
  ],
  ["a reducer", "job: {reduce_command: {reducer_script: sum.py}}", { reduce: "sum.py" }],
  [
    "both legs of a map-reduce",
    "job: {map_reduce_command: {mapper_script: ./split.py, reducer_script: legs//sum.py}}",
    { map_reduce_mapper: "split.py", map_reduce_reducer: "legs/sum.py" },
  ],
  [
    "an anchor",
    "names: &r {reducer_script: sum.py}\njob: {reduce_command: *r, map_reduce_command: *r}",
    { reduce: "sum.py", map_reduce_reducer: "sum.py" },
  ],
  [
    "interpolations, of which only its own are resolved",
    "kind: sum\nother: ${now:x}\njob: {reduce_command: {reducer_script: '${kind}.py'}}",
    { reduce: "sum.py" },
  ],
] as const) {
  test(`readNamedScripts() reads a configuration with ${fact}`, async (t) => {
    const folder = await makeTree(t, { "config.yaml": text });
    const read = await readNamedScripts(path.join(folder, "config.yaml"), "stages/s/config.yaml");
    assert.deepEqual(read, {
      scripts,
      variables: [],
      problem: undefined,
    } satisfies ScriptsRead);
  });
}

test("readNamedScripts() finds none in what is missing or a directory", async (t) => {
  const folder = await makeTree(t, { "a/b": "" });
  for (const name of ["a", "gone", "a/b/c"]) {
    const read = await readNamedScripts(path.join(folder, name), name);
    assert.deepEqual(read, { scripts: {}, variables: [], problem: undefined });
  }
});

test("readNamedScripts() says why a configuration does not parse, if it may name scripts", async (t) => {
  const folder = await makeTree(t, {
    "a.yaml": "a: [1\njob: {reduce_command: {reducer_script: x.py}}",
    "b.yaml": "a: [1\n",
  });
  const { scripts, problem } = await readNamedScripts(path.join(folder, "a.yaml"), "s/config.yaml");
  assert.deepEqual(scripts, {});
  assert.match(problem ?? "", /^Cannot parse "s\/config\.yaml", line 2, column \d+: /);
  assert.equal((await readNamedScripts(path.join(folder, "b.yaml"), "b")).problem, undefined);
});

test("readNamedScripts() says which script is no string", async (t) => {
  const folder = await makeTree(t, {
    "config.yaml": "job: {map_reduce_command: {mapper_script: &m [*m]}}",
  });
  assert.deepEqual(await readNamedScripts(path.join(folder, "config.yaml"), "s/config.yaml"), {
    scripts: {},
    variables: [],
    problem: 'Cannot use "s/config.yaml" as job.map_reduce_command.mapper_script must be a string',
  });
});

test("readNamedScripts() says why an interpolation cannot be resolved", async (t) => {
  const folder = await makeTree(t, {
    "config.yaml": "job: {reduce_command: {reducer_script: '${no.such}'}}",
  });
  const { scripts, problem } = await readNamedScripts(path.join(folder, "config.yaml"), "s/c.yaml");
  assert.deepEqual(scripts, {});
  assert.match(problem ?? "", /"s\/c\.yaml".*\$\{no\.such\}/);
});

test("readNamedScripts() says which environment variables were used", async (t) => {
  const folder = await makeTree(t, {
    "config.yaml":
      "job: {reduce_command: {reducer_script: '${oc.env:YTCODE_NO_SUCH_VARIABLE,sum}.py'}}",
  });
  assert.deepEqual(await readNamedScripts(path.join(folder, "config.yaml"), "s/c.yaml"), {
    scripts: { reduce: "sum.py" },
    variables: [
      {
        variable: "YTCODE_NO_SUCH_VARIABLE",
        key: "s/c.yaml: job.reduce_command.reducer_script",
        isSet: false,
      },
    ],
    problem: undefined,
  });
});
