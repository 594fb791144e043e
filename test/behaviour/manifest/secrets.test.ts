/** Pipelines with files that look like secrets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { addToTree } from "../../tools/temporary-tree.ts";
import type { Tree } from "../../tools/temporary-tree.ts";

/** The message about one file of the pipeline. */
function refusal(archivePath: string, rule: string): string {
  return [
    `Cannot pack "${archivePath}" as it looks like a secret`,
    '  to leave it out, add this line to ".ytignore":',
    `    ${rule}`,
    "  if it is meant to be on the cluster, allow it in the configuration:",
    "    pipeline:",
    "      allow_secrets:",
    `        - "${archivePath}"`,
  ].join("\n");
}

/** The message about a file that the configuration names itself. */
function refusalOfSource(archivePath: string): string {
  const [first = "", , , ...rest] = refusal(archivePath, "").split("\n");
  return [first, "  to leave it out, do not ask for it by name", ...rest].join("\n");
}

const LIB = "upload_paths: [{source: lib, target: python}]";

for (const [fact, changes, message] of [
  [
    "in a stage",
    { "stages/run/src/deep/.env": "" },
    refusal("stages/run/src/deep/.env", "/stages/run/src/deep/.env"),
  ],
  [
    "that an ignore file takes back",
    { "stages/run/src/.ytignore": "!.env", "stages/run/src/.env": "" },
    refusal("stages/run/src/.env", "/stages/run/src/.env"),
  ],
  [
    "in an upload path, under its target",
    { "configs/config.yaml": configurationWith(LIB), "lib/a.key": "", "lib/b.pem": "" },
    [
      'Cannot pack "python/a.key", "python/b.pem" as they look like secrets',
      '  to leave them out, add these lines to ".ytignore":',
      "    /lib/a.key",
      "    /lib/b.pem",
      "  if they are meant to be on the cluster, allow them in the configuration:",
      "    pipeline:",
      "      allow_secrets:",
      '        - "python/a.key"',
      '        - "python/b.pem"',
    ].join("\n"),
  ],
  [
    "that is an upload path itself, whatever its target",
    {
      "configs/config.yaml": configurationWith(
        "upload_paths: [{source: configs/secrets.env, target: settings.txt}]",
      ),
      "configs/secrets.env": "",
    },
    refusalOfSource("settings.txt"),
  ],
  [
    "in the folder of configurations",
    {
      "configs/config.yaml": configurationWith("upload_paths: [{source: configs}]"),
      "configs/secrets.env": "",
    },
    refusal("configs/secrets.env", "/configs/secrets.env"),
  ],
  [
    "that a link leads to under another name",
    {
      "configs/config.yaml": configurationWith(LIB),
      "lib/.ytignore": ".env",
      "lib/.env": "",
      "lib/settings.txt": { link: ".env" },
    },
    refusal("python/settings.txt", "/lib/settings.txt"),
  ],
  [
    "that an upload path is a link to",
    {
      "configs/config.yaml": configurationWith("upload_paths: [{source: settings.txt}]"),
      "configs/secrets.env": "",
      "settings.txt": { link: "configs/secrets.env" },
    },
    refusalOfSource("settings.txt"),
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
  await assert.rejects(readManifest({ pipelineDirectory }), (error) => {
    const [first, ...advice] = error instanceof Error ? error.message.split("\n") : [];
    assert.equal(first, `Cannot pack ${listed} and 2 more as they look like secrets`);
    assert.equal(advice.filter((line) => line.includes(".pem")).length, 10);
    return true;
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
    message: refusal("python/ca.pem", "/lib/ca.pem"),
  });
});

test("readManifest() is content when its advice about a secret is followed", async (t) => {
  const files = { "lib/a*[b] c.pem": "", "lib/a.pem": "", "lib/axb c.pem ": "" };
  const configuration = { "configs/config.yaml": configurationWith(LIB), "lib/x.py": "" };
  const pipelineDirectory = await makePipeline(t, { ...files, ...configuration });
  const refused = await readManifest({ pipelineDirectory }).catch((error: unknown) => error);
  assert.ok(refused instanceof Error);
  const [rules = "", allow = ""] = refused.message
    .split("\n")
    .slice(2)
    .join("\n")
    .split(/^ {2}if .*$/m);

  await addToTree(pipelineDirectory, { ".ytignore": rules.replaceAll(/^ {4}/gm, "") });
  assert.deepEqual(await pathsOf(pipelineDirectory), ["python/axb c.pem ", "python/x.py"]);

  const yaml = allow.replaceAll(/^ {4}/gm, "").replace("pipeline:\n", `pipeline:\n  ${LIB}\n`);
  const stages = configurationWith().split("pipeline:")[0] ?? "";
  await addToTree(pipelineDirectory, {
    ".ytignore": "",
    "configs/config.yaml": `${stages}${yaml}`,
  });
  assert.deepEqual(await pathsOf(pipelineDirectory), [
    "python/a*[b] c.pem",
    "python/a.pem",
    "python/axb c.pem ",
    "python/x.py",
  ]);
});

async function pathsOf(pipelineDirectory: string): Promise<readonly string[]> {
  const { parts } = await readManifest({ pipelineDirectory });
  return parts.find(({ key }) => key === "python/")?.files.map((file) => file.path) ?? [];
}
