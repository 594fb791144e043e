/** Why a path is in the archive or not, compared with what is packed. */
import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { explainPath } from "../../../../cli/plan/explain/explain.ts";
import type { Verdict } from "../../../../cli/plan/explain/explanation.ts";
import { readManifest } from "../../../../provider/manifest/read-manifest.ts";
import { PRIVATE_KEY } from "../../../tools/private-key.ts";
import { configurationWith, makePipeline } from "../../../tools/small-pipeline.ts";
import { addToTree, makeTree } from "../../../tools/temporary-tree.ts";
import type { Tree } from "../../../tools/temporary-tree.ts";

const LIB = "upload_paths: [{source: lib, target: my/lib}, {source: words.txt}]";

/** Something of everything, all of which can be packed. */
const TREE: Tree = {
  "configs/config.yaml": configurationWith(LIB, 'allow_secrets: ["lib/ca.pem"]'),
  ".ytignore": "*.log\n/lib/data/\n# a comment\n\nbuild\n!x.pyc\n",
  "words.txt": "two words",
  "stages/.ytignore": "notes.txt\n",
  "stages/run/notes.md": "",
  "stages/run/requirements.txt": "",
  "stages/run/src/notes.txt": "",
  "stages/run/src/__pycache__/a.py": "",
  "stages/run/src/x.pyc": "",
  "stages/off/src/mapper.py": "",
  "lib/a.py": { text: "a = 1\n", mode: 0o755 },
  "lib/ca.pem": PRIVATE_KEY,
  "lib/data/x": "",
  "lib/build/deep/y": "",
  "lib/logs/.ytignore": "!keep.log\n",
  "lib/logs/keep.log": "",
  "lib/logs/b.log": "",
  "lib/to_logs": { link: "logs" },
  "lib/to_file": { link: "a.py" },
  "lib/to_build": { link: "build" },
  "stages/run/src/shared": { link: "../../../other" },
  "other/b.py": "",
};

async function verdictsOf(pipelineDirectory: string, asked: string): Promise<readonly Verdict[]> {
  return (await explainPath({ pipelineDirectory, path: asked })).verdicts;
}

test("explainPath() says of every path what is really packed", async (t) => {
  const pipelineDirectory = await makePipeline(t, TREE);
  const { parts } = await readManifest({ pipelineDirectory });
  const packed = parts.flatMap((part) => part.files.map((file) => ({ part: part.key, ...file })));
  for (const { part, path: archivePath, mode, sizeBytes, content } of packed) {
    const file = content.type === "file" ? content.file : null;
    const said = await verdictsOf(pipelineDirectory, archivePath);
    assert.deepEqual(
      said.map((one) => [
        one.verdict,
        one.part,
        one.archivePath,
        one.file,
        one.mode,
        one.sizeBytes,
      ]),
      [["in", part, archivePath, file, mode, sizeBytes]],
    );
  }
  const names = await readdir(pipelineDirectory, { recursive: true });
  const files = new Map(
    packed.map(({ content, path: place }) => [content.type === "file" ? content.file : "", place]),
  );
  for (const name of names) {
    const file = path.join(pipelineDirectory, name);
    const said = await verdictsOf(pipelineDirectory, name);
    const places = said.filter(({ verdict }) => verdict === "in").map((one) => one.archivePath);
    assert.deepEqual(places, files.has(file) ? [files.get(file)] : [], name);
    assert.ok(said.every(({ file: place, verdict }) => place === file && verdict !== "refused"));
  }
  // What lies behind a link to a directory has paths of its own.
  const [behind] = await verdictsOf(pipelineDirectory, "lib/to_logs/keep.log");
  assert.equal(behind?.archivePath, "my/lib/to_logs/keep.log");
});

test("explainPath() names the rule that decides, its file and its line", async (t) => {
  const pipelineDirectory = await makePipeline(t, TREE);
  const top = { type: "file", file: `${pipelineDirectory}/.ytignore` };
  for (const [asked, verdict, rule, excludedDirectory] of [
    ["lib/logs/b.log", "out", { ...top, line: 1, text: "*.log" }, null],
    ["my/lib/logs/b.log", "out", { ...top, line: 1, text: "*.log" }, null],
    ["lib/data", "out", { ...top, line: 2, text: "/lib/data/" }, null],
    ["lib/data/x", "out", { ...top, line: 2, text: "/lib/data/" }, "lib/data"],
    ["lib/build/deep/y", "out", { ...top, line: 5, text: "build" }, "lib/build"],
    ["stages/run/src/x.pyc", "in", { ...top, line: 6, text: "!x.pyc" }, null],
    [
      "lib/logs/keep.log",
      "in",
      { ...top, file: `${pipelineDirectory}/lib/logs/.ytignore`, line: 1, text: "!keep.log" },
      null,
    ],
    [
      "stages/run/src/notes.txt",
      "out",
      { ...top, file: `${pipelineDirectory}/stages/.ytignore`, line: 1, text: "notes.txt" },
      null,
    ],
    [
      "stages/run/src/__pycache__/a.py",
      "out",
      { type: "built-in", text: "__pycache__/" },
      "stages/run/src/__pycache__",
    ],
    ["lib/a.py", "in", null, null],
    ["lib/logs", "walked", null, null],
  ] as const) {
    const [said, ...others] = await verdictsOf(pipelineDirectory, asked);
    const because = verdict === "out" ? "rule" : "asked-for";
    assert.deepEqual(
      [said?.verdict, said?.because, said?.rule, said?.excludedDirectory, others],
      [
        verdict,
        because,
        rule,
        excludedDirectory && path.join(pipelineDirectory, excludedDirectory),
        [],
      ],
      asked,
    );
  }
});

for (const [asked, because, detail] of [
  [
    "stages/run/notes.md",
    "not-asked",
    "of a stage only config.yaml, requirements.txt and src are packed",
  ],
  ["stages/off/src/mapper.py", "not-asked", 'the stage "off" is not under stages.enabled_stages'],
  ["configs/config.yaml", "not-asked", "it is in no enabled stage and under no upload path"],
  ["stages", "not-asked", 'only what is asked for in it is packed: stage "run"'],
  [
    "/etc/hostname",
    "not-asked",
    "it is not in the pipeline directory, nor in a module under upload_modules",
  ],
  [".ytignore", "ignore-file", null],
  ["lib/logs/.ytignore", "ignore-file", null],
] as const) {
  test(`explainPath() says why nothing asks for ${asked}`, async (t) => {
    const pipelineDirectory = await makePipeline(t, TREE);
    const [said] = await verdictsOf(pipelineDirectory, asked);
    assert.deepEqual([said?.verdict, said?.because, said?.detail], ["out", because, detail]);
  });
}

test("explainPath() explains what keeps a pipeline from being packed, and beside it the rest", async (t) => {
  const pipelineDirectory = await makePipeline(t, {
    ...TREE,
    "configs/config.yaml":
      "stages: {enabled_stages: [run, gone]}\npipeline: {upload_modules: [no_such_module], upload_paths: [{source: lib}, {source: away}]}\n",
    "stages/run/src/.env": "",
    "lib/out": { link: "/etc/hostname" },
  });
  const { verdicts, problems } = await explainPath({
    pipelineDirectory,
    path: "stages/run/src/.env",
  });
  const [secret] = verdicts;
  assert.deepEqual([secret?.verdict, secret?.because], ["refused", "secret"]);
  assert.match(secret?.detail ?? "", /^Cannot pack "stages\/run\/src\/\.env" as it looks like a/);
  assert.deepEqual(
    problems.map((problem) => problem.split(" as ")[0]),
    [
      'Cannot pack the stage "gone" of stages.enabled_stages',
      'Cannot pack upload_modules "no_such_module"',
      'Cannot pack upload_paths "away"',
    ],
  );
  const [link] = await verdictsOf(pipelineDirectory, "lib/out");
  assert.deepEqual(
    [link?.verdict, link?.because, link?.detail],
    [
      "refused",
      "unpackable",
      `Cannot pack the link "out" as it leads out of the pipeline directory "${pipelineDirectory}": "${pipelineDirectory}/lib/out" -> "/etc/hostname"; ` +
        'put a copy in its place, or copy it into the pipeline directory and list that under pipeline.upload_paths, or exclude it in ".ytignore"',
    ],
  );
  for (const asked of ["lib/a.py", "stages/run/src/mapper.py", "ytjobs/__init__.py"]) {
    const [said] = await verdictsOf(pipelineDirectory, asked);
    assert.equal(said?.verdict, "in", asked);
  }
});

test("explainPath() says that an allowed secret is one", async (t) => {
  const pipelineDirectory = await makePipeline(t, TREE);
  const [said] = await verdictsOf(pipelineDirectory, "my/lib/ca.pem");
  assert.deepEqual([said?.verdict, said?.because], ["in", "allowed-secret"]);
});

test("explainPath() says so when no enabled stage has code", async (t) => {
  const pipelineDirectory = await makePipeline(t, TREE);
  await rm(path.join(pipelineDirectory, "stages/run/src/mapper.py"));
  const [said] = await verdictsOf(pipelineDirectory, "lib/a.py");
  assert.deepEqual(
    [said?.verdict, said?.because, said?.detail],
    ["out", "no-code", "No enabled stage has code: nothing to build or upload"],
  );
});

test("explainPath() says of what only a link leads to where it is packed", async (t) => {
  const pipelineDirectory = await makePipeline(t, {
    ...TREE,
    dangling: { link: "absent" },
    "other/deep/c.py": "",
  });
  const links =
    "no part asks for it here, but links lead to it: it is packed as stages/run/src/shared";
  for (const [asked, detail] of [
    ["other/b.py", `${links}/b.py`],
    ["other", `${links}/b.py, stages/run/src/shared/deep/c.py`],
    ["dangling", "it is in no enabled stage and under no upload path"],
  ] as const) {
    const [said] = await verdictsOf(pipelineDirectory, asked);
    assert.deepEqual([said?.verdict, said?.because, said?.detail], ["out", "not-asked", detail]);
  }
});

test("explainPath() knows code that is packed without anything to run, and stages that only drive", async (t) => {
  const pipelineDirectory = await makeTree(t, {
    "configs/config.yaml": "stages: {enabled_stages: [load]}\npipeline: {pack_stages: all}",
    "stages/load/config.yaml": "",
    "stages/common/src/util.py": "",
  });
  const [code] = await verdictsOf(pipelineDirectory, "stages/common/src/util.py");
  assert.deepEqual([code?.verdict, code?.part], ["in", "stages/common"]);
  const [driving] = await verdictsOf(pipelineDirectory, "stages/load/config.yaml");
  assert.deepEqual(
    [driving?.verdict, driving?.because, driving?.detail],
    ["out", "not-asked", 'the stage "load" has no src/, so nothing of it is packed'],
  );
});

test("explainPath() knows the wrapper of a script that a configuration names", async (t) => {
  const pipelineDirectory = await makePipeline(t, {
    "stages/run/config.yaml": "job: {reduce_command: {reducer_script: sum.py}}",
    "stages/run/src/sum.py": "",
  });
  const [said] = await verdictsOf(pipelineDirectory, "operation_wrapper_run_reduce.sh");
  assert.deepEqual(
    [said?.verdict, said?.detail],
    ["in", 'the wrapper that runs stage "run" as reduce'],
  );
});

test("explainPath() gives a verdict for each part that has the path", async (t) => {
  const paths = "upload_paths: [{source: lib}, {source: lib, target: again}, {source: lib/a.py}]";
  const pipelineDirectory = await makePipeline(t, {
    ...TREE,
    "configs/config.yaml": configurationWith(paths, "allow_secrets: [lib/ca.pem, again/ca.pem]"),
  });
  const said = await verdictsOf(pipelineDirectory, "lib/a.py");
  assert.deepEqual(
    said.map(({ part, archivePath }) => [part, archivePath]),
    [
      ["lib/", "lib/a.py"],
      ["again/", "again/a.py"],
      ["./a.py", "a.py"],
    ],
  );
});

test("explainPath() takes a path relative to another directory, and by way of a link", async (t) => {
  const pipelineDirectory = await makePipeline(t, TREE);
  const elsewhere = await makeTree(t, { pipeline: { link: pipelineDirectory } });
  for (const [asked, orRelativeTo] of [
    ["pipeline/lib/a.py", elsewhere],
    ["a.py", path.join(pipelineDirectory, "lib")],
    [`${elsewhere}/pipeline/lib/a.py`, undefined],
    ["./lib//a.py", undefined],
  ] as const) {
    const { verdicts } = await explainPath({ pipelineDirectory, path: asked, orRelativeTo });
    assert.deepEqual(
      verdicts.map((one) => one.archivePath),
      ["my/lib/a.py"],
      asked,
    );
  }
});

test("explainPath() explains a module's files, the earlier place of a namespace package first", async (t) => {
  const site = await makeTree(t, {
    "one/space/a.py": "",
    "two/space/a.py": "",
    "two/space/b.py": "",
    "two/space/b.pyc": "",
  });
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [space]"),
  });
  const directories = [`${site}/one/space`, `${site}/two/space`];
  const explain = async (asked: string): Promise<readonly unknown[]> => {
    const { verdicts } = await explainPath({
      pipelineDirectory,
      path: asked,
      findModules: async () => ({
        interpreter: "python3",
        searched: [],
        modules: new Map([["space", { type: "package", directories, mapped: [] }]]),
      }),
    });
    return verdicts.map(({ because, file, detail }) => [because, file, detail]);
  };
  assert.deepEqual(await explain("space/a.py"), [
    ["asked-for", `${site}/one/space/a.py`, null],
    ["shadowed", `${site}/two/space/a.py`, `"${site}/one/space/a.py" comes first, as in Python`],
  ]);
  assert.deepEqual(await explain(`${site}/two/space/b.py`), [
    ["asked-for", `${site}/two/space/b.py`, null],
  ]);
  assert.deepEqual(await explain("space/b.pyc"), [["rule", `${site}/two/space/b.pyc`, null]]);
});

test("explainPath() refuses a path that is nowhere", async (t) => {
  const pipelineDirectory = await makePipeline(t);
  await assert.rejects(explainPath({ pipelineDirectory, path: "lib/nope" }), {
    name: "UserError",
    message: `Cannot explain "lib/nope" as there is no such file in "${pipelineDirectory}" and no such path in the archive`,
  });
});

test("explainPath() refuses to guess when an ignore file on the way cannot be read", async (t) => {
  const pipelineDirectory = await makePipeline(t, TREE);
  await addToTree(pipelineDirectory, { "lib/.ytignore": Buffer.from([0xff]) });
  await assert.rejects(verdictsOf(pipelineDirectory, "lib/a.py"), {
    name: "UserError",
    message: `Cannot read "${pipelineDirectory}/lib/.ytignore" as line 1 is not UTF-8 text: save the file as UTF-8`,
  });
});
