/** Finding imports in code: by Python's own rules, which its parser is asked for. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { findImports } from "../../../../provider/pipeline/python/find-imports.ts";
import type { PythonImport } from "../../../../provider/pipeline/python/find-imports.ts";
import { runPython } from "../../../ytjobs/run-python.ts";

function found(text: string): readonly PythonImport[] {
  return findImports(text, ["a"]);
}

function imported(line: number, module: string, ...names: readonly string[]): PythonImport {
  return { line, module, names };
}

for (const [text, expected] of [
  ["import a", [imported(1, "a")]],
  ["import a.b as c, other, a . d", [imported(1, "a.b"), imported(1, "a.d")]],
  ["from a.b import c as d, e", [imported(1, "a.b", "c", "e")]],
  ["from a import *", [imported(1, "a", "*")]],
  ["from a import (  # why\n  b,\n  c,\n)", [imported(1, "a", "b", "c")]],
  ["from a \\\r\n  import b\r\nimport a.c\r\n", [imported(1, "a", "b"), imported(3, "a.c")]],
  ["x = 1; import a.b; import a.c", [imported(1, "a.b"), imported(1, "a.c")]],
  ["def f():\n\timport a.b\n\nimport a.c", [imported(2, "a.b"), imported(4, "a.c")]],
  ["class C:\n  async def f(self):\n    for x in y:\n      import a.b", [imported(4, "a.b")]],
  ["if __name__ == '__main__':\n  import a.b\nelse:\n  import a.c", [imported(2, "a.b")]],
  ["x = {\n 'y': 1,\n}\nimport a.b", [imported(4, "a.b")]],
  ["try:\n  x = [\n1]\n  import a.b\nfinally:\n  import a.c\nimport a.d", [imported(7, "a.d")]],
  ['"""\nimport a\n""" ; import a.b', [imported(1, "a.b")]],
  ["x = 'it\\'s'; import a.b", [imported(1, "a.b")]],
  ["x = r'\\'; import a'\nimport a.c", [imported(2, "a.c")]],
  ["x = '''\\'''\nimport a\n'''\nimport a.c", [imported(4, "a.c")]],
  ["# it's\nimport a.b", [imported(2, "a.b")]],
  ["from . import a\nfrom .a import b\nfrom a.b.c import_", []],
  ["while x:\n  if y:\n    import a.b", []],
  ["if x: import a.b", []],
  ["importa = a\nimport aa, b.a\nfrom b import a", []],
  ["'''\nimport a", []],
  ['x = "import a\nimport a.b', [imported(2, "a.b")]],
] as const) {
  test(`findImports() of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(found(text), expected);
  });
}

const MANY = 200_000;

// Each took minutes or overflowed the stack: the files that are looked at may be a mebibyte long.
for (const [what, text, expected] of [
  ["a long line that names a module", `X = "${"a ".repeat(MANY)}"`, []],
  ["white space in an import", `from b${" \t".repeat(MANY)}a import c`, []],
  ["white space among names", `from a import b${" ".repeat(MANY)} as c`, [imported(1, "a", "b")]],
  ["many imports in a statement", `import ${"b, ".repeat(MANY)}a`, [imported(1, "a")]],
] as const) {
  test(`findImports() of ${what}`, () => {
    assert.deepEqual(found(text), expected);
  });
}

/** The same as the function, by Python's parser. */
const PARSE = `
import ast, json, sys
roots, results = json.loads(sys.argv[1]), {}
def visit(body, found):
    for node in body:
        if isinstance(node, ast.Import):
            found += [[node.lineno, alias.name, []] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.append([node.lineno, node.module, [alias.name for alias in node.names]])
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            visit(node.body, found)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            visit(node.body, found)
        elif isinstance(node, ast.If):
            if getattr(getattr(node.test, "left", None), "id", "") == "__name__":
                visit(node.body, found)
for path in sys.argv[2:]:
    with open(path, "rb") as file:
        found = []
        visit(ast.parse(file.read()).body, found)
    results[path] = [one for one in found if one[1].split(".")[0] in roots]
print(json.dumps(results))
`;

test("findImports() finds in Python's own library what Python's parser does", async () => {
  const roots = ["os", "re", "sys", "collections", "typing", "importlib"];
  const { stdout: library } = await runPython([
    "-c",
    "import os; print(os.path.dirname(os.__file__))",
  ]);
  const names = (await readdir(library.trim())).filter((name) => name.endsWith(".py"));
  const files = names.map((name) => path.join(library.trim(), name));
  const { stdout } = await runPython(["-c", PARSE, JSON.stringify(roots), ...files]);
  const parsed: Readonly<Record<string, unknown>> = JSON.parse(stdout);
  let count = 0;
  for (const file of files) {
    const imports = findImports(await readFile(file, "latin1"), roots);
    const rows = imports.map(({ line, module, names: taken }) => [line, module, taken]);
    assert.deepEqual(rows, parsed[file], file);
    count += rows.length;
  }
  assert.ok(count > 100, String(count));
});
