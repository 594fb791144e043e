/** What is listed of a source, and what is refused: real trees, links, FIFOs and odd names. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { link as linkFile, rename, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { test } from "node:test";
import { listFiles } from "../../../../provider/pipeline/files/file-list.ts";
import { UserError } from "../../../../common/errors/user-error.ts";
import { addToTree, makeTree } from "../../../tools/temporary-tree.ts";
import { runProgram } from "../../../ytjobs/run-python.ts";

async function pathsIn(source: string, linksWithin?: string): Promise<readonly string[]> {
  return (await listFiles({ source, linksWithin })).map((file) => file.relativePath);
}

test("listFiles() lists files with their place, mode and size, sorted by bytes", async (t) => {
  const folder = await makeTree(t, {
    "b.txt": "12345",
    "a/z.sh": { text: "#!", mode: 0o744 },
    "a-b/x": { text: "", mode: 0o655 },
    "a.txt": { text: "x", mode: 0o400 },
    "empty/": "",
    ｚ: "U+FF5A sorts after U+1D49C by UTF-16 units, before it by bytes",
    "𝒜": "",
  });
  const listed = await listFiles({ source: folder });
  assert.deepEqual(
    listed.map(({ relativePath, isExecutable, signature: { sizeBytes } }) => [
      relativePath,
      isExecutable,
      sizeBytes > 9 ? "long" : sizeBytes,
    ]),
    [
      ["a-b/x", false, 0],
      ["a.txt", false, 1],
      ["a/z.sh", true, 2],
      ["b.txt", false, 5],
      ["ｚ", false, "long"],
      ["𝒜", false, 0],
    ],
  );
  assert.ok(listed.every((file) => file.absolutePath === path.join(folder, file.relativePath)));
});

test("listFiles() gives a single file an empty path", async (t) => {
  const folder = await makeTree(t, { "x.sh": { text: "abc", mode: 0o755 } });
  const source = path.join(folder, "x.sh");
  const stats = await stat(source);
  assert.deepEqual(await listFiles({ source }), [
    {
      relativePath: "",
      absolutePath: source,
      linkedPath: source,
      isExecutable: true,
      signature: {
        sizeBytes: 3,
        mtimeMs: stats.mtimeMs,
        ctimeMs: stats.ctimeMs,
        inode: stats.ino,
      },
    },
  ]);
});

test("listFiles() lists only the entries that are asked for, at the top only", async (t) => {
  const folder = await makeTree(t, {
    "config.yaml": "",
    "notes.md": "",
    "src/notes.md": "",
    "src/config.yaml": "",
    "test/src": "",
  });
  const listed = await listFiles({ source: folder, only: ["config.yaml", "src", "absent"] });
  assert.deepEqual(
    listed.map((file) => file.relativePath),
    ["config.yaml", "src/config.yaml", "src/notes.md"],
  );
});

test("listFiles() counts the ignore files above a source up to where rules begin", async (t) => {
  const folder = await makeTree(t, {
    ".ytignore": "*",
    "daily/.ytignore": "*.log\n/shared/lib/local/\n",
    "daily/shared/.ytignore": "*.tmp\n/local/\n",
    "daily/shared/lib/.ytignore": "!keep.log\n",
    "daily/shared/lib/keep.log": "",
    "daily/shared/lib/other.log": "",
    "daily/shared/lib/other.tmp": "",
    "daily/shared/lib/local/x": "",
    "daily/shared/lib/sub/local/y": "",
  });
  const pipeline = path.join(folder, "daily");
  const listed = await listFiles({
    source: path.join(pipeline, "shared/lib"),
    rulesFrom: pipeline,
  });
  assert.deepEqual(
    listed.map((file) => file.relativePath),
    ["keep.log", "sub/local/y"],
  );
});

for (const [rule, source] of [
  ["lib/", "lib"],
  ["lib/", "lib/sub"],
  ["words.txt", "words.txt"],
  ["lib/*", "lib/sub"],
] as const) {
  test(`listFiles() refuses the source ${source} when the rule ${rule} excludes it`, async (t) => {
    const pipeline = await makeTree(t, {
      ".ytignore": rule,
      "lib/sub/x": "",
      "words.txt": "",
    });
    await assert.rejects(listFiles({ source: path.join(pipeline, source), rulesFrom: pipeline }), {
      name: "UserError",
      argument: "pipeline",
      message: `Cannot pack "${source}" as .ytignore, line 1, \`${rule}\`, excludes it: remove the rule or the source`,
    });
  });
}

test("listFiles() refuses a source that a built-in rule excludes, until it is taken back", async (t) => {
  const pipeline = await makeTree(t, { "lib/venv/x": "" });
  const source = { source: path.join(pipeline, "lib", "venv", "x"), rulesFrom: pipeline };
  await assert.rejects(listFiles(source), {
    message:
      'Cannot pack "lib/venv/x" as the built-in rule `venv/` excludes it: ' +
      'take it back with "!/lib/venv" in the pipeline\'s ".ytignore", or remove the source',
  });
  await writeFile(path.join(pipeline, ".ytignore"), "!/lib/venv\n");
  assert.deepEqual(
    (await listFiles(source)).map(({ relativePath }) => relativePath),
    [""],
  );
});

test("listFiles() follows links, with the rules and modes of what they lead to", async (t) => {
  const folder = await makeTree(t, {
    "real/a.txt": "a",
    "real/run.sh": { text: "#!", mode: 0o755 },
    "real/.ytignore": "b.txt",
    "real/b.txt": "",
    to_file: { link: "real/run.sh" },
    to_directory: { link: "./real" },
    "deep/up": { link: "../real/a.txt" },
    chain: { link: "to_file" },
  });
  await addToTree(folder, { absolute: { link: path.join(folder, "real/a.txt") } });
  const listed = await listFiles({ source: folder });
  assert.deepEqual(
    listed.map(({ relativePath, isExecutable }) => `${relativePath}${isExecutable ? " +x" : ""}`),
    [
      "absolute",
      "chain +x",
      "deep/up",
      "real/a.txt",
      "real/run.sh +x",
      "to_directory/a.txt",
      "to_directory/run.sh +x",
      "to_file +x",
    ],
  );
});

const EXCLUDE = 'or exclude it in ".ytignore"';

for (const [fact, name, link, problem] of [
  ["leads outside", "lib/x", "../../../beside.txt", "out"],
  ["leads outside by an absolute path", "x", "/etc/passwd", "out"],
  ["leads to the folder above the pipeline", "up", "../..", "out"],
  ["leads to a neighbour with a longer name", "x", "../../pipe-2", "out"],
  ["dangles", "lib/x", "absent", "nowhere"],
  ["dangles behind a file", "x", "a.txt/b", "nowhere"],
  ["leads to itself", "x", "x", "loop"],
  ["leads to a directory around it", "lib/deep/x", "..", "loop"],
  ["leads to the source itself", "lib/x", "..", "loop"],
  ["leads to a directory around the source", "lib/deep/x", "../../..", "loop"],
] as const) {
  test(`listFiles() refuses a link that ${fact}`, async (t) => {
    const folder = await makeTree(t, {
      "beside.txt": "",
      "pipe-2/x": "",
      "pipe/source/a.txt": "",
      "pipe/source/lib/deep/b.txt": "",
      [`pipe/source/${name}`]: { link },
    });
    const linksWithin = `${folder}/pipe`;
    const at = `"${linksWithin}/source/${name}" -> "${link}`;
    const [problemText, shown, advice] = {
      out: [
        `leads out of the pipeline directory "${linksWithin}"`,
        `${at}"`,
        "put a copy in its place, or copy it into the pipeline directory and list that under pipeline.upload_paths",
      ],
      nowhere: ["leads nowhere", `${at}"`, "mend it"],
      loop: ["loops", `${at}"`, "remove it"],
    }[problem];
    await assert.rejects(pathsIn(`${linksWithin}/source`, linksWithin), {
      name: "UserError",
      argument: "pipeline",
      message: `Cannot pack the link "${name}" as it ${problemText}: ${shown}; ${advice}, ${EXCLUDE}`,
    });
  });
}

test("listFiles() shows each step of a link by way of others, and where they lead", async (t) => {
  const folder = await makeTree(t, {
    "out/x": "",
    "pipe/a": { link: "b" },
    "pipe/b": { link: "around/x" },
    "pipe/around": { link: "../out" },
    "pipe/.ytignore": "/around\n/b\n",
    "other/c": { link: "d" },
    "other/d": { link: "c" },
  });
  await assert.rejects(pathsIn(`${folder}/pipe`, `${folder}/pipe`), (error) => {
    assert.ok(error instanceof UserError);
    assert.ok(
      error.message.includes(`: "${folder}/pipe/a" -> "b" -> "around/x" -> "${folder}/out/x"; `),
      error.message,
    );
    return true;
  });
  await assert.rejects(pathsIn(`${folder}/other`, `${folder}/other`), {
    message: `Cannot pack the link "c" as it loops: "${folder}/other/c" -> "d" -> "c"; remove it, ${EXCLUDE}`,
  });
});

test("listFiles() follows links out of the source as long as they stay in the pipeline", async (t) => {
  const folder = await makeTree(t, {
    "lib/c.py": "",
    "lib/deep/run.sh": { text: "#!", mode: 0o755 },
    "lib/.ytignore": "/skipped.py",
    "lib/skipped.py": "",
    "lib/gone.py": "",
    ".ytignore": "/source/shared/gone.py",
    "source/shared": { link: "../lib" },
    "source/one.py": { link: "../lib/c.py" },
    "source/again": { link: "shared/deep" },
  });
  const listed = await listFiles({
    source: `${folder}/source`,
    rulesFrom: folder,
    linksWithin: folder,
  });
  assert.deepEqual(
    listed.map(({ relativePath, absolutePath, linkedPath }) => [
      relativePath,
      path.relative(folder, absolutePath),
      path.relative(folder, linkedPath),
    ]),
    [
      ["again/run.sh", "source/again/run.sh", "lib/deep/run.sh"],
      ["one.py", "source/one.py", "lib/c.py"],
      ["shared/c.py", "source/shared/c.py", "lib/c.py"],
      ["shared/deep/run.sh", "source/shared/deep/run.sh", "lib/deep/run.sh"],
    ],
  );
});

test("listFiles() follows the links of an installed module wherever they lead", async (t) => {
  const folder = await makeTree(t, {
    "cache/__init__.py": "",
    "cache/sub/x.py": "",
    "module/__init__.py": { link: "../cache/__init__.py" },
    "module/sub": { link: "../cache/sub" },
    "other/back": { link: "../other" },
    "broken/x": { link: "../absent" },
  });
  assert.deepEqual(await pathsIn(`${folder}/module`), ["__init__.py", "sub/x.py"]);
  for (const [name, message] of [
    ["other", `"back" as it loops: "${folder}/other/back" -> "../other"`],
    ["broken", `"x" as it leads nowhere: "${folder}/broken/x" -> "../absent"`],
  ] as const) {
    await assert.rejects(pathsIn(`${folder}/${name}`), {
      name: "UserError",
      message: `Cannot pack the link ${message}; install the module again`,
    });
  }
});

test("listFiles() refuses two links that lead into each other's directory", async (t) => {
  const folder = await makeTree(t, { "a/b": { link: "../c" }, "c/d": { link: "../a" } });
  await assert.rejects(pathsIn(folder, folder), {
    name: "UserError",
    message: `Cannot pack the link "a/b/d" as it loops: "${folder}/a/b/d" -> "../a"; remove it, ${EXCLUDE}`,
  });
});

test("listFiles() does not look at links that are excluded", async (t) => {
  const folder = await makeTree(t, {
    ".ytignore": "outside\ndangling/\n",
    outside: { link: "/etc" },
    dangling: { link: "absent" },
    venv: { link: "/usr" },
    "a.txt": "",
  });
  assert.deepEqual(await pathsIn(folder), ["a.txt"]);
});

test("listFiles() refuses a FIFO, unless it is excluded", async (t) => {
  const folder = await makeTree(t, { "lib/a.txt": "" });
  assert.equal((await runProgram("mkfifo", [`${folder}/lib/queue`])).status, 0);
  await assert.rejects(pathsIn(folder), {
    name: "UserError",
    argument: "pipeline",
    message: `Cannot pack "${folder}/lib/queue" as it is a FIFO: only files and directories can be packed`,
  });
  await addToTree(folder, { ".ytignore": "queue" });
  assert.deepEqual(await pathsIn(folder), ["lib/a.txt"]);
});

test("listFiles() refuses a link to a FIFO", async (t) => {
  const folder = await makeTree(t, { link: { link: "zz_queue" } });
  assert.equal((await runProgram("mkfifo", [`${folder}/zz_queue`])).status, 0);
  await assert.rejects(pathsIn(folder), {
    name: "UserError",
    message: `Cannot pack "${folder}/link" as it is a FIFO: only files and directories can be packed`,
  });
});

test("listFiles() refuses a socket", async (t) => {
  const folder = await makeTree(t);
  const server = createServer().listen(path.join(folder, "door"));
  t.after(() => server.close());
  await once(server, "listening");
  await assert.rejects(pathsIn(folder), {
    name: "UserError",
    message: `Cannot pack "${folder}/door" as it is a socket: only files and directories can be packed`,
  });
});

test("listFiles() refuses a device", async () => {
  await assert.rejects(listFiles({ source: "/dev/null" }), {
    name: "UserError",
    message: 'Cannot pack "/dev/null" as it is a device: only files and directories can be packed',
  });
});

test("listFiles() refuses a name that is not UTF-8, and shows its bytes", async (t) => {
  const folder = await makeTree(t, { "lib/x": "" });
  const place = Buffer.from(`${folder}/lib/`);
  const name = Buffer.from([0xc3, 0xa9, 0xe9, 0x2e, 0xf0, 0x9f, 0xff]);
  const bytes = Buffer.concat([place, name]);
  await writeFile(bytes, "");
  await assert.rejects(pathsIn(folder), {
    name: "UserError",
    argument: "pipeline",
    message: `Cannot pack "${folder}/lib/é\\xe9.\\xf0\\x9f\\xff" as its name is not UTF-8: rename it`,
  });
  await addToTree(folder, { ".ytignore": "lib" });
  assert.deepEqual(await pathsIn(folder), []);
  await rename(bytes, `${folder}/café`);
  assert.deepEqual(await pathsIn(folder), ["café"]);
});

test("listFiles() takes a name that holds the character for what is not UTF-8", async (t) => {
  const folder = await makeTree(t, { "what\uFFFD": "" });
  assert.deepEqual(await pathsIn(folder), ["what\uFFFD"]);
});

test("listFiles() keeps names apart that differ by encoding or case alone", async (t) => {
  const names = ["A", "a", "cafe\u0301", "caf\u00e9"];
  const folder = await makeTree(t, Object.fromEntries(names.map((name) => [name, ""])));
  assert.deepEqual(await pathsIn(folder), names);
});

test("listFiles() lists each name of a file with several, as a file of its own", async (t) => {
  const folder = await makeTree(t, { "a.sh": { text: "#!", mode: 0o755 }, "lib/": "" });
  await linkFile(`${folder}/a.sh`, `${folder}/lib/b.sh`);
  const listed = await listFiles({ source: folder });
  assert.deepEqual(
    listed.map((file) => [file.relativePath, file.linkedPath, file.isExecutable]),
    [
      ["a.sh", `${folder}/a.sh`, true],
      ["lib/b.sh", `${folder}/lib/b.sh`, true],
    ],
  );
});

test("listFiles() says so when a path is longer than the system allows", async (t) => {
  // First, as it has to be gone before makeTree() removes the rest: Node cannot remove it either.
  const remove = async (): Promise<unknown> => runProgram("rm", ["-rf", `${folder}/${name}`]);
  t.after(remove);
  const folder = await makeTree(t);
  // Made step by step, as no path leads to its end.
  const script =
    "import os, sys\nos.chdir(sys.argv[1])\nfor _ in range(17): os.mkdir(sys.argv[2]); os.chdir(sys.argv[2])";
  const name = "d".repeat(250);
  assert.equal((await runProgram("python3", ["-c", script, folder, name])).status, 0);
  const start = `${folder}/${name}`.slice(0, 60);
  await assert.rejects(pathsIn(folder), (error) => {
    assert.ok(error instanceof UserError);
    const bytes = /path of (\d+) bytes/.exec(error.message)?.[1];
    assert.ok(Number(bytes) > 4095);
    assert.equal(
      error.message,
      `Cannot pack "${start}...${name.slice(0, 60)}" as its path of ${bytes} bytes is longer than the system allows: ` +
        "move it up, or exclude it in a .ytignore above it",
    );
    return true;
  });
  await addToTree(folder, { ".ytignore": "/d*/d*/d*/\n", "a.py": "" });
  assert.deepEqual(await pathsIn(folder), ["a.py"]);
});
