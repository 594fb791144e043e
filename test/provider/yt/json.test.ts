/** YTsaurus's JSON, both ways. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  decodeWithAttributes,
  decodeYtJson,
  encodeHeaderJson,
  encodeYtJson,
} from "../../../provider/yt/json.ts";

test("encodeYtJson() gives keys that begin with $ one more", () => {
  assert.equal(encodeYtJson({ $a: [{ $$b: 1 }], c: "$d" }), '{"$$a":[{"$$$b":1}],"c":"$d"}');
});

test("decodeYtJson() undoes what encodeYtJson() does, for any value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // A key "$value" alone is no plain map on the wire, which is why it must come back too.
      const wrapped = { $value: value, other: value };
      assert.deepEqual(
        decodeYtJson(JSON.parse(encodeYtJson(wrapped))),
        JSON.parse(JSON.stringify(wrapped)),
      );
    }),
  );
});

test("decodeWithAttributes() parts a value from its attributes", () => {
  const json = {
    $attributes: { type: "file", $$x: { $value: 1, $attributes: { y: 2 } } },
    $value: null,
  };
  assert.deepEqual(decodeWithAttributes(json), {
    value: null,
    attributes: { type: "file", $x: 1 },
  });
  assert.deepEqual(decodeWithAttributes("name"), { value: "name", attributes: {} });
});

test("encodeHeaderJson() is ASCII and means the same, for any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const encoded = encodeHeaderJson({ path: text });
      assert.match(encoded, /^[\x20-\x7e]*$/);
      assert.deepEqual(JSON.parse(encoded), { path: text });
    }),
  );
});
