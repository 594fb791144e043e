/** Programs whose default export Pulumi would not call. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readProject } from "../../../engine/project/project.ts";
import { assertDefaultExportIsCalled } from "../../../engine/project/uncalled-export.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const FUNCTION = "// the program\nexport default async () => ({});\n";

for (const [about, program, packageText, isRefused] of [
  ["a function without a type of package", FUNCTION, "{}", true],
  ["a function in a CommonJS package", FUNCTION, '{"type": "commonjs"}', true],
  ["a function in an ES module", FUNCTION, '{"type": "module"}', false],
  ["a package that does not parse", FUNCTION, "{", false],
  ["an object", "export default { a: 1 };\n", "{}", false],
  ["CommonJS", "module.exports = async () => ({});\n", "{}", false],
] as const) {
  test(`assertDefaultExportIsCalled() ${isRefused ? "refuses" : "takes"} ${about}`, async (t) => {
    const directory = await makeTree(t, {
      "Pulumi.yaml": "name: p\nruntime: nodejs\nmain: program/index.ts\n",
      "package.json": packageText,
      "program/index.ts": program,
    });
    const checked = assertDefaultExportIsCalled(await readProject(directory));
    if (isRefused) {
      await assert.rejects(checked, {
        name: "UserError",
        message:
          `Cannot run "${directory}/program/index.ts" as Pulumi does not call its default export: ` +
          `"${directory}/package.json" does not say "type": "module", run "npm pkg set type=module"`,
      });
    } else {
      await checked;
    }
  });
}

test("assertDefaultExportIsCalled() looks into the index of a folder", async (t) => {
  const directory = await makeTree(t, {
    "Pulumi.yaml": "name: p\nruntime: nodejs\n",
    "package.json": "{}",
    "index.ts": FUNCTION,
  });
  await assert.rejects(
    assertDefaultExportIsCalled(await readProject(directory)),
    /^UserError: Cannot run ".*\/index\.ts" as Pulumi does not call its default export: /,
  );
});
