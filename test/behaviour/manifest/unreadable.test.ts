/** Pipelines with files that cannot be read. */
import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { makePipeline } from "../../tools/small-pipeline.ts";
import { runBuild } from "../../tools/run-build.ts";
import type { Tree } from "../../tools/temporary-tree.ts";

/** Root may read everything, so as root the build runs without the capabilities for that. */
const LAUNCHER =
  process.getuid?.() === 0
    ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    : [];

/** The mistake that a build meets when a file or directory has that mode. */
async function mistakeWith(
  t: TestContext,
  name: string,
  mode: number,
  changes: Tree = {},
): Promise<string> {
  const folder = await makePipeline(t, {
    "stages/run/src/deep/x.py": "",
    "stages/run/src/.ytignore": "*.log",
    ...changes,
  });
  await chmod(path.join(folder, name), mode);
  try {
    const { mistake = "none" } = await runBuild(folder, {}, LAUNCHER);
    return mistake.replace(folder, "PIPELINE");
  } finally {
    // So that the folder can be removed.
    await chmod(path.join(folder, name), 0o755);
  }
}

for (const [name, mode, mistake] of [
  [
    "stages/run/src/deep/x.py",
    0o000,
    'Cannot read the file "PIPELINE/stages/run/src/deep/x.py": permission denied; ' +
      'make it readable or exclude it in ".ytignore"',
  ],
  [
    "stages/run/src/deep",
    0o111,
    'Cannot read the directory "PIPELINE/stages/run/src/deep": permission denied; ' +
      'make it readable or exclude it in ".ytignore"',
  ],
  [
    "stages/run/src/deep",
    0o000,
    'Cannot read the directory "PIPELINE/stages/run/src/deep": permission denied; ' +
      'make it readable or exclude it in ".ytignore"',
  ],
  [
    "stages/run/src/.ytignore",
    0o200,
    'Cannot read "PIPELINE/stages/run/src/.ytignore": permission denied; ' +
      "make it and its directory readable or exclude the directory",
  ],
  [
    "configs/config.yaml",
    0o000,
    'Cannot read "configs/config.yaml": permission denied; make it readable',
  ],
] as const) {
  test(`readManifest() says so when ${name} has the mode ${mode.toString(8)}`, async (t) => {
    assert.equal(await mistakeWith(t, name, mode), mistake);
  });
}

test("readManifest() tells of a secret that cannot be read as of others", async (t) => {
  const name = "stages/run/src/deep/.env";
  const mistake = await mistakeWith(t, name, 0o000, { [name]: "" });
  assert.match(mistake, /^Cannot pack "stages\/run\/src\/deep\/\.env" as it looks like a secret\n/);
});
