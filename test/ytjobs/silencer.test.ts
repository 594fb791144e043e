/** `ytjobs.logging.silencer`, run by Python. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runPython } from "./run-python.ts";
import type { Finished } from "./run-python.ts";

const PRINT = `
import os, subprocess, sys
from ytjobs.logging.silencer import manage_output, redirect_stdout_to_stderr, suppress_all_output
def speak():
    print("printed")
    print("warned", file=sys.stderr)
    sys.stdout.flush()
    subprocess.run(["echo", "child"], check=True)
    os.write(2, b"descriptor\\n")
    return "row"
`;

function run(code: string): Promise<Finished> {
  return runPython(["-c", PRINT + code]);
}

test("redirect_stdout_to_stderr() sends what Python prints to stderr, until it ends", async () => {
  assert.deepEqual(
    await run(`
with redirect_stdout_to_stderr():
    print("within")
print("row")
try:
    with redirect_stdout_to_stderr():
        raise KeyError("broken")
except KeyError:
    print("another row")
`),
    { status: 0, stdout: "row\nanother row\n", stderr: "within\n" },
  );
});

test("suppress_all_output() discards everything, until it ends", async () => {
  assert.deepEqual(
    await run(`
print("before")
try:
    with suppress_all_output():
        speak()
        raise KeyError("broken")
except KeyError:
    print("after")
    subprocess.run(["echo", "child"], check=True)
print("error", file=sys.stderr)
`),
    // Python's own buffer is written when it ends.
    { status: 0, stdout: "before\nchild\nafter\n", stderr: "error\n" },
  );
});

for (const [mode, expected] of [
  ["", { stdout: "child\nrow\n", stderr: "printed\nwarned\ndescriptor\n" }],
  ['"redirect"', { stdout: "child\nrow\n", stderr: "printed\nwarned\ndescriptor\n" }],
  ['mode="suppress"', { stdout: "row\n", stderr: "" }],
] as const) {
  test(`manage_output(${mode}) is about one function`, async () => {
    const code = `
wrapped = manage_output(${mode})(speak)
assert wrapped.__name__ == "speak"
print(wrapped())
`;
    assert.deepEqual(await run(code), { status: 0, ...expected });
  });
}

test("manage_output() says which modes there are", async () => {
  const { stdout } = await run(`
try:
    manage_output("hide")
except ValueError as error:
    print(error)
`);
  assert.equal(stdout, 'Cannot manage output: the mode is "hide"; use "redirect" or "suppress"\n');
});
