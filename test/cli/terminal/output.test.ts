/** Printing when nobody reads to the end. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { makeTree } from "../../tools/temporary-tree.ts";
import { REPOSITORY } from "../../ytjobs/run-python.ts";

test("ytcode plan ends quietly when nobody reads its report to the end", async (t) => {
  const files = Array.from({ length: 2000 }, (_, index) => [`stages/a/src/m${index}.py`, ""]);
  const folder = await makeTree(t, {
    "configs/config.yaml": "stages: {enabled_stages: [a]}\n",
    "stages/a/src/mapper.py": "",
    ...Object.fromEntries(files),
  });
  const main = path.join(REPOSITORY, "cli/main.ts");
  const child = spawn(process.execPath, [main, "plan", ".", "--json"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors = text(child.stderr);
  child.stdout.once("data", () => child.stdout.destroy());
  const [status] = await once(child, "close");
  assert.equal(await errors, "");
  assert.equal(status, 0);
});
