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
