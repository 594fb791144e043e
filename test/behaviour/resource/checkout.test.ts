/** Pipelines in git checkouts: what stacks refuse to pack, and the commit that is recorded with a version. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { connectToCluster, listHistory } from "../../../provider/cluster.ts";
import { readSettings } from "../../../provider/resource/settings.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { addToTree } from "../../tools/temporary-tree.ts";
import { BUILD_FOLDER, makeProject, makeProjectWithCluster } from "./lifecycle.ts";
import type { TestResource } from "./lifecycle.ts";

/** Runs git apart from anybody's own settings. @returns what it says, without the line's end */
async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const names = ["AUTHOR", "COMMITTER"].flatMap((who) => [
    [`GIT_${who}_NAME`, "Tester"],
    [`GIT_${who}_EMAIL`, "tester@example.com"],
  ]);
  const { stdout } = await promisify(execFile)("git", args, {
    cwd: directory,
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", ...Object.fromEntries(names) },
  });
  return stdout.trim();
}

/** Makes everything in a folder one commit. @returns its id */
async function commitAll(directory: string): Promise<string> {
  await git(directory, "init", "--quiet");
  await git(directory, "add", "--all");
  await git(directory, "commit", "--quiet", "--allow-empty", "--message=All");
  return git(directory, "rev-parse", "HEAD");
}

/** Gives a resource the stack's settings. */
function configure(resource: TestResource, config: Readonly<Record<string, string>>): void {
  const { findSourceRule } = readSettings((key) => config[key], {}, "/");
  resource.settings = { ...resource.settings, ...(findSourceRule && { findSourceRule }) };
}

async function reasonsOf(resource: TestResource): Promise<readonly string[]> {
  const { failures } = await resource.check();
  return failures.map(({ property, reason }) => `${property}: ${reason}`);
}

const refusal = (files: string): string =>
  'pipeline: Cannot pack "daily" as it has changes that are not committed, which "allowDirty: false" ' +
  `does not allow: commit ${files}`;

test("allowDirty: false refuses changes in what is packed, and names them", async (t) => {
  const project = await makeProject(t, { "notes.txt": "", ".ytignore": "*.md\n" });
  const resource = project.declare("local");
  configure(resource, { "yt:allowDirty": "false" });
  assert.deepEqual(await reasonsOf(resource), [], "outside of any checkout");
  await commitAll(project.directory);
  // Neither is packed.
  await addToTree(project.directory, { "other/new.py": "" });
  await project.edit({ "notes.txt": "changed", "stages/clean/src/README.md": "" });
  assert.deepEqual(await reasonsOf(resource), []);
  await project.edit({
    "stages/clean/src/ mapper.py": "",
    "stages/clean/src/mapper.py": "new",
    ".ytignore": "",
  });
  assert.deepEqual(await reasonsOf(resource), [
    refusal(
      ".ytignore, stages/clean/src/ mapper.py, stages/clean/src/README.md, stages/clean/src/mapper.py",
    ),
  ]);
  await git(project.directory, "add", "--all");
  await git(
    project.directory,
    "mv",
    "daily/stages/score/config.yaml",
    "daily/stages/score/old.yaml",
  );
  assert.match(String(await reasonsOf(resource)), /stages\/score\/config\.yaml/);
  configure(resource, { "sales:allowDirty": "no" });
  assert.deepEqual(await reasonsOf(resource), [
    'pipeline: Cannot use the stack\'s setting "allowDirty" as it must be true or false: it is "no"',
  ]);
  configure(resource, {});
  assert.deepEqual(await reasonsOf(resource), []);
});

test("requirePromotion refuses archives that a program packs, in either namespace", async (t) => {
  const project = await makeProject(t);
  const resource = project.declare("local");
  for (const key of ["yt:requirePromotion", "sales:requirePromotion"]) {
    configure(resource, { [key]: "true" });
    assert.deepEqual(await reasonsOf(resource), [
      'pipeline: Cannot pack "daily" as this stack takes only what another stack has published ' +
        '(its setting "requirePromotion"): declare the archive with "promoteFrom"',
    ]);
  }
  configure(resource, { "yt:requirePromotion": "false" });
  assert.deepEqual(await reasonsOf(resource), []);
});

test("a version's commit is recorded, goes along with promotions, and is no change", async (t) => {
  const { directory, url, edit, declare } = await makeProjectWithCluster(t);
  const commit = await commitAll(directory);
  const resource = declare(url, undefined, { stack: "dev" });
  await resource.up();
  const target = declare(url, { promoteFrom: resource.outputs ?? {}, buildFolder: "//home/prod" });
  await target.up();
  await commitAll(directory);
  assert.equal(await resource.up(), "same");
  await edit({ "stages/clean/src/mapper.py": "print('other')\n" });
  await resource.up();

  const client = await connectToCluster({ ...resource.settings, proxy: url });
  const revisions = async (folder: string): Promise<unknown> =>
    ((await listHistory(client, folder)) ?? []).map(({ revision }) => revision);
  const head = await git(directory, "rev-parse", "HEAD");
  assert.notEqual(head, commit);
  assert.deepEqual(await revisions(BUILD_FOLDER), [
    { commit: head, dirty: true },
    { commit, dirty: false },
  ]);
  assert.deepEqual(await revisions("//home/prod"), [{ commit, dirty: false }]);

  const run = async (...args: string[]): Promise<string> =>
    (await runYtcode([...args, "--proxy", url], { cwd: path.dirname(directory) })).stdout;
  const text = await run("history", BUILD_FOLDER);
  assert.ok(text.includes(`commit ${head}, with changes that were not committed`), text);
  assert.ok(text.includes(`commit ${commit}\n`), text);
  const document: unknown = JSON.parse(await run("history", "//home/prod", "--json"));
  assert.partialDeepStrictEqual(document, { versions: [{ commit, dirty: false }] });
  assert.match(await run("inspect", "//home/prod"), new RegExp(`commit +${commit}\n`));
});
