/** Parsing YAML: values, and one form for the place of every mistake. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../common/errors/user-error.ts";
import { parseYaml } from "../../../common/yaml/parse-yaml.ts";

test("parseYaml() gives null for a text with nothing in it", () => {
  assert.equal(parseYaml("# nothing\n", { name: '"a.yaml"' }), null);
});

for (const [fact, text, place, problem] of [
  ["does not parse", "a:\n\tb: 1\n", ", line 2, column 1", "Tabs are not allowed as indentation"],
  ["has a key twice", "a: 1\nb: {c: 1, c: 2}\n", ", line 2, column 11", "Map keys must be unique"],
  [
    "has an alias of nothing",
    "a: 1\nb: *secret\n",
    ", line 2, column 4",
    'there is no anchor for this alias; put a value that begins with "*" into quotes',
  ],
] as const) {
  test(`parseYaml() names the file and the place of a text that ${fact}`, () => {
    assert.throws(
      () => parseYaml(text, { name: 'the stack settings "a.yaml"', argument: "config" }),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.message, `Cannot parse the stack settings "a.yaml"${place}: ${problem}`);
        assert.equal(error.argument, "config");
        return true;
      },
    );
  });
}

test("parseYaml() blames no argument unless one is given", () => {
  assert.throws(() => parseYaml("[", { name: '"a.yaml"' }), { argument: undefined });
});

test("parseYaml() refuses what is nested too deeply", () => {
  const text = `${"[".repeat(50_000)}${"]".repeat(50_000)}\n`;
  // Where the stack overflows depends on how large it is.
  const message =
    /^Cannot parse "a\.yaml", line 1, column \d+: it is nested too deeply; make it flatter$/;
  assert.throws(() => parseYaml(text, { name: '"a.yaml"' }), { name: "UserError", message });
});

for (const [fact, text, line, second] of [
  ["right after the separator", "a: 1\n---\nb: 2\n", 2, 3],
  ["in the separator's line", "a: 1\n--- {b: 2}\n", 2, 2],
  ["after comments and empty lines", "a: 1\r\n--- # next\r\n\r\n# one\r\nb: 2\r\n", 2, 5],
  ["nowhere", "a: 1\n---\n", 2, 2],
  ["after a document that is empty", "---\n---\nb: 2\n", 2, 3],
] as const) {
  test(`parseYaml() says where a second document begins: ${fact}`, () => {
    assert.throws(() => parseYaml(text, { name: '"a.yaml"' }), {
      name: "UserError",
      message: `Cannot parse "a.yaml", line ${line}, column 1: it holds two documents: line ${second} begins the second; keep one`,
    });
  });
}

test("parseYaml() takes one document between its markers", () => {
  assert.deepEqual(parseYaml("---\na: 1\n...\n", { name: '"a.yaml"' }), { a: 1 });
});
