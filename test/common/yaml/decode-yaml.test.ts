/** Which files are UTF-8 text, and what is said of others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeYaml } from "../../../common/yaml/decode-yaml.ts";

test("decodeYaml() gives the text, without a byte order mark", () => {
  assert.equal(decodeYaml(Buffer.from("a: ü\n"), { name: '"a.yaml"' }), "a: ü\n");
  assert.equal(decodeYaml(Buffer.from("\uFEFFa: 1\n"), { name: '"a.yaml"' }), "a: 1\n");
  assert.equal(decodeYaml(Buffer.from(""), { name: '"a.yaml"' }), "");
});

const UTF16 = " (it looks like UTF-16)";

for (const [fact, bytes, hint] of [
  ["UTF-16 with its mark", Buffer.from("\uFEFFa: 1\n", "utf16le"), UTF16],
  ["UTF-16, big-endian, with its mark", Buffer.from("\uFEFFa: 1\n", "utf16le").swap16(), UTF16],
  ["UTF-16 without a mark", Buffer.from("a: 1\n", "utf16le"), UTF16],
  ["UTF-16, big-endian, without a mark", Buffer.from("a: 1\n", "utf16le").swap16(), UTF16],
  ["Latin-1", Buffer.from("a: ü\n", "latin1"), ""],
] as const) {
  test(`decodeYaml() refuses ${fact}`, () => {
    assert.throws(
      () => decodeYaml(bytes, { name: 'the stack settings "a.yaml"', argument: "config" }),
      {
        name: "UserError",
        argument: "config",
        message: `Cannot read the stack settings "a.yaml" as it is not UTF-8 text: save the file as UTF-8${hint}`,
      },
    );
  });
}
