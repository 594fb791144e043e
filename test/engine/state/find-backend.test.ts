/** Which state is used: in the CLI's order, never one that looks empty because it is elsewhere. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { findBackend } from "../../../engine/state/find-backend.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const STATE = '{"version":3,"checkpoint":{"latest":{}}}';
const OWN = "project/.pulumi/stacks/shop/dev.json";
const OTHER = "other/.pulumi/stacks/shop/dev.json";

/** Finds the backend of stack dev of project shop, in a folder that has these files. */
async function find(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  options: { url?: string; projectUrl?: string; login?: string } = {},
) {
  const folder = await makeTree(t, {
    "project/Pulumi.yaml": "",
    "other/file": "",
    ...files,
    "home/file": "",
  });
  const inFolder = (url: string) => url.replace("FOLDER", folder);
  if (options.login !== undefined) {
    await writeFile(path.join(folder, "home/credentials.json"), inFolder(options.login));
  }
  const found = findBackend({
    identity: { project: "shop", stack: "dev" },
    root: path.join(folder, "project"),
    projectUrl: options.projectUrl === undefined ? undefined : inFolder(options.projectUrl),
    environment: {
      PULUMI_HOME: path.join(folder, "home"),
      ...(options.url === undefined ? {} : { PULUMI_BACKEND_URL: inFolder(options.url) }),
    },
  });
  const relative = (text: string) => text.replaceAll(folder, "FOLDER");
  return found.then(
    (backend) => [relative(backend.folder), backend.notice && relative(backend.notice)],
    (error: unknown) => {
      assert.ok(error instanceof Error && error.name === "UserError", String(error));
      return relative(error.message);
    },
  );
}

const login = (current: string): string => JSON.stringify({ current });

test("findBackend() takes the environment's, the project's, the login's, then the project's folder", async (t) => {
  const all = {
    url: "file://FOLDER/other",
    projectUrl: "file://FOLDER/home",
    login: login("file://FOLDER/project"),
  };
  assert.deepEqual(await find(t, {}, all), ["FOLDER/other", undefined]);
  assert.deepEqual(await find(t, {}, { ...all, url: "" }), ["FOLDER/home", undefined]);
  assert.deepEqual(await find(t, {}, { login: login("file://FOLDER/other") }), [
    "FOLDER/other",
    undefined,
  ]);
  assert.deepEqual(await find(t, {}, { login: "" }), ["FOLDER/project", undefined]);
  assert.deepEqual(await find(t, {}), ["FOLDER/project", undefined]);
});

test("findBackend() leaves a stack where it is when the login is elsewhere, and says so", async (t) => {
  for (const url of ["file://FOLDER/other", "https://api.pulumi.com"]) {
    const [folder, notice = ""] = await find(t, { [OWN]: STATE }, { login: login(url) });
    assert.equal(folder, "FOLDER/project");
    assert.equal(
      notice,
      `Using the state in "FOLDER/project/.pulumi", where stack "dev" is; pulumi login has chosen "${url}", set PULUMI_BACKEND_URL to say which one it is to be`,
    );
  }
  const both = await find(
    t,
    { [OWN]: STATE, [OTHER]: STATE },
    { login: login("file://FOLDER/other") },
  );
  assert.deepEqual(both, ["FOLDER/other", undefined], "as the CLI");
});

test("findBackend() makes no stack anew that may live where it cannot look", async (t) => {
  assert.equal(
    await find(t, {}, { login: login("https://api.pulumi.com") }),
    'Cannot find the state of stack "dev": pulumi login has chosen "https://api.pulumi.com", which the embedded engine cannot reach, ' +
      'and there is none in "FOLDER/project/.pulumi": install the Pulumi CLI, or set PULUMI_BACKEND_URL=file://FOLDER/project to keep it here',
  );
  assert.equal(
    await find(t, {}, { login: login("file://FOLDER/gone") }),
    'Cannot use the backend "file://FOLDER/gone": there is no folder "FOLDER/gone", mount it, or make it if it is to be a new one',
  );
  assert.equal(
    await find(t, {}, { login: "{" }),
    'Cannot read "FOLDER/home/credentials.json", where pulumi login notes which state is used: correct or remove it, or set PULUMI_BACKEND_URL',
  );
});

const OLDER =
  'Cannot use the state in "FOLDER/project/.pulumi": "stacks/dev.json" is of the older layout, without projects, run "pulumi state upgrade" with the Pulumi CLI';

test("findBackend() refuses the older layout", async (t) => {
  const older = { "project/.pulumi/stacks/dev.json": STATE };
  const meta = { "project/.pulumi/meta.yaml": "version: 1\n" };
  assert.equal(await find(t, older), OLDER);
  assert.equal(await find(t, { ...older, ...meta }), OLDER);
  assert.equal(
    await find(t, { "project/.pulumi/stacks/prod.json.gz": STATE }),
    OLDER.replace("dev.json", "prod.json.gz"),
  );
  const others = await find(t, { ...meta, "project/.pulumi/stacks/prod.json": STATE });
  assert.deepEqual(others, ["FOLDER/project", undefined], "another stack's is left to the CLI");
  const upgraded = await find(t, { ...older, ...meta, [OWN]: STATE });
  assert.deepEqual(upgraded, ["FOLDER/project", undefined]);
});

test("findBackend() refuses a newer layout, and one that cannot be told", async (t) => {
  assert.equal(
    await find(t, { "project/.pulumi/meta.yaml": "version: 2\n" }),
    'Cannot use the state in "FOLDER/project/.pulumi": its layout is of version 2 (meta.yaml), and the embedded engine knows only 1, install the Pulumi CLI for it',
  );
  assert.equal(
    await find(t, { "project/.pulumi/meta.yaml": "" }),
    'Cannot read "FOLDER/project/.pulumi/meta.yaml": wanted a line "version: 1"',
  );
});
