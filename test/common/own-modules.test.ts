/** Our own modules are found by their paths, and are the very same that Node would find. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { REPOSITORY } from "../ytjobs/run-python.ts";

/** Runs a module after which ours are found quickly; gives what it prints. */
function runAfter(script: string, cwd = REPOSITORY): string {
  const quickly = pathToFileURL(path.join(REPOSITORY, "common/own-modules.ts")).href;
  const code = `import { findOwnModulesQuickly } from ${JSON.stringify(quickly)};
    const end = findOwnModulesQuickly(); ${script}`;
  const args = ["--input-type=module", "-e", code];
  return execFileSync(process.execPath, args, { cwd, encoding: "utf8" });
}

test("what is loaded is one with what Node finds, before and afterwards", () => {
  const printed = runAfter(`
    const quick = await import("./common/errors/user-error.ts");
    const text = await import("./provider/pipeline/configuration/configuration.ts");
    const error = await text.readConfiguration("/", "no such file").catch((thrown) => thrown);
    end();
    const found = await import("./common/errors/user-error.ts");
    console.log(quick === found, error instanceof found.UserError);`);
  assert.equal(printed, "true true\n");
});

test("what others have written is found as Node finds it", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "own-modules-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(path.join(folder, "common"));
  await writeFile(path.join(folder, "package.json"), '{ "type": "commonjs" }\n');
  // Neither of them is one of ours, and the second is no ES module.
  await writeFile(
    path.join(folder, "first.mts"),
    'export { default } from "./common/second.ts";\n',
  );
  await writeFile(path.join(folder, "common/second.ts"), "module.exports = 1 as number;\n");
  const first = pathToFileURL(path.join(folder, "first.mts")).href;
  assert.equal(
    runAfter(`console.log((await import(${JSON.stringify(first)})).default);`, folder),
    "1\n",
  );
});
