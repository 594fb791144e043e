import assert from "node:assert/strict";
import { appendFile, mkdir, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { test } from "node:test";
import {
  isUnchanged,
  takeStates,
  type Watched,
} from "../../../../provider/pipeline/python/watch.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

/** After anything that a test does. */
const LATER = Date.now() + 60_000;

function watching(watched: Partial<Watched>): Watched {
  return { whole: [], kinds: [], links: [], ...watched };
}

for (const [fact, change] of [
  ["a file is edited", (folder: string) => appendFile(`${folder}/file`, "more")],
  [
    "a file is replaced",
    async (folder: string) => {
      await writeFile(`${folder}/other`, "text");
      await rename(`${folder}/other`, `${folder}/file`);
    },
  ],
  ["a file is gone", (folder: string) => rm(`${folder}/file`)],
  ["a file appears", (folder: string) => writeFile(`${folder}/absent`, "")],
  ["a directory has another entry", (folder: string) => writeFile(`${folder}/directory/new`, "")],
  [
    "a link leads elsewhere",
    async (folder: string) => {
      await rm(`${folder}/link`);
      await symlink("directory", `${folder}/link`);
    },
  ],
] as const) {
  test(`isUnchanged() is false when ${fact}`, async (t) => {
    const folder = await makeTree(t, { file: "text", "directory/": "", link: { link: "file" } });
    const whole = ["file", "absent", "directory"].map((name) => `${folder}/${name}`);
    const states = takeStates(watching({ whole, links: [`${folder}/link`] }), LATER);
    assert.ok(states !== undefined);
    assert.equal(isUnchanged(states), true);
    await change(folder);
    assert.equal(isUnchanged(states), false);
  });
}

test("isUnchanged() looks at some paths only for what is there", async (t) => {
  const folder = await makeTree(t, { file: "text", "directory/": "", dangling: { link: "later" } });
  const kinds = ["file", "absent", "directory", "dangling"].map((name) => `${folder}/${name}`);
  const states = takeStates(watching({ kinds }), LATER);
  assert.ok(states !== undefined);
  await appendFile(`${folder}/file`, "more");
  await writeFile(`${folder}/directory/new`, "");
  assert.equal(isUnchanged(states), true);
  await mkdir(`${folder}/later`);
  assert.equal(isUnchanged(states), false);
});

test("takeStates() relies on nothing that changed since, or within a tick of the clock before", async (t) => {
  const folder = await makeTree(t, { file: "" });
  const watched = watching({ whole: [`${folder}/file`] });
  const { ctimeMs } = await stat(`${folder}/file`);
  assert.equal(takeStates(watched, ctimeMs - 1000), undefined);
  assert.equal(takeStates(watched, ctimeMs + 5), undefined);
  assert.notEqual(takeStates(watched, ctimeMs + 100), undefined);
});

test("takeStates() allows for file systems that count in seconds", async (t) => {
  const folder = await makeTree(t, { file: "" });
  const watched = watching({ kinds: [`${folder}/file`] });
  await utimes(`${folder}/file`, 1_000_000, 1_000_000);
  const { ctimeMs } = await stat(`${folder}/file`);
  assert.equal(takeStates(watched, ctimeMs + 1000), undefined);
  assert.notEqual(takeStates(watched, ctimeMs + 3000), undefined);
});
