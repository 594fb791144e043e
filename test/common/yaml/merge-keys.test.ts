/** Merge keys (`<<`): the fields that PyYAML, and with it OmegaConf, would give a map. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseYaml } from "../../../common/yaml/parse-yaml.ts";

const SOURCE = { name: '"a.yaml"' };

for (const [fact, text, wanted] of [
  ["the fields of a map", "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  z: 3\n", { x: 1, y: 2, z: 3 }],
  [
    "no field that the map has itself, before",
    "a: &a {x: 1, y: 2}\nb: {x: 3, <<: *a}",
    { x: 3, y: 2 },
  ],
  [
    "no field that the map has itself, after",
    "a: &a {x: 1, y: 2}\nb: {<<: *a, x: 3}",
    { x: 3, y: 2 },
  ],
  ["not even a null", "a: &a {x: 1}\nb: {<<: *a, x: }", { x: null }],
  [
    "of a list of maps, the earlier first",
    "a: &a {x: 1, y: 2}\nc: &c {y: 3, z: 4}\nb: {<<: [*a, *c]}",
    { x: 1, y: 2, z: 4 },
  ],
  [
    "a list by an alias, and maps written in place",
    "l: &l [{x: 1}, {x: 2, y: 2}]\nb: {<<: *l, z: 3}",
    { x: 1, y: 2, z: 3 },
  ],
  ["the later of two merge keys", "b: {<<: {x: 1, y: 1}, <<: {x: 2}}", { x: 2, y: 1 }],
  [
    "what the merged map has merged itself",
    "a: &a {x: 1, y: 1}\nc: &c {<<: *a, y: 2}\nb: {<<: *c, z: 3}",
    { x: 1, y: 2, z: 3 },
  ],
  [
    "the value of a key whole, not deep",
    "a: &a {x: {y: 1}}\nb: {<<: *a, x: {z: 2}}",
    { x: { z: 2 } },
  ],
  ["nothing of an empty map or list", "b: {<<: {}, <<: [], x: 1}", { x: 1 }],
  [
    "the name __proto__ as any other",
    "b: {<<: {__proto__: {x: 1}}, y: 2}",
    JSON.parse('{"__proto__": {"x": 1}, "y": 2}'),
  ],
  ["by the tag that yq writes", "a: &a {x: 1}\nb: {!!merge <<: *a, y: 2}", { x: 1, y: 2 }],
  ["by that tag in any style", 'a: &a {x: 1}\nb: {!!merge "<<": *a, y: 2}', { x: 1, y: 2 }],
  ["no plain key in quotes", 'b: {"<<": 1, x: 2}', { "<<": 1, x: 2 }],
  ["no plain key with a tag", "b: {!!str <<: 1, x: 2}", { "<<": 1, x: 2 }],
] as const) {
  test(`parseYaml() merges ${fact}`, () => {
    const { b }: { b?: unknown } = Object(parseYaml(text, SOURCE));
    assert.deepEqual(b, wanted);
  });
}

const NO_MERGE =
  'a merge key takes a map or a list of maps; put the key "<<" into quotes if it is a plain one';
const SELF_MERGE = "a merge key cannot take the map that it is in";

for (const [text, place, problem] of [
  ["b:\n  <<: 3\n", "line 2, column 3", NO_MERGE],
  ["b: {x: 1, <<: text}\n", "line 1, column 11", NO_MERGE],
  ["b:\n  <<:\n", "line 2, column 3", NO_MERGE],
  ["a: &a 1\nb: {<<: *a}\n", "line 2, column 5", NO_MERGE],
  ["a: &a {x: 1}\nb: {<<: [*a, 3]}\n", "line 2, column 5", NO_MERGE],
  ["a: &a {x: 1}\nb: {<<: [[*a]]}\n", "line 2, column 5", NO_MERGE],
  ["a: &a\n  <<: *a\n", "line 2, column 3", SELF_MERGE],
  ["a: &a {b: {<<: [*a]}}\n", "line 1, column 12", SELF_MERGE],
  ["a: &a [{<<: *a}]\n", "line 1, column 9", SELF_MERGE],
  [
    "a: 1\nb: {<<: *none}\n",
    "line 2, column 9",
    'there is no anchor for this alias; put a value that begins with "*" into quotes',
  ],
  ["b: {<<: {x: 1}, y: 1, y: 2}\n", "line 1, column 23", "Map keys must be unique"],
] as const) {
  test(`parseYaml() refuses the merge in ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseYaml(text, SOURCE), {
      name: "UserError",
      message: `Cannot parse "a.yaml", ${place}: ${problem}`,
    });
  });
}

/** Maps of which each takes the one before, and a field of its own. */
function chain(length: number): string {
  const links = Array.from(
    { length },
    (_, index) => `m${index + 1}: &m${index + 1} {<<: *m${index}, k${index + 1}: 1}\n`,
  );
  return `m0: &m0 {k0: 1}\n${links.join("")}`;
}

test("parseYaml() counts what is merged as it counts what aliases stand for", () => {
  assert.throws(
    () => parseYaml(chain(3000), SOURCE),
    /^UserError: Cannot parse "a\.yaml", line \d+, column \d+: the aliases up to here stand for more than 1,000,000 values/,
  );
  const { m500 }: { m500?: object } = Object(parseYaml(chain(500), SOURCE));
  assert.equal(Object.keys(m500 ?? {}).length, 501);
});

test("parseYaml() merges long lists of maps, and many merge keys in one map", () => {
  const list = `b: {<<: [${"{x: 1}, ".repeat(20_000)}{y: 2}]}`;
  assert.deepEqual(parseYaml(list, SOURCE), { b: { x: 1, y: 2 } });
  const keys = `b:\n${"  <<: {x: 1}\n".repeat(10_000)}  y: 2\n`;
  assert.deepEqual(parseYaml(keys, SOURCE), { b: { x: 1, y: 2 } });
});
