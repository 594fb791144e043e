/** Where the code that Node compiles is kept, and who can get at it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { compileCacheVariables } from "../../../common/cache/compiled.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

async function modeOf(file: string): Promise<number> {
  return (await stat(file)).mode & 0o777;
}

test("compileCacheVariables() names a folder of our cache that is its owner's alone", async (t) => {
  const cache = path.join(await makeTree(t), "caches", "mine");
  assert.deepEqual(compileCacheVariables({ YTCODE_CACHE_DIR: cache }, "command"), {
    NODE_COMPILE_CACHE: path.join(cache, "compiled"),
  });
  assert.equal(await modeOf(cache), 0o700);
  assert.equal(await modeOf(path.join(cache, "compiled")), 0o700);
});

test("compileCacheVariables() names none when the user has named a folder", () => {
  assert.deepEqual(compileCacheVariables({ NODE_COMPILE_CACHE: "/mine" }, "program"), {});
});

test("compileCacheVariables() names none when the cache is turned off", () => {
  assert.deepEqual(compileCacheVariables({ YTCODE_CACHE_DIR: "off" }, "program"), {});
});

test("compileCacheVariables() names none when the folder cannot be made", async (t) => {
  const file = path.join(await makeTree(t), "file");
  await writeFile(file, "");
  assert.deepEqual(compileCacheVariables({ YTCODE_CACHE_DIR: file }, "program"), {});
});

test("keepCompiledCode() keeps what is compiled in a folder that is its owner's alone", async (t) => {
  const cache = path.join(await makeTree(t), "cache");
  const module = new URL("../../../common/cache/compiled.ts", import.meta.url).href;
  const script = `
    const { keepCompiledCode } = await import(${JSON.stringify(module)});
    keepCompiledCode("command");
    await import(${JSON.stringify(new URL("../../../common/version.ts", import.meta.url).href)});`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { env: { ...process.env, YTCODE_CACHE_DIR: cache }, encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  assert.equal(await modeOf(path.join(cache, "compiled")), 0o700);
  assert.equal((await readdir(path.join(cache, "compiled"))).length, 1);
});
