/** What the commands say of mistakes, from a terminal's point of view. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { addToTree } from "../../tools/temporary-tree.ts";
import type { Tree } from "../../tools/temporary-tree.ts";
import { configurationWith, SMALL_PIPELINE } from "../../tools/small-pipeline.ts";
import { rawCluster } from "../../tools/raw-cluster.ts";
import { startServer } from "./local-server.ts";
import { makeProject, writeStack } from "./project.ts";

/** Pipelines with a mistake each, and what has to be said about it. */
const MISTAKES: Readonly<
  Record<string, { readonly files: Tree; readonly property: string; readonly says: RegExp }>
> = {
  bad_yaml: {
    files: { "configs/config.yaml": "stages:\n  enabled_stages: [run\nx: 1\n" },
    property: "pipeline",
    says: /Cannot parse "configs\/config\.yaml", line 3, column 1: /,
  },
  exploding_yaml: {
    files: {
      "configs/config.yaml": `a0: &a0 [x]\n${Array.from({ length: 9 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(10)}]\n`).join("")}`,
    },
    property: "pipeline",
    says: /Cannot parse "configs\/config\.yaml", line \d, column \d+: the aliases up to here stand for/,
  },
  shell_in_a_stage: {
    files: { "configs/config.yaml": 'stages: {enabled_stages: ["a;rm -rf"]}\n' },
    property: "pipeline",
    says: /stage "a;rm -rf" as a stage's name must start with a letter/,
  },
  ignore_file_in_latin_1: {
    files: { "stages/run/.ytignore": Buffer.from("*.log\ncaf\u00e9\n", "latin1") },
    property: "pipeline",
    says: /stages\/run\/\.ytignore" as line 2 is not UTF-8 text/,
  },
  unknown_mode: {
    files: { "configs/config.yaml": configurationWith("mode: staging") },
    property: "pipeline",
    says: /pipeline\.mode must be "dev" or "prod": it is "staging"/,
  },
  unknown_stage: {
    files: { "configs/config.yaml": "stages:\n  enabled_stages: [run, ran]\n" },
    property: "pipeline",
    says: /stage "ran" .* the stages are "run"/,
  },
  no_build_folder: {
    files: { "configs/config.yaml": configurationWith("mode: prod") },
    property: "buildFolder",
    says: /without a build folder, which stage "run" needs: set pipeline\.build_folder/,
  },
  escaping_path: {
    files: { "configs/config.yaml": configurationWith("upload_paths: [{ source: ../shared }]") },
    property: "pipeline",
    says: /upload_paths "\.\.\/shared" as its path must be inside the pipeline directory/,
  },
  missing_path: {
    files: { "configs/config.yaml": configurationWith("upload_paths: [{ source: nowhere }]") },
    property: "pipeline",
    says: /upload_paths "nowhere" as there is no file or directory of that name/,
  },
  reserved_target: {
    files: {
      "configs/config.yaml": configurationWith("upload_paths: [{ source: lib, target: stages }]"),
      "lib/a.py": "",
    },
    property: "pipeline",
    says: /the target "stages" is reserved/,
  },
  missing_module: {
    files: {
      "configs/config.yaml": configurationWith("upload_modules: [no_such_module_anywhere]"),
    },
    property: "pipeline",
    says: /upload_modules "no_such_module_anywhere" as the interpreter does not find it/,
  },
  link_outside: {
    files: { "stages/run/src/link.py": { link: "/etc/hostname" } },
    property: "pipeline",
    says: /the link "src\/link\.py" as it leads out of the pipeline directory /,
  },
  secret: {
    files: { "stages/run/src/.env": "PASSWORD=1\n" },
    property: "pipeline",
    says: /"stages\/run\/src\/\.env" as it looks like a secret/,
  },
};

test("Every mistake is shown on its resource and property, and nothing is done", async (t) => {
  const project = await makeProject(t, []);
  const names = [...Object.keys(MISTAKES), "no_configuration"];
  for (const [name, { files }] of Object.entries(MISTAKES)) {
    await addToTree(path.join(project.directory, name), { ...SMALL_PIPELINE, ...files });
  }
  await addToTree(path.join(project.directory, "no_configuration"), { "stages/": "" });
  await writeStack(project, "dev", {
    "yt:proxy": "local",
    "pulumi-yt-code:pipelines": names.map((name) => ({ name, directory: name })),
  });

  const { status, stdout, stderr } = await project.ytcode(["up"]);
  const printed = stdout + stderr;
  assert.equal(status, 1);
  for (const [name, { property, says }] of Object.entries(MISTAKES)) {
    await t.test(name, () => {
      const message = diagnosticsOf(printed, name);
      assert.match(message, says);
      assert.match(message, new RegExp(`\\b${property}\\b`));
    });
  }
  assert.match(diagnosticsOf(printed, "no_configuration"), /as it has no "configs\/config\.yaml"/);
  assertNoStack(printed);
  assert.ok(!existsSync(path.join(project.directory, ".local-cluster")));
  assert.ok(!names.some((name) => existsSync(path.join(project.directory, name, ".build"))));
});

test("What the cluster refuses is one message on its resource, and the others are done", async (t) => {
  const project = await makeProject(t, ["word_count"]);
  const url = await startServer(t, path.join(project.directory, "cluster"));
  const cluster = rawCluster(url);
  await cluster.create("file", "//home/occupied");
  await cluster.create("file", "//home/foreign/source.tar.gz");
  const directory = "examples/word_count";
  await writeStack(project, "dev", {
    "yt:proxy": url,
    "pulumi-yt-code:pipelines": [
      { name: "good", directory, buildFolder: "//home/good" },
      { name: "unreachable", directory, proxy: "http://127.0.0.1:1", buildFolder: "//home/a" },
      { name: "under_a_file", directory, buildFolder: "//home/occupied/build" },
      { name: "foreign", directory, buildFolder: "//home/foreign" },
    ],
  });

  const { status, stdout, stderr } = await project.ytcode(["up"]);
  const printed = stdout + stderr;
  assert.equal(status, 1);
  assert.match(diagnosticsOf(printed, "unreachable"), /127\.0\.0\.1:1/);
  assert.match(diagnosticsOf(printed, "under_a_file"), /\/\/home\/occupied/);
  assert.match(diagnosticsOf(printed, "foreign"), /\/\/home\/foreign\/source\.tar\.gz.*adopt/s);
  assertNoStack(printed);
  assert.deepEqual(await cluster.list("//home"), ["foreign", "good", "occupied"]);
  assert.deepEqual(await cluster.list("//home/foreign"), ["source.tar.gz"]);
});

/** What the section "Diagnostics" says of a resource. */
function diagnosticsOf(printed: string, name: string): string {
  const [, section = ""] = printed.split("\nDiagnostics:\n");
  const start = section.indexOf(`(${name}):`);
  assert.notEqual(start, -1, `nothing about ${name} in:\n${printed}`);
  const end = section.indexOf("\n\n", start);
  return section.slice(start, end === -1 ? undefined : end);
}

function assertNoStack(printed: string): void {
  assert.doesNotMatch(printed, /^\s+at .*:\d+:\d+\)?$/m);
}
