/** What is odd about a pipeline but no mistake. */
import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { ManifestWarning } from "../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { findWarnings, LARGE_PART_BYTES } from "../../../provider/manifest/warnings.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import type { Tree } from "../../tools/temporary-tree.ts";

async function warningsOf(t: TestContext, changes: Tree): Promise<readonly ManifestWarning[]> {
  return (await readManifest({ pipelineDirectory: await makePipeline(t, changes) })).warnings;
}

test("readManifest() names the requirements that are not pinned, with their lines", async (t) => {
  const warnings = await warningsOf(t, {
    "stages/run/requirements.txt": "# tools\nnumpy>=1.20\nPyYAML==6.0.3\n\npandas\n",
  });
  assert.deepEqual(warnings, [
    {
      type: "unpinned-requirements",
      part: "stages/run",
      message:
        'Stage "run" has 2 requirements that are not pinned: "numpy>=1.20" (line 2), "pandas" (line 5); ' +
        "pin them as name==version, so that every job gets the same",
    },
  ]);
});

test("readManifest() says it in the singular of one requirement", async (t) => {
  const [warning] = await warningsOf(t, { "stages/run/requirements.txt": "numpy\n" });
  assert.equal(
    warning?.message,
    'Stage "run" has a requirement that is not pinned: "numpy" (line 1); pin it as name==version, so that every job gets the same',
  );
});

test("readManifest() names five requirements and counts the rest", async (t) => {
  const [warning] = await warningsOf(t, {
    "stages/run/requirements.txt": "a\nb\nc\nd\ne\nf\ng\n",
  });
  assert.equal(
    warning?.message,
    'Stage "run" has 7 requirements that are not pinned: "a" (line 1), "b" (line 2), "c" (line 3), "d" (line 4), "e" (line 5) and 2 more; ' +
      "pin them as name==version, so that every job gets the same",
  );
});

test("readManifest() follows -r and -c inside the archive, in circles too", async (t) => {
  const warnings = await warningsOf(t, {
    "configs/config.yaml": configurationWith("upload_paths: [{source: lib}]"),
    "stages/run/requirements.txt": "-r src/more.txt\n-c ../../lib/pins.txt\nNumPy\nscipy\n",
    "stages/run/src/more.txt": "-r ../requirements.txt\npandas\n",
    "lib/pins.txt": "numpy==1.26.4\nscipy<2\nnot-asked-for\n",
  });
  assert.deepEqual(
    warnings.map(({ message }) => message),
    [
      'Stage "run" has 2 requirements that are not pinned: "scipy" (line 4), "pandas" (src/more.txt line 2); ' +
        "pin them as name==version, so that every job gets the same",
    ],
  );
});

test("readManifest() warns of requirements in a file that stays behind", async (t) => {
  const warnings = await warningsOf(t, {
    "stages/run/requirements.txt":
      "-r ../../common.txt\n-r https://host/x.txt\n-c /etc/pins.txt\n-c ${PINS}/a.txt\n",
    "common.txt": "numpy\n",
  });
  assert.deepEqual(warnings, [
    {
      type: "missing-requirements-file",
      part: "stages/run",
      message:
        'Stage "run" cannot install its requirements in a job: "../../common.txt" (line 1) is not in the archive',
    },
  ]);
});

test("readManifest() does not care for the requirements of a stage that never runs", async (t) => {
  const warnings = await warningsOf(t, {
    "configs/config.yaml": "stages: {enabled_stages: [run, tables]}",
    "stages/tables/config.yaml": "",
    "stages/tables/requirements.txt": "numpy\n",
  });
  assert.deepEqual(warnings, []);
});

test("readManifest() warns of a part over 100 MB", async (t) => {
  const folder = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_paths: [{source: model}]"),
    "model/weights.bin": "",
  });
  const weights = await open(path.join(folder, "model/weights.bin"), "w");
  t.after(() => weights.close());
  const read = async (): Promise<readonly ManifestWarning[]> =>
    (await readManifest({ pipelineDirectory: folder })).warnings;
  // Sparse: it takes no space on the disk.
  await weights.truncate(100_000_000);
  assert.deepEqual(await read(), []);
  await weights.truncate(100_000_001);
  assert.deepEqual(await read(), [
    {
      type: "large-part",
      part: "model/",
      message:
        'Part "model/" is over 100 MB: 100.0 MB before compression; exclude what no job needs in ".ytignore"',
    },
  ]);
});

test("findWarnings() has nothing to say of the size of what is not packed", async () => {
  const part = {
    key: "model/",
    kind: "upload-path",
    root: "model",
    files: [],
    digest: "",
  } as const;
  const sizeBytes = LARGE_PART_BYTES + 1;
  const found = await findWarnings({
    pipelineDirectory: "/nowhere",
    parts: [{ ...part, sizeBytes }],
    stages: [],
    isPacked: false,
    configuration: { packStages: "enabled" },
  });
  assert.deepEqual(found, []);
});
