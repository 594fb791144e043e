/** Properties as transforms take and give them: what they depend on, secrets, and what is not known yet. */
import assert from "node:assert/strict";
import test from "node:test";
import { fromOutputValue, toOutputValue } from "../../../engine/rpc/output-values.ts";
import {
  OUTPUT_SIGNATURE,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_VALUE,
} from "../../../engine/values/signatures.ts";

const secret = (value: string | readonly string[]) => ({
  [SIGNATURE_KEY]: SECRET_SIGNATURE,
  value,
});

test("toOutputValue() marks secrets and unknown values at any depth, and names the dependencies", () => {
  const output = { [SIGNATURE_KEY]: OUTPUT_SIGNATURE };
  assert.equal(toOutputValue("x", []), "x");
  assert.deepEqual(toOutputValue("x", ["urn:a"]), {
    ...output,
    value: "x",
    dependencies: ["urn:a"],
  });
  assert.deepEqual(toOutputValue(UNKNOWN_VALUE, ["urn:a"]), { ...output, dependencies: ["urn:a"] });
  assert.deepEqual(toOutputValue({ list: [secret("s"), UNKNOWN_VALUE, null] }, []), {
    list: [{ ...output, value: "s", secret: true }, output, null],
  });
  assert.deepEqual(toOutputValue(secret(UNKNOWN_VALUE), []), { ...output, secret: true });
});

test("fromOutputValue() gives back what toOutputValue() took, and the dependencies", () => {
  const values = [
    "x",
    null,
    UNKNOWN_VALUE,
    secret("s"),
    secret(UNKNOWN_VALUE),
    { list: [secret(["a", "b"]), { deep: UNKNOWN_VALUE }], number: 1 },
  ];
  for (const value of values) {
    const dependencies = ["urn:a", "urn:b"];
    assert.deepEqual(fromOutputValue(toOutputValue(value, dependencies)), { value, dependencies });
    assert.deepEqual(fromOutputValue(toOutputValue(value, [])), { value, dependencies: [] });
  }
});
