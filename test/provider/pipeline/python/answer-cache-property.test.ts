/** Tests with random changes that a remembered answer is what a new search would give. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { test } from "node:test";
import fc from "fast-check";
import { askPython } from "../../../../provider/pipeline/python/ask.ts";
import type { PythonModules } from "../../../../provider/pipeline/python/python-modules.ts";
import { countedSearch } from "../../../tools/counted-search.ts";
import { addToTree } from "../../../tools/temporary-tree.ts";
import { makeVirtualEnvironment, surroundingsIn } from "../../../tools/virtual-environment.ts";

const NAMES = ["one"];

/** What may be at a module's place. */
const STATES = [
  "nothing",
  "file",
  "folder",
  "package",
  "extension",
  "dangling link",
  "shared",
] as const;

const SHARED = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n";

/** Puts a module, or something else, at a place, over whatever was there. */
async function put(place: string, state: (typeof STATES)[number]): Promise<void> {
  for (const file of [place, `${place}.py`, `${place}.abi3.so`]) {
    await rm(file, { recursive: true, force: true });
  }
  if (state === "file") {
    await writeFile(`${place}.py`, "");
  }
  if (state === "extension") {
    await writeFile(`${place}.abi3.so`, "");
  }
  if (state === "dangling link") {
    await symlink("nowhere", place);
  }
  if (["folder", "package", "shared"].includes(state)) {
    await mkdir(place);
  }
  if (state === "package") {
    await writeFile(`${place}/__init__.py`, "");
  }
  if (state === "shared") {
    await writeFile(`${place}/__init__.py`, SHARED);
  }
}

/** Adds or takes away the `__init__.py` of a folder, without a trace in the folder above. */
async function turn(place: string): Promise<void> {
  const file = `${place}/__init__.py`;
  if (existsSync(file)) {
    await rm(file);
  } else if (existsSync(place)) {
    await writeFile(file, "");
  }
}

const aStep = fc.oneof(
  fc.record({
    type: fc.constant("put" as const),
    place: fc.constantFrom("a", "b", "site"),
    state: fc.constantFrom(...STATES),
  }),
  fc.record({
    type: fc.constant("turn" as const),
    place: fc.constantFrom("a", "b", "site"),
  }),
  fc.record({
    type: fc.constant("paths" as const),
    lines: fc.subarray(["b", "later"], { maxLength: 2 }),
  }),
);

type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;

function contentOf({ modules, ...rest }: PythonModules): unknown {
  return { ...rest, modules: Object.fromEntries(modules) };
}

test("findPythonModules() gives after any changes what a new search gives", async (t) => {
  const environment = await makeVirtualEnvironment(t);
  const { folder, python, sitePackages } = environment;
  await addToTree(folder, { "a/": "", "b/": "" });
  const surroundings = surroundingsIn(folder, { PYTHONPATH: `${folder}/a` });
  const asking = { ...surroundings, interpreter: python, python };
  const counts = { searches: 0, remembered: 0 };

  async function change(step: Step): Promise<void> {
    if (step.type === "paths") {
      const lines = step.lines.map((line) => `${folder}/${line}\n`);
      await writeFile(`${sitePackages}/paths.pth`, lines.join(""));
      return;
    }
    const place = step.place === "site" ? sitePackages : `${folder}/${step.place}`;
    if (step.type === "put") {
      await put(`${place}/one`, step.state);
    } else {
      await turn(`${place}/one`);
    }
  }

  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 3, maxLength: 8 }), async (steps) => {
      for (const step of steps) {
        await change(step);
        const fresh = await askPython(NAMES, asking);
        const { interpreter, searched, modules } = fresh;
        const expected = contentOf({ interpreter, searched, modules });
        // The real clock: what has only just changed is not to be relied on. By the second time
        // it may be old enough to be kept for the third.
        for (let time = 0; time < 3; time += 1) {
          const { find, asked } = countedSearch(`${folder}/cache`, surroundings, {
            now: Date.now,
          });
          assert.deepEqual(contentOf(await find(NAMES, python)), expected);
          counts.searches += 1;
          counts.remembered += asked().length === 0 ? 1 : 0;
        }
      }
    }),
    { numRuns: 12 },
  );
  assert.ok(counts.remembered >= counts.searches / 4, JSON.stringify(counts));
});
