/** Tests what becomes of interpreters that fail, write too much, or do not answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { packageFile } from "../../../../common/package-file.ts";
import { askPython } from "../../../../provider/pipeline/python/ask.ts";
import type { PythonAnswer } from "../../../../provider/pipeline/python/answer.ts";
import { pythonPath } from "../../../tools/paths.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";
import { surroundingsIn } from "../../../tools/virtual-environment.ts";

/** Asks a shell script that stands in for an interpreter. */
async function askScript(
  t: TestContext,
  script: string,
  timeLimitMs?: number,
): Promise<PythonAnswer> {
  const text = `#!/bin/sh\n${script}\n`;
  const folder = await makeTree(t, { python: { text, mode: 0o755 } });
  return askPython(["single"], {
    ...surroundingsIn(folder),
    interpreter: `${folder}/python`,
    python: "python",
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
  });
}

for (const [fact, script, reason] of [
  ["fails", "echo trouble >&2; echo 'more trouble' >&2; exit 3", "more trouble"],
  ["fails without a word", "exit 3", "it ended with status 3"],
  ["crashes", "kill -SEGV $$", "it was ended by SIGSEGV"],
  ["is no Python", "echo hello", 'it is no Python 3: it wrote "hello"'],
  ["writes nothing", "exit 0", 'it is no Python 3: it wrote ""'],
  ["writes without end", "exec yes", 'it is no Python 3: it wrote "y"'],
  [
    "cannot start",
    'PYTHONHOME=/nowhere exec python3 "$@"',
    "Fatal Python error: init_fs_encoding: failed to get the Python codec of the filesystem encoding",
  ],
  [
    "is too old",
    `shift; exec python3 -c 'import sys; sys.version_info = (2, 7, 18); sys.version = "2.7.18 (default)"; exec(sys.argv[1])' "$1"`,
    "it is Python 2.7.18, and Python 3.4 or newer is needed",
  ],
] as const) {
  test(`askPython() says so when the interpreter ${fact}`, async (t) => {
    await assert.rejects(askScript(t, script), {
      name: "UserError",
      argument: "python",
      message: `Cannot look for Python modules as "python" failed: ${reason}`,
    });
  });
}

test(
  "askPython() stops an interpreter that does not answer, whoever else holds its output",
  { timeout: 15_000 },
  async (t) => {
    await assert.rejects(askScript(t, "sleep 20 & wait", 200), {
      name: "UserError",
      argument: "python",
      message:
        'Cannot look for Python modules as "python" failed: it has not answered within 0.2 s and was stopped',
    });
  },
);

test(
  "askPython() takes an answer although something that was started holds the output",
  { timeout: 15_000 },
  async (t) => {
    const { modules } = await askScript(t, 'sleep 20 & exec python3 "$@"');
    assert.deepEqual([...modules.keys()], ["single"]);
  },
);

test("askPython() asks for more names than an argument list could hold", async (t) => {
  const folder = await makeTree(t, { "m/module_19999.py": "" });
  const names = Array.from({ length: 20_000 }, (_, index) => `module_${index}`);
  const { modules } = await askPython(names, {
    ...surroundingsIn(folder, { PYTHONPATH: `${folder}/m` }),
    interpreter: pythonPath,
    python: "python",
  });
  assert.equal(modules.size, names.length);
  assert.deepEqual(modules.get("module_0"), { type: "missing" });
  assert.deepEqual(modules.get("module_19999"), {
    type: "file",
    file: `${folder}/m/module_19999.py`,
  });
});

test("askPython() has an answer depend on the program that finds it, too", async (t) => {
  const folder = await makeTree(t);
  const { dependsOn } = await askPython(["single"], {
    ...surroundingsIn(folder),
    interpreter: pythonPath,
    python: "python",
  });
  assert.ok(dependsOn?.includes(packageFile("provider/pipeline/python/query.py")));
});
