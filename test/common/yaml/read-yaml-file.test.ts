/** Reading YAML files that may be missing, empty or broken. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { readYamlFile } from "../../../common/yaml/read-yaml-file.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

test("readYamlFile() gives the file's value", async (t) => {
  const folder = await makeTree(t, { "a.yaml": "a: &a {b: 1}\nc: *a\n", "empty.yaml": "" });
  const value = await readYamlFile(path.join(folder, "a.yaml"), "project file");
  assert.deepEqual(value, { a: { b: 1 }, c: { b: 1 } });
  assert.deepEqual(await readYamlFile(path.join(folder, "empty.yaml"), "project file"), {});
});

test("readYamlFile() gives undefined when there is no such file", async (t) => {
  const folder = await makeTree(t, {});
  assert.equal(await readYamlFile(path.join(folder, "a.yaml"), "project file"), undefined);
});

test("readYamlFile() says what the file is, and where in it a mistake is", async (t) => {
  const folder = await makeTree(t, { "a.yaml": "a: 1\na: 2\n" });
  const file = path.join(folder, "a.yaml");
  await assert.rejects(readYamlFile(file, "project file"), {
    name: "UserError",
    message: `Cannot parse the project file "${file}", line 2, column 1: Map keys must be unique`,
  });
});

test("readYamlFile() refuses what cannot be read", async (t) => {
  const folder = await makeTree(t, { "a.yaml/b": "" });
  const file = path.join(folder, "a.yaml");
  await assert.rejects(readYamlFile(file, "project file"), {
    name: "UserError",
    message: `Cannot read the project file "${file}": EISDIR: illegal operation on a directory, read`,
  });
});

test("readYamlFile() refuses aliases that would fill any memory", async (t) => {
  const levels = Array.from(
    { length: 30 },
    (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}*l${level}]\n`,
  );
  const folder = await makeTree(t, { "a.yaml": `l0: &l0 [x]\n${levels.join("")}` });
  await assert.rejects(
    readYamlFile(path.join(folder, "a.yaml"), "stack settings"),
    /line 7, column 25: the aliases up to here stand for more than 1,000,000 values/,
  );
});

test("readYamlFile() refuses a file that is no UTF-8 text", async (t) => {
  const folder = await makeTree(t, { "a.yaml": Buffer.from("\uFEFFa: 1\n", "utf16le") });
  const file = path.join(folder, "a.yaml");
  await assert.rejects(readYamlFile(file, "stack settings"), {
    name: "UserError",
    message: `Cannot read the stack settings "${file}" as it is not UTF-8 text: save the file as UTF-8 (it looks like UTF-16)`,
  });
});
