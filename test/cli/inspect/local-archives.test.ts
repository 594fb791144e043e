/** `ytcode inspect` of files and pipelines on this machine, run as a user runs it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { withoutColor } from "../../../cli/terminal/colors.ts";
import { buildArchive } from "../../../provider/archive/build/build.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { output } from "../../tools/readers.ts";
import { makePipeline } from "../../tools/small-pipeline.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { REPOSITORY } from "../../ytjobs/run-python.ts";
import { pythonTar, tarOf } from "./make-archive.ts";
import { inspected, runInspect, runOnTerminal } from "./run-inspect.ts";

const NO_CLUSTER = { YT_PROXY: "", YT_TOKEN: "" };

test("ytcode inspect shows what is in an archive that tar made", async (t) => {
  const archive = await tarOf(
    t,
    {
      "stages/run/src/mapper.py": "print('row')\n",
      "lib/words.txt": "x".repeat(3000),
      "operation_wrapper_run_map.sh": { text: "#!/bin/sh\n", mode: 0o755 },
      "latest.txt": { link: "lib/words.txt" },
    },
    ["--mode=u=rwX,go=rX"],
  );
  const lines = (await inspected([path.basename(archive)], { cwd: path.dirname(archive) })).split(
    "\n",
  );
  const [sha256 = ""] = (await output("sha256sum", [archive])).split(" ");
  assert.match(lines[1] ?? "", /^ {2}size {4}\d+ B packed, 3\.0 KiB unpacked, 3 files in 4 parts$/);
  assert.match(lines[2] ?? "", /^ {2}digest {2}[0-9a-f]{64} \(parts recognised by name\)$/);
  assert.deepEqual(
    [lines[0], ...lines.slice(3)].map((line) => line?.replace(/ [0-9a-f]{12}$/, " DIGEST")),
    [
      "archive.tar.gz",
      `  sha256  ${sha256}`,
      "  runs    run (map)",
      "",
      "part          files     size  digest",
      "./latest.txt      0      0 B  DIGEST",
      "lib/              1  2.9 KiB  DIGEST",
      "wrappers/         1     10 B  DIGEST",
      "stages/run        1     13 B  DIGEST",
      "total             3  3.0 KiB  DIGEST",
      "",
      "mode        size  entry",
      "0755              ./",
      "0755         0 B  ./latest.txt -> lib/words.txt (symlink)",
      "0755              ./lib/",
      "0644     2.9 KiB  ./lib/words.txt",
      "0755        10 B  ./operation_wrapper_run_map.sh",
      "0755              ./stages/",
      "0755              ./stages/run/",
      "0755              ./stages/run/src/",
      "0644        13 B  ./stages/run/src/mapper.py",
      "",
    ],
  );
});

test("ytcode inspect shows of a pipeline and of its build the same digest", async (t) => {
  const pipelineDirectory = await makePipeline(t, { "stages/run/requirements.txt": "x==1\n" });
  const manifest = await readManifest({ pipelineDirectory });
  const { file, sha256 } = await buildArchive(manifest);
  const planned: unknown = JSON.parse(await inspected([pipelineDirectory, "--json"]));
  const built: unknown = JSON.parse(await inspected([file, "--json"]));
  assert.partialDeepStrictEqual(planned, {
    version: 1,
    type: "archive",
    place: { type: "pipeline", path: pipelineDirectory },
    digest: manifest.digest,
    partsFrom: "pipeline",
    packed: null,
    publication: null,
    verified: null,
  });
  assert.partialDeepStrictEqual(built, {
    place: { type: "file", path: file },
    digest: manifest.digest,
    partsFrom: "names",
    packed: { format: "gzip", sha256 },
    operations: [{ stage: "run", operation: "map", wrapper: "operation_wrapper_run_map.sh" }],
    warnings: [],
  });
  const difference = await inspected([pipelineDirectory, "--diff", file]);
  assert.match(difference, /\n\nNo difference: \d+ files, .* unpacked\n$/);
});

test("ytcode inspect --json lists every entry, and nothing that acts on a terminal", async (t) => {
  const archive = await pythonTar(t, [
    { name: "./a", data: "1" },
    { name: "a", data: "22", mode: 0o755 },
    { name: "b", type: "LNKTYPE", link: "a" },
    { name: "odd\u001b\u009b\u202e\udcff", data: "" },
    { name: "d", type: "DIRTYPE", mode: 0o700 },
  ]);
  const json = await inspected([archive, "--json"]);
  // oxlint-disable-next-line no-control-regex -- these are what must not get through
  assert.doesNotMatch(json, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  const sha256 = "785f3ec7eb32f30b90cd0fcf3657d388b5ff4297f2f9716ff66e9b69c05ddd09";
  const document: { entries: unknown; warnings: unknown } = JSON.parse(json);
  const type = "file";
  const linkTarget = null;
  assert.deepEqual(document.entries, [
    {
      path: "./a",
      part: null,
      type,
      mode: "0644",
      sizeBytes: 1,
      sha256: "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
      linkTarget,
    },
    { path: "a", part: "./a", type, mode: "0755", sizeBytes: 2, sha256, linkTarget },
    {
      path: "b",
      part: "./b",
      type: "hard-link",
      mode: "0644",
      sizeBytes: 2,
      sha256,
      linkTarget: "a",
    },
    {
      path: "odd\u001b\u009b\u202e\udcff",
      part: "./odd\u001b\u009b\u202e\udcff",
      type,
      mode: "0644",
      sizeBytes: 0,
      sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      linkTarget,
    },
    {
      path: "d/",
      part: null,
      type: "directory",
      mode: "0700",
      sizeBytes: 0,
      sha256: null,
      linkTarget,
    },
  ]);
  assert.deepEqual(document.warnings, [
    'More than once in the archive, where the last one counts: "./a"',
  ]);
});

test("ytcode inspect lists a hostile archive as it is, warns, and writes nothing", async (t) => {
  const archive = await pythonTar(t, [
    { name: "../x", data: "1" },
    { name: "/tmp/y\u001b[2J", data: "1" },
    { name: "etc", type: "SYMTYPE", link: "/etc" },
    { name: "etc/passwd", data: "root" },
    { name: "a/in", type: "SYMTYPE", link: "../b" },
    { name: "a/out", type: "SYMTYPE", link: "../../b" },
    { name: "hard", type: "LNKTYPE", link: "../secret" },
    { name: "null", type: "CHRTYPE" },
    { name: "disk", type: "BLKTYPE" },
    { name: "pipe", type: "FIFOTYPE" },
    { name: "new\nline", data: "1" },
  ]);
  const cwd = await makeTree(t, { "empty/": "" });
  const stdout = await inspected([archive], { cwd: path.join(cwd, "empty") });
  const lines = stdout.split("\n");
  assert.deepEqual(lines.slice(lines.indexOf("mode        size  entry")), [
    "mode        size  entry",
    "0644         1 B  ../x",
    "0644         1 B  /tmp/y\\u{1b}[2J",
    "0644         0 B  etc -> /etc (symlink)",
    "0644         4 B  etc/passwd",
    "0644         0 B  a/in -> ../b (symlink)",
    "0644         0 B  a/out -> ../../b (symlink)",
    "0644         0 B  hard -> ../secret (hard link)",
    "0644         0 B  null (character device)",
    "0644         0 B  disk (block device)",
    "0644         0 B  pipe (fifo)",
    "0644         1 B  new\\u{a}line",
    "",
    "4 warnings",
    '  ! Name that leads outside the folder the archive is extracted to: "../x", "/tmp/y\\u{1b}[2J"',
    '  ! Link that leads outside the folder the archive is extracted to: "etc", "a/out", "hard"',
    '  ! Neither a file nor a directory nor a link: "null", "disk", "pipe"',
    '  ! Hard link to no file that is before it in the archive: "hard"',
    "",
  ]);
  assert.equal(await output("find", [cwd]), `${cwd}\n${cwd}/empty\n`);
});

test("ytcode inspect --diff groups what differs by part", async (t) => {
  const before = await tarOf(t, {
    "stages/run/config.yaml": "size: 1\n",
    "stages/run/src/mapper.py": "print(1)\n",
    "lib/old/words.txt": "one two three\n",
    "lib/run.sh": "#!/bin/sh\n",
    "gone.txt": "x".repeat(2048),
    link: { link: "lib" },
  });
  const after = await tarOf(t, {
    "stages/run/config.yaml": "size: 1\n",
    "stages/run/src/mapper.py": "print(1)\nprint(2)\n",
    "stages/run/src/new\nname.py": "",
    "lib/new/words.txt": "one two three\n",
    "lib/run.sh": { text: "#!/bin/sh\n", mode: 0o755 },
    link: { link: "stages" },
  });
  const lines = (await inspected([before, "--diff", after])).split("\n");
  const [from = "", to = ""] = lines;
  assert.match(from.replace(before, "BEFORE"), /^from {2}BEFORE {2}digest [0-9a-f]{12} {2}\d+ B$/);
  assert.match(to.replace(after, "AFTER"), /^to {4}AFTER {2}digest [0-9a-f]{12} {2}\d+ B$/);
  assert.deepEqual(lines.slice(2), [
    "",
    "./gone.txt",
    "  - gone.txt  2.0 KiB",
    "",
    "./link",
    "  ~ link -> stages  other symlink",
    "",
    "lib/",
    "  > lib/old/words.txt -> lib/new/words.txt  14 B",
    "  ~ lib/run.sh                              10 B  mode 0644 to 0755",
    "",
    "stages/run",
    "  ~ stages/run/src/mapper.py        9 B to 18 B (+9 B)",
    "  + stages/run/src/new\\u{a}name.py  0 B",
    "",
    "6 differences: 1 added, 1 removed, 3 changed, 1 renamed; unpacked 2.0 KiB to 50 B (-2.0 KiB)",
    "",
  ]);
});

test("ytcode inspect --diff --json tells the same to programs", async (t) => {
  const before = await tarOf(t, { "a/x": "1", "a/y": "gone" });
  const after = await tarOf(t, { "a/x": { text: "22", mode: 0o775 }, "b/y": "gone" });
  const document: unknown = JSON.parse(await inspected([before, "--diff", after, "--json"]));
  assert.partialDeepStrictEqual(document, {
    version: 1,
    type: "difference",
    equal: false,
    before: { place: { type: "file", path: before }, sizeBytes: 5, fileCount: 2 },
    after: { place: { type: "file", path: after }, sizeBytes: 6, fileCount: 2 },
    counts: { added: 0, removed: 0, changed: 1, renamed: 1 },
    parts: [
      {
        key: "a/",
        changes: [
          {
            type: "changed",
            path: "a/x",
            previousPath: null,
            before: { type: "file", mode: "0644", sizeBytes: 1, linkTarget: null },
            after: { type: "file", mode: "0755", sizeBytes: 2, linkTarget: null },
          },
        ],
      },
      {
        key: "b/",
        digestBefore: null,
        changes: [{ type: "renamed", path: "b/y", previousPath: "a/y" }],
      },
    ],
  });
  const same: unknown = JSON.parse(await inspected([before, "--diff", before, "--json"]));
  assert.partialDeepStrictEqual(same, { equal: true, parts: [] });
});

test("ytcode inspect --patch of a pipeline is a patch to what it would be packed into", async (t) => {
  const pipelineDirectory = await makePipeline(t);
  const { file } = await buildArchive(await readManifest({ pipelineDirectory }));
  const before = path.join(await makeTree(t), "before.tar.gz");
  await writeFile(before, await readFile(file));
  await writeFile(path.join(pipelineDirectory, "stages/run/src/mapper.py"), "print('other')\n");
  assert.equal(
    await inspected([before, "--diff", pipelineDirectory, "--patch"]),
    `diff --git a/stages/run/src/mapper.py b/stages/run/src/mapper.py
--- a/stages/run/src/mapper.py
+++ b/stages/run/src/mapper.py
@@ -1,1 +1,1 @@
-print('row')
+print('other')
`,
  );
  assert.equal(await inspected([before, "--diff", before, "--patch"]), "");
});

test("ytcode inspect --patch escapes contents on a terminal, and nowhere else", async (t) => {
  const before = await tarOf(t, { a: "plain\n" });
  const after = await tarOf(t, { a: "tab\t \u001b]0;title\u0007 caf\u00e9 \u009b31m\u202e\r\n" });
  const args = [before, "--diff", after, "--patch"];
  assert.ok(
    (await inspected(args)).endsWith("+tab\t \u001b]0;title\u0007 café \u009b31m\u202e\r\n"),
  );
  const shown = "+tab\t \\u{1b}]0;title\\u{7} café \\u{9b}31m\\u{202e}\\u{d}";
  const coloured = await runOnTerminal(args);
  assert.equal(coloured.status, 0);
  const lines = coloured.stdout.split("\n");
  assert.equal(lines[4], "\u001b[31m-plain\u001b[39m");
  assert.equal(lines[5], `\u001b[32m${shown}\u001b[39m`);
  const plain = await runOnTerminal(args, { env: { NO_COLOR: "1" } });
  assert.equal(plain.stdout.split("\n")[5], shown);
  assert.ok(!plain.stdout.includes("\u001b"));
});

test("ytcode inspect colours its reports on a terminal, unless NO_COLOR is set", async (t) => {
  const archive = await tarOf(t, { a: "1" });
  for (const args of [[archive], [archive, "--diff", await tarOf(t, { a: "2" })]]) {
    const plain = await inspected(args);
    assert.ok(!plain.includes("\u001b"));
    const coloured = (await runOnTerminal(args)).stdout;
    assert.ok(coloured.includes("\u001b[1m"));
    assert.equal(withoutColor(coloured), plain);
    const { stdout } = await runOnTerminal(args, { env: { NO_COLOR: "1" } });
    assert.equal(stdout, plain);
  }
});

test("ytcode inspect ends quietly when nobody reads on", async (t) => {
  const entries = Array.from({ length: 20_000 }, (_, index) => ({ name: `folder/file-${index}` }));
  const archive = await pythonTar(t, entries);
  const main = path.join(REPOSITORY, "cli/main.ts");
  const child = spawn(process.execPath, [main, "inspect", archive], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors = text(child.stderr);
  child.stdout.once("data", () => child.stdout.destroy());
  const [status] = await once(child, "close");
  assert.equal(await errors, "");
  assert.equal(status, 0);
});

test("ytcode inspect reads an archive of 100,000 files", async (t) => {
  const entries = Array.from({ length: 100_000 }, (_, index) => ({ name: `f${index}`, data: "x" }));
  const archive = await pythonTar(t, entries);
  const stdout = await inspected([archive]);
  assert.match(stdout, /97\.7 KiB unpacked, 100000 files in 100000 parts/);
  assert.equal(stdout.split("\n").filter((line) => line.startsWith("0644 ")).length, 100_000);
});

const NO_NAMES = "name an archive, a pipeline directory or a Cypress path";

test("ytcode inspect says in one message why it cannot read what is named", async (t) => {
  const folder = await makeTree(t, {
    "empty.tar.gz": "",
    "text.tar.gz": "no archive\n",
    "locked.tar.gz": { text: "x", mode: 0o000 },
    "folder/": "",
    "broken/configs/config.yaml": "stages: {enabled_stages: [run]}\n",
    dangling: { link: "nowhere" },
    "esc\u001b[31m.tar": "",
  });
  const isRoot = process.getuid?.() === 0;
  const cases: readonly (readonly [string, string])[] = [
    ["gone.tar.gz", 'Cannot inspect "gone.tar.gz" as there is no such file or directory'],
    ["dangling", 'Cannot inspect "dangling" as there is no such file or directory'],
    ["empty.tar.gz", 'Cannot read "empty.tar.gz" as it is empty'],
    ["text.tar.gz", 'Cannot read "text.tar.gz" as it is no tar archive'],
    ["esc\u001b[31m.tar", 'Cannot read "esc\\u{1b}[31m.tar" as it is empty'],
    [
      "folder",
      `Cannot inspect "folder" as it is a directory but no pipeline: it has no "configs/config.yaml"; ${NO_NAMES}`,
    ],
    ["/dev/null", 'Cannot inspect "/dev/null" as it is neither a file nor a directory'],
    [
      "/home/nobody-of-that-name/build",
      'Cannot inspect "/home/nobody-of-that-name/build" as there is no such file or directory; a Cypress path begins with two slashes',
    ],
    ...(isRoot
      ? []
      : ([
          ["locked.tar.gz", 'Cannot read "locked.tar.gz": permission denied; make it readable'],
        ] as const)),
  ];
  for (const [name, message] of cases) {
    const { status, stdout, stderr } = await runInspect([name], { cwd: folder, env: NO_CLUSTER });
    assert.deepEqual([status, stdout, stderr], [1, "", `ytcode: ${message}\n`]);
  }
  const broken = await runInspect(["broken"], { cwd: folder });
  assert.deepEqual([broken.status, broken.stdout], [1, ""]);
  assert.match(broken.stderr, /^ytcode: Cannot .*"run".*\n$/);
});

test("ytcode inspect follows a link to an archive, and takes another configuration", async (t) => {
  const archive = await tarOf(t, { a: "1" });
  const folder = await makeTree(t, { "pipes/": "" });
  await symlink(archive, path.join(folder, "link.tar.gz"));
  assert.match(await inspected(["link.tar.gz"], { cwd: folder }), /^link\.tar\.gz\n/);
  const pipeline = await makePipeline(t);
  await mkdir(path.join(pipeline, "other"));
  await writeFile(path.join(pipeline, "other/prod.yaml"), "stages: {enabled_stages: []}\n");
  const stdout = await inspected([pipeline, "--config", "other/prod.yaml"]);
  assert.match(stdout, / 0 files in 0 parts; as it would be packed now\n/);
});

test("ytcode inspect calls wrong usage wrong usage", async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[], "error: missing required argument 'archive'\n"],
    [["a", "--patch"], "error: option '--patch' needs '--diff <other>'\n"],
    [
      ["a", "--diff", "b", "--patch", "--json"],
      "error: option '--patch' cannot be used with option '--json'\n",
    ],
  ];
  for (const [args, message] of cases) {
    const { status, stdout, stderr } = await runInspect(args);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.ok(stderr.startsWith(message), stderr);
  }
  const help = await runInspect(["--help"]);
  assert.equal(help.status, 0);
  assert.match(help.stdout, /Usage: ytcode inspect \[options\] <archive>/);
});
