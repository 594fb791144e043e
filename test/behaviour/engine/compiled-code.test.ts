/** What the program's and the provider's process keep of what they compile: the same from run to run. */
import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { makeTree } from "../../tools/temporary-tree.ts";
import { Fixture, PATIENT } from "./fixture.ts";

test("a run writes nothing anew that an earlier one has compiled", PATIENT, async (t) => {
  const cache = await makeTree(t);
  const fixture = await Fixture.create();
  t.after(() => fixture.remove());
  await fixture.program('new Thing("a", { label: "1" });');
  const environment = fixture.environment({
    YTCODE_CACHE_DIR: cache,
    NODE_COMPILE_CACHE: undefined,
  });
  await fixture.run("up", { environment });
  const before = await versions(cache);
  assert.ok(before.size > 100, "It keeps what it compiles");
  // Twice: which of the two processes ends last is chance.
  await fixture.run("preview", { environment });
  await fixture.run("preview", { environment });
  const after = await versions(cache);
  assert.deepEqual(
    [...before].filter(([file, version]) => after.get(file) !== version),
    [],
  );
});

/** Which file is which: one that is written anew is another one. */
async function versions(directory: string): Promise<ReadonlyMap<string, string>> {
  const files = await readdir(directory, { recursive: true });
  const found = await Promise.all(
    files.map(async (file): Promise<readonly [string, string]> => {
      const { ino, mtimeMs, size } = await stat(path.join(directory, file));
      return [file, `${ino} ${mtimeMs} ${size}`];
    }),
  );
  return new Map(found.filter(([file]) => /[\\/][0-9a-f]{8}$/.test(file)));
}
