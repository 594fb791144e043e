/** Tests which file is started for the name of an interpreter. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findInterpreter } from "../../../../provider/pipeline/python/interpreter.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

const PROGRAM = { text: "#!/bin/sh\n", mode: 0o755 };

test("findInterpreter() takes the first on PATH that can be executed", async (t) => {
  const folder = await makeTree(t, {
    "a/python3/": "",
    "b/python3": { text: "", mode: 0o644 },
    "c/python3": PROGRAM,
    "d/python3": PROGRAM,
  });
  const environment = { PATH: `${folder}/none:${folder}/a:${folder}/b:c:${folder}/d` };
  const surroundings = { environment, workingDirectory: folder };
  assert.equal(findInterpreter("python3", surroundings), `${folder}/c/python3`);
});

test("findInterpreter() takes an empty entry of PATH for the working directory", async (t) => {
  const folder = await makeTree(t, { python3: PROGRAM });
  const surroundings = { environment: { PATH: "/none:" }, workingDirectory: folder };
  assert.equal(findInterpreter("python3", surroundings), `${folder}/python3`);
});

test("findInterpreter() leaves links alone, and relative paths to the working directory", async (t) => {
  const folder = await makeTree(t, {
    "bin/python3.11": PROGRAM,
    "env/bin/python": { link: "../../bin/python3.11" },
  });
  const surroundings = { environment: { PATH: "/none" }, workingDirectory: `${folder}/env` };
  assert.equal(findInterpreter("bin/python", surroundings), `${folder}/env/bin/python`);
  assert.equal(findInterpreter("./bin/python", surroundings), `${folder}/env/bin/python`);
});

test("findInterpreter() says what is wrong with a directory", async (t) => {
  const folder = await makeTree(t, { "env/bin/python": PROGRAM });
  const surroundings = { environment: {}, workingDirectory: folder };
  assert.throws(() => findInterpreter("./env", surroundings), {
    name: "UserError",
    argument: "python",
    message:
      'Cannot look for Python modules as "./env" failed: it is a directory: name the interpreter in it, such as "bin/python"',
  });
});
