/** Pipelines with secrets: files that are named as such, or in which a private key begins. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { findPythonModules } from "../../../provider/pipeline/python/python-modules.ts";
import type { FindModules } from "../../../provider/pipeline/python/python-modules.ts";
import { PRIVATE_KEY as KEY } from "../../tools/private-key.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { addToTree } from "../../tools/temporary-tree.ts";
import type { Tree } from "../../tools/temporary-tree.ts";
import { makeVirtualEnvironment } from "../../tools/virtual-environment.ts";

/** The message about one file of the pipeline. */
function refusal(archivePath: string, rule: string, why = "it looks like a secret"): string {
  return [
    `Cannot pack "${archivePath}" as ${why}`,
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
    { "configs/config.yaml": configurationWith(LIB), "lib/a.key": KEY, "lib/b.pem": KEY },
    [
      'Cannot pack "python/a.key", "python/b.pem" as private keys begin in them',
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
    "by a private key in a file of any name",
    { "stages/run/src/notes.txt": KEY },
    refusal("stages/run/src/notes.txt", "/stages/run/src/notes.txt", "a private key begins in it"),
  ],
  [
    "by a private key behind certificates, by way of a link with a name that tells nothing",
    {
      "certificates/all.pem": `${"# comment\n".repeat(2000)}${KEY}`,
      "stages/run/src/notes.txt": { link: "../../../certificates/all.pem" },
    },
    refusal("stages/run/src/notes.txt", "/stages/run/src/notes.txt", "a private key begins in it"),
  ],
  [
    "by name, whatever is before .env",
    { "stages/run/src/prod.env": "" },
    refusal("stages/run/src/prod.env", "/stages/run/src/prod.env"),
  ],
  [
    "by name beside one by content",
    { "stages/run/src/.env": "", "stages/run/src/id_rsa": KEY },
    [
      'Cannot pack "stages/run/src/.env", "stages/run/src/id_rsa" as they look like secrets',
      '  to leave them out, add these lines to ".ytignore":',
      "    /stages/run/src/.env",
      "    /stages/run/src/id_rsa",
      "  if they are meant to be on the cluster, allow them in the configuration:",
      "    pipeline:",
      "      allow_secrets:",
      '        - "stages/run/src/.env"',
      '        - "stages/run/src/id_rsa"',
    ].join("\n"),
  ],
  [
    "in a directory that a link leads to under another name",
    { "stages/run/src/shared": { link: "../../../.aws" }, ".aws/credentials": "" },
    refusal("stages/run/src/shared/credentials", "/stages/run/src/shared/credentials"),
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
  const keys = Array.from({ length: 7 }, (_, index) => [`stages/run/src/${index}.pem`, KEY]);
  const pipelineDirectory = await makePipeline(t, Object.fromEntries(keys));
  const listed = [0, 1, 2, 3, 4].map((index) => `"stages/run/src/${index}.pem"`).join(", ");
  await assert.rejects(readManifest({ pipelineDirectory }), (error) => {
    const [first, ...advice] = error instanceof Error ? error.message.split("\n") : [];
    assert.equal(first, `Cannot pack ${listed} and 2 more as private keys begin in them`);
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
      "lib/ca.pem": KEY,
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
    "lib/ca.pem": KEY,
  });
  await assert.rejects(readManifest({ pipelineDirectory }), {
    message: refusal("python/ca.pem", "/lib/ca.pem", "a private key begins in it"),
  });
});

test("readManifest() packs certificates, public keys and examples", async (t) => {
  const files = {
    "lib/.env.example": "TOKEN=\n",
    "lib/cacert.pem": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    "lib/empty.key": "",
    "lib/id_rsa.pub": "ssh-rsa AAAA me@here\n",
    "lib/public.key": "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
  };
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith(LIB),
    ...files,
  });
  const names = Object.keys(files).map((name) => name.replace("lib/", "python/"));
  assert.deepEqual(await pathsOf(pipelineDirectory), names);
});

test("readManifest() takes a key that is cut short for one where its name says so", async (t) => {
  const code = `HEADER = "${KEY.split("\n")[0]}"\n`;
  const tree = { "configs/config.yaml": configurationWith(LIB), "lib/x.py": code };
  const pipelineDirectory = await makePipeline(t, tree);
  assert.deepEqual(await pathsOf(pipelineDirectory), ["python/x.py"]);
  await addToTree(pipelineDirectory, { "lib/x.pem": code });
  await assert.rejects(readManifest({ pipelineDirectory }), {
    message: refusal("python/x.pem", "/lib/x.pem", "a private key begins in it"),
  });
});

test("readManifest() says of a secret in an installed module what can be done there", async (t) => {
  const { python, sitePackages, surroundings } = await makeVirtualEnvironment(t);
  await addToTree(sitePackages, { "server/__init__.py": "", "server/test.pem": KEY });
  const findModules: FindModules = (names, interpreter) =>
    findPythonModules(names, interpreter, { surroundings, cache: undefined });
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [server]"),
  });
  await assert.rejects(readManifest({ pipelineDirectory, python, findModules }), {
    message: [
      'Cannot pack "server/test.pem" as a private key begins in it',
      "  if it is meant to be on the cluster, allow it in the configuration:",
      "    pipeline:",
      "      allow_secrets:",
      '        - "server/test.pem"',
    ].join("\n"),
  });
  const allowed = configurationWith("upload_modules: [server]", "allow_secrets: [server/test.pem]");
  await addToTree(pipelineDirectory, { "configs/config.yaml": allowed });
  const { parts } = await readManifest({ pipelineDirectory, python, findModules });
  const files = parts.find(({ key }) => key === "server/")?.files ?? [];
  assert.deepEqual(
    files.map(({ path }) => path),
    ["server/__init__.py", "server/test.pem"],
  );
});

test("readManifest() is content when its advice about a secret is followed", async (t) => {
  const files = { "lib/a*[b] c.pem": KEY, "lib/a.pem": KEY, "lib/axb c.pem ": "" };
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
