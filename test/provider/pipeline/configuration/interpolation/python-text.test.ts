/** Scalars inside a text: what PyYAML with OmegaConf's loader reads, as Python's `str` writes it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDocument } from "yaml";
import {
  pythonFloat,
  pythonText,
} from "../../../../../provider/pipeline/configuration/interpolation/python-text.ts";

for (const [written, wanted] of [
  ["text", "text"],
  ["2024-01-01", "2024-01-01"],
  ["7", "7"],
  ["+7", "7"],
  ["-7", "-7"],
  ["1_000", "1000"],
  ["12345678901234567890123", "12345678901234567890123"],
  ["010", "8"],
  ["08", "08"],
  ["0x10", "16"],
  ["0b101", "5"],
  ["0o10", "0o10"],
  ["12:30", "750"],
  ["12:30.5", "750.5"],
  ["1.0", "1.0"],
  ["1.", "1.0"],
  [".5", "0.5"],
  ["1.10", "1.1"],
  ["-0.0", "-0.0"],
  ["1e3", "1000.0"],
  ["1e20", "1e+20"],
  ["100000000000000000.0", "1e+17"],
  ["1000000000000000.0", "1000000000000000.0"],
  ["0.0001", "0.0001"],
  ["0.00001", "1e-05"],
  ["1.5e-7", "1.5e-07"],
  [".inf", "inf"],
  ["-.inf", "-inf"],
  [".nan", "nan"],
  ["true", "True"],
  ["Yes", "True"],
  ["off", "False"],
  ["~", "None"],
  ["NULL", "None"],
  ["'1.0'", "1.0"],
  ['"yes"', "yes"],
  ["!!str 010", "010"],
] as const) {
  test(`pythonText() writes ${written} as ${wanted}`, () => {
    assert.equal(pythonText(parseDocument(written).contents ?? null), wanted);
  });
}

test("pythonText() writes a value that is left out as None", () => {
  assert.equal(pythonText(parseDocument("a:").get("a", true)), "None");
});

for (const [value, wanted] of [
  [1, "1"],
  [1.5, "1.5"],
  [true, "True"],
  [false, "False"],
  [null, "None"],
  [[], undefined],
  [{}, undefined],
] as const) {
  test(`pythonText() writes the value ${JSON.stringify(value)} as ${wanted}`, () => {
    assert.equal(pythonText(value), wanted);
  });
}

test("pythonFloat() writes what Python's repr writes", () => {
  assert.deepEqual(
    ["3", "0", "1e16", "1e15", "123456.789", "5e-324", "1e400", "-1e400"].map(pythonFloat),
    ["3.0", "0.0", "1e+16", "1000000000000000.0", "123456.789", "5e-324", "inf", "-inf"],
  );
});
