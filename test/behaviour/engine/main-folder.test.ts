/** A program in a folder of the project, as Pulumi documents it for repositories that hold more than one thing. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { UserError } from "../../../common/errors/user-error.ts";
import { Fixture, PATIENT } from "./fixture.ts";

/** A project whose program, and what that needs, is in `infra/`. */
async function makeProject(t: TestContext, main: string): Promise<Fixture> {
  const fixture = await Fixture.create();
  t.after(() => fixture.remove());
  await fixture.program(`
import { realpathSync } from "node:fs";
new Thing("a", { label: process.cwd() === realpathSync(import.meta.dirname) ? "in its folder" : process.cwd() });`);
  await fixture.write({
    "Pulumi.yaml": `name: fixture\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: ${main}\nstackConfigDir: stacks\n`,
  });
  await mkdir(join(fixture.directory, "infra"));
  for (const name of ["index.ts", "thing.ts", "handler.cjs", "package.json", "objects"]) {
    await rename(join(fixture.directory, name), join(fixture.directory, "infra", name));
  }
  return fixture;
}

for (const main of ["infra/", "infra", "./infra/index.ts"]) {
  test(
    `with "main: ${main}" program and provider run in infra/, and state stays at the root`,
    PATIENT,
    async (t) => {
      const fixture = await makeProject(t, main);
      const { result, text } = await fixture.run("up");
      assert.equal(result.succeeded, true, text);
      assert.equal((await fixture.resource("a"))?.inputs?.["label"], "in its folder");
      assert.equal((await readdir(join(fixture.directory, "infra/objects"))).length, 1);
      assert.equal(existsSync(join(fixture.directory, "infra/.pulumi")), false);
    },
  );
}

test("the SDK is looked for from the program's folder upwards", PATIENT, async (t) => {
  const fixture = await makeProject(t, "infra/");
  const modules = join(fixture.directory, "node_modules");
  await rename(modules, join(fixture.directory, "infra/node_modules"));
  const { result, text } = await fixture.run("preview");
  assert.equal(result.succeeded, true, text);
});

test("a program whose folder has no SDK, nor one above, is told what to install", async (t) => {
  const fixture = await makeProject(t, "infra/");
  await rm(join(fixture.directory, "node_modules"));
  await assert.rejects(
    fixture.run("preview"),
    new UserError(
      `Cannot run the program in "${join(fixture.directory, "infra")}": @pulumi/pulumi is not installed there, run npm install`,
    ),
  );
});
