import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../../provider/manifest/read-manifest.ts";
import { configurationWith, makePipeline } from "../tools/small-pipeline.ts";
import type { Tree } from "../tools/temporary-tree.ts";

const ADVICE =
  "leave it out with a line in .ytignore, or, if it is meant to be on the cluster, list it under pipeline.allow_secrets";
const LIB = "upload_paths: [{source: lib, target: python}]";

for (const [fact, changes, message] of [
  [
    "in a stage",
    { "stages/run/src/deep/.env": "" },
    `Cannot pack "stages/run/src/deep/.env" as it looks like a secret: ${ADVICE}`,
  ],
  [
    "that an ignore file takes back",
    { "stages/run/src/.ytignore": "!.env", "stages/run/src/.env": "" },
    `Cannot pack "stages/run/src/.env" as it looks like a secret: ${ADVICE}`,
  ],
  [
    "in an upload path, under its target",
    { "configs/config.yaml": configurationWith(LIB), "lib/a.key": "", "lib/b.pem": "" },
    `Cannot pack "python/a.key", "python/b.pem" as they look like a secret: ${ADVICE}`,
  ],
  [
    "that is an upload path itself, whatever its target",
    {
      "configs/config.yaml": configurationWith(
        "upload_paths: [{source: configs/secrets.env, target: settings.txt}]",
      ),
      "configs/secrets.env": "",
    },
    `Cannot pack "settings.txt" as it looks like a secret: ${ADVICE}`,
  ],
  [
    "in the folder of configurations",
    {
      "configs/config.yaml": configurationWith("upload_paths: [{source: configs}]"),
      "configs/secrets.env": "",
    },
    `Cannot pack "configs/secrets.env" as it looks like a secret: ${ADVICE}`,
  ],
  [
    "that a link leads to under another name",
    {
      "configs/config.yaml": configurationWith(LIB),
      "lib/.ytignore": ".env",
      "lib/.env": "",
      "lib/settings.txt": { link: ".env" },
    },
    `Cannot pack "python/settings.txt" as it looks like a secret: ${ADVICE}`,
  ],
  [
    "that an upload path is a link to",
    {
      "configs/config.yaml": configurationWith("upload_paths: [{source: settings.txt}]"),
      "configs/secrets.env": "",
      "settings.txt": { link: "configs/secrets.env" },
    },
    `Cannot pack "settings.txt" as it looks like a secret: ${ADVICE}`,
  ],
] satisfies [string, Tree, string][]) {
  test(`readManifest() refuses a secret ${fact}`, async (t) => {
    const pipelineDirectory = await makePipeline(t, changes);
    await assert.rejects(readManifest({ pipelineDirectory }), {
      name: "UserError",
      argument: "pipeline",
      message,
    });
  });
}

test("readManifest() names five secrets and counts the others", async (t) => {
  const keys = Array.from({ length: 7 }, (_, index) => [`stages/run/src/${index}.pem`, ""]);
  const pipelineDirectory = await makePipeline(t, Object.fromEntries(keys));
  const listed = [0, 1, 2, 3, 4].map((index) => `"stages/run/src/${index}.pem"`).join(", ");
  await assert.rejects(readManifest({ pipelineDirectory }), {
    message: `Cannot pack ${listed} and 2 more as they look like a secret: ${ADVICE}`,
  });
});

for (const [fact, allowed] of [
  ["its path in the archive", "python/ca.pem"],
  ["its path in the pipeline", "lib/ca.pem"],
  ["its path in the pipeline, written at length", "./lib/../lib/ca.pem"],
] as const) {
  test(`readManifest() packs a secret that allow_secrets names by ${fact}`, async (t) => {
    const pipelineDirectory = await makePipeline(t, {
      "configs/config.yaml": configurationWith(LIB, `allow_secrets: ["${allowed}"]`),
      "lib/ca.pem": "",
    });
    const { parts } = await readManifest({ pipelineDirectory });
    const part = parts.find(({ key }) => key === "python/");
    assert.deepEqual(
      part?.files.map((file) => file.path),
      ["python/ca.pem"],
    );
  });
}

test("readManifest() packs no secret because one of the same name is allowed", async (t) => {
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith(LIB, "allow_secrets: [ca.pem, other/ca.pem]"),
    "lib/ca.pem": "",
  });
  await assert.rejects(readManifest({ pipelineDirectory }), {
    message: `Cannot pack "python/ca.pem" as it looks like a secret: ${ADVICE}`,
  });
});
