/** The Python of `ytcode run`: interpreters, requirements, virtual environments. */
import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { EXAMPLES, parseRows, readRows } from "../../behaviour/examples/example-stages.ts";
import { pythonEnvironment, pythonPath, wheelsDirectory } from "../../tools/paths.ts";
import { makePythonEnvironment } from "../../tools/python-environment.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { runPython } from "../../ytjobs/run-python.ts";
import { copyExample, makeStages, runCommand } from "./run-command.ts";

/** A package that no Python has, as a wheel: a zip file with a module and what pip wants to know. */
const MAKE_WHEEL = `
import sys, zipfile
info = "only_here-1.0.dist-info"
with zipfile.ZipFile(f"{sys.argv[1]}/only_here-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("only_here.py", "")
    wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: only_here\\nVersion: 1.0\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", "only_here.py,,\\n")
`;

/** Writes where its Python is and where it has the package from, if it has. */
const SHOW = `
import importlib.util, json, sys
def place(name):
    spec = importlib.util.find_spec(name)
    return spec and spec.origin
print(json.dumps({"prefix": sys.prefix, "package": place("only_here"), "outer": place("typing_extensions")}))
`;

const REQUIRING = { "show/src/vanilla.py": SHOW, "show/requirements.txt": "only_here==1.0\n" };

/** What {@link SHOW} writes, and what the run said. */
interface Shown {
  readonly prefix: string;
  readonly package: string | null;
  readonly outer: string | null;
  readonly stderr: string;
}

/** An environment in which pip finds the package, and nothing else, and asks nobody. */
async function withWheel(t: TestContext): Promise<NodeJS.ProcessEnv> {
  const folder = await makeTree(t);
  const { status, stderr } = await runPython(["-c", MAKE_WHEEL, folder]);
  assert.equal(status, 0, stderr);
  return { PIP_NO_INDEX: "1", PIP_FIND_LINKS: pathToFileURL(folder).href };
}

async function show(
  t: TestContext,
  folder: string,
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<Shown> {
  const run = await runCommand(t, folder, [".", "show", "--output", "-", ...args], { environment });
  assert.equal(run.status, 0, run.stderr);
  return { ...JSON.parse(run.stdout), stderr: run.stderr };
}

function environmentsIn(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.startsWith("python_"));
}

test("ytcode run installs requirements into an environment of its own, once", async (t) => {
  const folder = await makeStages(t, REQUIRING);
  const { stdout: before } = await runPython(["-m", "pip", "freeze"]);
  const first = await show(t, folder, [], await withWheel(t));
  const [environment = ""] = environmentsIn(await readdir(path.join(folder, ".dev")));
  const place = path.join(folder, ".dev", environment);
  assert.equal(first.prefix, place);
  assert.ok(first.package?.startsWith(`${place}/`), String(first.package));
  assert.ok(
    first.stderr.includes(
      `[Run] Installing the requirements of "show" into .dev/${environment}, not into your Python\n`,
    ),
    first.stderr,
  );
  assert.equal((await runPython(["-m", "pip", "freeze"])).stdout, before);

  await writeFile(path.join(place, "mark"), "");
  // Nothing is looked for: all is there.
  const second = await show(t, folder, [], { PIP_NO_INDEX: "1" });
  assert.equal(second.prefix, place);
  assert.ok(
    second.stderr.includes(
      `[Run] Requirements of "show" are in .dev/${environment}, from an earlier run\n`,
    ),
    second.stderr,
  );
  assert.ok((await readdir(place)).includes("mark"));

  await writeFile(path.join(folder, "stages/show/requirements.txt"), "# none\n");
  const third = await show(t, folder);
  assert.notEqual(third.prefix, place);
  assert.equal(environmentsIn(await readdir(path.join(folder, ".dev"))).length, 2);
});

test("ytcode run makes an environment anew that was not completed", async (t) => {
  const folder = await makeStages(t, REQUIRING);
  const args = [".", "show"];
  const { status, stderr } = await runCommand(t, folder, args, {
    environment: { PIP_NO_INDEX: "1" },
  });
  assert.equal(status, 1);
  assert.ok(
    stderr.endsWith(
      'ytcode: Cannot install "stages/show/requirements.txt" as pip ended with exit status 1: a job would fail in the same way\n',
    ),
    stderr,
  );
  const shown = await show(t, folder, [], await withWheel(t));
  assert.ok(shown.package?.startsWith(`${folder}/.dev/python_`), String(shown.package));
});

test("ytcode run makes no environment for a stage without requirements", async (t) => {
  const folder = await makeStages(t, { "show/src/vanilla.py": SHOW });
  const { stdout } = await runPython(["-c", "import sys; print(sys.prefix)"]);
  assert.equal((await show(t, folder)).prefix, stdout.trim());
  assert.deepEqual(environmentsIn(await readdir(path.join(folder, ".dev"))), []);
});

test("ytcode run --python takes a virtual environment's interpreter", async (t) => {
  const folder = await makeStages(t, { "show/src/vanilla.py": SHOW });
  const { prefix } = await show(t, folder, ["--python", pythonPath]);
  assert.equal(prefix, path.dirname(path.dirname(pythonPath)));
});

test("ytcode run --python takes any program that is an interpreter", async (t) => {
  const program = "import marked; print('{\"prefix\": \"' + marked.__name__ + '\"}')";
  const folder = await makeStages(t, { "show/src/vanilla.py": program });
  const { python } = await makePythonEnvironment(t, { "marked.py": "" });
  assert.equal((await show(t, folder, ["--python", python])).prefix, "marked");
});

test("ytcode run installs requirements over the packages of a virtual environment", async (t) => {
  const folder = await makeStages(t, REQUIRING);
  const shown = await show(t, folder, ["--python", pythonPath], await withWheel(t));
  assert.ok(shown.package?.startsWith(`${folder}/.dev/python_`), String(shown.package));
  assert.ok(shown.outer?.startsWith(`${pythonEnvironment}/`), String(shown.outer));
});

test("ytcode run runs the example price_report with its requirements", async (t) => {
  const folder = path.join(await makeTree(t), "price_report");
  await copyExample(path.join(EXAMPLES, "price_report"), folder);
  const args = [folder, "report", "--output", "rows.jsonl"];
  const { status, stderr } = await runCommand(t, path.dirname(folder), args, {
    environment: { PIP_NO_INDEX: "1", PIP_FIND_LINKS: pathToFileURL(wheelsDirectory).href },
  });
  assert.equal(status, 0, stderr);
  const rows = await readFile(path.join(path.dirname(folder), "rows.jsonl"), "utf8");
  const expected = await readRows(path.join(folder, "data/report/vanilla.expected.jsonl"));
  assert.deepEqual(parseRows(rows), expected);
});
