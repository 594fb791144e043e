/** `ytcode run` of a mapper: its sandbox, its rows, its exit status. */
import assert from "node:assert/strict";
import { access, readFile, readdir, readlink, symlink, writeFile } from "node:fs/promises";
import { once } from "node:events";
import path from "node:path";
import { test } from "node:test";
import { makeTree } from "../../tools/temporary-tree.ts";
import { isRunning, makeStages, runCommand, startRun } from "./run-command.ts";

/** Writes what it is given as rows. */
const SHOW = `
import json, os, sys
print(json.dumps({"cwd": os.getcwd(), "path": os.environ["PYTHONPATH"]}))
print(json.dumps({"config": os.environ["JOB_CONFIG_PATH"], "mine": os.environ.get("MINE")}))
for line in sys.stdin:
    print(line, end="")
`;

const COPY = "import sys\nfor line in sys.stdin:\n    print(line, end='')\n";

test("ytcode run runs a mapper in a sandbox, through its wrapper", async (t) => {
  const folder = await makeStages(t, { "show/src/mapper.py": SHOW }, { "in.jsonl": '{"a": 1}\n' });
  const { status, stdout, stderr } = await runCommand(
    t,
    folder,
    [".", "show", "--input", "in.jsonl"],
    {
      environment: { MINE: "kept" },
    },
  );
  const sandbox = path.join(folder, ".dev/sandbox_in->show");
  assert.equal(
    stderr,
    `[Run] Building ${folder}\n` +
      '[Run] Map of "show" in ".dev/sandbox_in->show": 1 row, 9 B\n' +
      `[Run] 3 rows, ${(await readFile(path.join(sandbox, "output.jsonl"))).length} B in ".dev/sandbox_in->show/output.jsonl"\n`,
  );
  assert.deepEqual([status, stdout], [0, ""]);
  const rows = (await readFile(path.join(sandbox, "output.jsonl"), "utf8")).trimEnd().split("\n");
  assert.deepEqual(
    rows.map((row): unknown => JSON.parse(row)),
    [
      { cwd: sandbox, path: sandbox },
      { config: path.join(sandbox, "stages/show/config.yaml"), mine: "kept" },
      { a: 1 },
    ],
  );
  assert.deepEqual((await readdir(sandbox)).toSorted(), [
    "input.jsonl",
    "operation_wrapper_show_map.sh",
    "output.jsonl",
    "source.tar.gz",
    "stages",
    "ytjobs",
  ]);
  const archive = await readFile(path.join(folder, ".build/source.tar.gz"));
  assert.deepEqual(await readFile(path.join(sandbox, "source.tar.gz")), archive);
  assert.equal(await readFile(path.join(folder, ".dev/.gitignore"), "utf8"), "*\n");
});

test("ytcode run runs a pipeline of mode prod too, from a place of its own", async (t) => {
  const folder = await makeStages(t, { "copy/src/mapper.py": COPY });
  const config =
    "stages: {enabled_stages: [copy]}\npipeline: {mode: prod, build_folder: //home/x}\n";
  await writeFile(path.join(folder, "configs/config.yaml"), config);
  const elsewhere = await makeTree(t, { "rows.jsonl": "{}\n" });
  const { status } = await runCommand(t, elsewhere, [folder, "copy", "--input", "rows.jsonl"]);
  assert.equal(status, 0);
  const output = path.join(folder, ".dev/sandbox_rows->copy/output.jsonl");
  assert.equal(await readFile(output, "utf8"), "{}\n");
});

test("ytcode run makes the sandbox anew, also when its input lies in the last one", async (t) => {
  const add = "import sys\nsys.stdout.write(sys.stdin.read() + 'x\\n')\nopen('left', 'w')\n";
  const folder = await makeStages(t, { "add/src/mapper.py": add }, { "output.jsonl": "" });
  const sandbox = path.join(folder, ".dev/sandbox_output->add");
  await runCommand(t, folder, [".", "add", "--input", "output.jsonl"]);
  await access(path.join(sandbox, "left"));
  await writeFile(path.join(folder, "stages/add/src/mapper.py"), add.split("open")[0] ?? "");
  await runCommand(t, folder, [".", "add", "--input", path.join(sandbox, "output.jsonl")]);
  assert.equal(await readFile(path.join(sandbox, "output.jsonl"), "utf8"), "x\nx\n");
  assert.ok(!(await readdir(sandbox)).includes("left"));
});

for (const [fact, args] of [
  ["no input is named", []],
  ["the input is -", ["--input", "-"]],
] as const) {
  test(`ytcode run reads standard input when ${fact}`, async (t) => {
    const folder = await makeStages(t, { "copy/src/mapper.py": COPY });
    const { child, finished } = await startRun(t, folder, [".", "copy", "--output", "-", ...args], {
      stdin: "pipe",
    });
    child.stdin?.end('{"n": 1}\n{"n": 2}');
    const { status, stdout, stderr } = await finished;
    assert.deepEqual([status, stdout], [0, '{"n": 1}\n{"n": 2}']);
    assert.match(stderr, /in "\.dev\/sandbox_stdin->stdout": 2 rows, 17 B\n$/);
  });
}

test("ytcode run reads what is no regular file", async (t) => {
  const folder = await makeStages(t, { "copy/src/mapper.py": COPY });
  const { stdout } = await runCommand(t, folder, [
    ".",
    "copy",
    "--input",
    "/dev/null",
    "--output",
    "/dev/stdout",
  ]);
  assert.equal(stdout, "");
});

test("ytcode run puts a complete output in place of what a link leads to", async (t) => {
  const folder = await makeStages(
    t,
    { "copy/src/mapper.py": COPY },
    { "in.jsonl": "{}\n", "old.jsonl": "old" },
  );
  const link = path.join(folder, "link.jsonl");
  await symlink("old.jsonl", link);
  const { status, stderr } = await runCommand(t, folder, [
    ".",
    "copy",
    "--input",
    "in.jsonl",
    "--output",
    "link.jsonl",
  ]);
  assert.equal(status, 0);
  assert.match(stderr, /\[Run\] 1 row, 3 B in "old\.jsonl"\n$/);
  assert.equal(await readlink(link), "old.jsonl");
  assert.equal(await readFile(path.join(folder, "old.jsonl"), "utf8"), "{}\n");
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.includes("partial")),
    [],
  );
});

for (const [fact, program, status] of [
  ["a status", "print('half')\nimport sys; sys.exit(7)", 7],
  ["an exception", "print('half')\nraise RuntimeError('broken')", 1],
  ["a signal", "print('half', flush=True)\nimport os; os.kill(os.getpid(), 15)", 143],
] as const) {
  test(`ytcode run ends with the status of a stage that ends with ${fact}`, async (t) => {
    const folder = await makeStages(t, { "bad/src/mapper.py": program }, { "out.jsonl": "old" });
    const args = [".", "bad", "--output", "out.jsonl"];
    const { status: ended, stderr } = await runCommand(t, folder, args);
    assert.equal(ended, status);
    assert.equal(
      stderr.trimEnd().split("\n").at(-1),
      `ytcode: The map of the stage "bad" failed with exit status ${status}: look into ".dev/sandbox_stdin->out", ` +
        "or run it again there with: bash ./operation_wrapper_bad_map.sh < input.jsonl",
    );
    assert.equal(await readFile(path.join(folder, "out.jsonl"), "utf8"), "old");
    const sandbox = path.join(folder, ".dev/sandbox_stdin->out");
    assert.equal(await readFile(path.join(sandbox, "output.jsonl.partial"), "utf8"), "half\n");
  });
}

test("ytcode run shows what a stage writes to standard error while it runs", async (t) => {
  const program =
    "import os, sys, time\nprint('waiting', file=sys.stderr)\n" +
    "while not os.path.exists('go'): time.sleep(0.01)\nprint('gone on', file=sys.stderr)\n";
  const folder = await makeStages(t, { "wait/src/mapper.py": program });
  const { finished, saw } = await startRun(t, folder, [".", "wait"]);
  await saw("waiting\n");
  await writeFile(path.join(folder, ".dev/sandbox_stdin->wait/go"), "");
  const { status, stderr } = await finished;
  assert.equal(status, 0);
  assert.match(stderr, /waiting\ngone on\n\[Run\] 0 rows/);
});

test("ytcode run ends what a stage leaves behind", async (t) => {
  const program =
    "import subprocess, sys\nchild = subprocess.Popen(['sleep', '1000'])\nprint(child.pid)\n";
  const folder = await makeStages(t, { "fork/src/mapper.py": program });
  const { status } = await runCommand(t, folder, [".", "fork"]);
  assert.equal(status, 0);
  const output = path.join(folder, ".dev/sandbox_stdin->fork/output.jsonl");
  assert.equal(await isRunning(Number(await readFile(output, "utf8"))), false);
});

test("ytcode run refuses a sandbox that another run is using", async (t) => {
  const program = "import sys, time\nprint('up', file=sys.stderr, flush=True)\ntime.sleep(1000)\n";
  const folder = await makeStages(t, { "long/src/mapper.py": program });
  const { child, finished, saw } = await startRun(t, folder, [".", "long"]);
  await saw("up\n");
  const { status, stderr } = await runCommand(t, folder, [".", "long"]);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `ytcode: Cannot run in "${folder}/.dev/sandbox_stdin->long" as another run is using it: ` +
      `wait for it to end, or name another --output; its process is ${child.pid}\n`,
  );
  child.kill("SIGTERM");
  assert.equal((await finished).status, 143);
});

test("ytcode run keeps the memory it uses when the input is large", async (t) => {
  const folder = await makeStages(t, { "copy/src/mapper.py": COPY });
  // ru_maxrss of children is that of the largest process below: in KiB on Linux, bytes on macOS.
  const measure =
    "import resource, subprocess, sys\nended = subprocess.run(sys.argv[1:]).returncode\n" +
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)\nsys.exit(ended)\n";
  const row = `{"text": "${"x".repeat(1000)}"}\n`;
  const peak = async (rows: number): Promise<number> => {
    const { finished, child } = await startRun(t, folder, [".", "copy"], {
      stdin: "pipe",
      launcher: ["python3", "-c", measure],
    });
    for (let written = 0; written < rows; written += 1000) {
      if (child.stdin?.write(row.repeat(1000)) === false) {
        await once(child.stdin, "drain");
      }
    }
    child.stdin?.end();
    const { status, stderr } = await finished;
    assert.equal(status, 0, stderr);
    assert.match(stderr, new RegExp(`\\[Run\\] ${rows} rows, `));
    const unit = process.platform === "darwin" ? 1 : 1024;
    return Number(stderr.trimEnd().split("\n").at(-1)) * unit;
  };
  const small = await peak(1000);
  const large = await peak(150_000);
  assert.ok(large - small < 100_000_000, `${small} bytes for 1 MB, ${large} bytes for 150 MB`);
});
