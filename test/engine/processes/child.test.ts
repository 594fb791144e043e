/** Processes as the engine starts and ends them. */
import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import type { TestContext } from "node:test";
import { Child, describeEnd } from "../../../engine/processes/child.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

/** Starts a script in a folder of its own. */
async function start(
  t: TestContext,
  script: string,
  environment: NodeJS.ProcessEnv = {},
  moduleAhead?: string,
) {
  const directory = await makeTree(t);
  await writeFile(path.join(directory, "script.mjs"), script);
  const lines: string[] = [];
  const firstLine = Promise.withResolvers<void>();
  const child = new Child({
    what: "program",
    script: path.join(directory, "script.mjs"),
    arguments: [],
    moduleAhead,
    directory,
    environment: { ...process.env, ...environment },
    onLine: (line) => {
      lines.push(line);
      firstLine.resolve();
    },
    onErrorLine: (line) => lines.push(line),
  });
  t.after(() => child.kill());
  return { child, lines, directory, firstLine: firstLine.promise };
}

const TELL_CACHE = `console.log(process.env.NODE_COMPILE_CACHE);`;

test("Child keeps compiled code in our own cache, and not where all users can write", async (t) => {
  const cache = await makeTree(t);
  const environment = { YTCODE_CACHE_DIR: cache, NODE_COMPILE_CACHE: undefined };
  const { child, lines } = await start(t, TELL_CACHE, environment);
  await child.ended;
  assert.deepEqual(lines, [path.join(cache, "compiled-program")]);
  assert.equal((await readdir(path.join(cache, "compiled-program"))).length, 1, "Node has used it");
});

test("Child keeps no compiled code where the cache is turned off", async (t) => {
  const environment = { YTCODE_CACHE_DIR: "off", NODE_COMPILE_CACHE: undefined };
  const { child, lines } = await start(t, TELL_CACHE, environment);
  await child.ended;
  assert.deepEqual(lines, ["undefined"]);
});

test("Child keeps compiled code where the user says", async (t) => {
  const cache = path.join(await makeTree(t), "of-the-user");
  await mkdir(cache);
  const { child, lines } = await start(t, TELL_CACHE, { NODE_COMPILE_CACHE: cache });
  await child.ended;
  assert.deepEqual(lines, [cache]);
});

test("Child says that a process could not be started, and throws nothing", async () => {
  const child = new Child({
    what: "program",
    script: "script.mjs",
    arguments: [],
    directory: "/no/such/folder",
    environment: process.env,
    onLine: () => undefined,
    onErrorLine: () => undefined,
  });
  assert.equal(
    describeEnd(await child.ended),
    `it could not be started: spawn ${process.execPath} ENOENT`,
  );
  await child.stop();
});

test("stop() lets exit handlers run", async (t) => {
  const { child, firstLine, lines } = await start(
    t,
    `process.on("exit", () => console.log("handled"));
     setInterval(() => {}, 1000);
     console.log("running");`,
  );
  await firstLine;
  await child.stop();
  assert.deepEqual(lines, ["running", "handled"]);
  assert.equal(describeEnd(await child.ended), "it exited with status 143");
  assert.equal(child.findListed(), undefined);
});

test("Child loads a module ahead, from the folder, when the script has printed its first line", async (t) => {
  const { child, lines } = await start(
    t,
    `import { writeFileSync } from "node:fs";
     writeFileSync("ahead.cjs", "console.log('loaded'); clearInterval(globalThis.waiting);");
     setTimeout(() => console.log("ready"), 50);
     globalThis.waiting = setInterval(() => {}, 1000);`,
    {},
    "./ahead.cjs",
  );
  assert.equal(describeEnd(await child.ended), "it exited with status 0");
  assert.deepEqual(lines, ["ready", "loaded"]);
});

test("Child does not mind that a module to be loaded ahead is not there, or fails", async (t) => {
  for (const name of ["./absent.cjs", "./failing.cjs"]) {
    const { child, lines } = await start(
      t,
      `import { writeFileSync } from "node:fs";
       writeFileSync("failing.cjs", "throw new Error('failed');");
       console.log("ready");
       setTimeout(() => console.log("done"), 100);`,
      {},
      name,
    );
    assert.equal(describeEnd(await child.ended), "it exited with status 0");
    assert.deepEqual(lines, ["ready", "done"]);
  }
});
