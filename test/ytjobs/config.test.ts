/** `ytjobs.config`, run by Python. */
import assert from "node:assert/strict";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runPython } from "./run-python.ts";
import type { Finished } from "./run-python.ts";

const PRINT_PATH = `
from ytjobs.config import get_config_path
print(ascii(str(get_config_path())), get_config_path().is_absolute())
`;
const PRINT_ERROR = `
from ytjobs.config import get_config_path
try:
    get_config_path()
except (ValueError, OSError) as error:
    print(f"{type(error).__name__}: {error}")
`;

let folder: string;

before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "ytjobs-config-")));
});

after(() => rm(folder, { recursive: true }));

function python(code: string, env: Record<string, string>): Promise<Finished> {
  return runPython(["-c", code], { env: { PYTHONIOENCODING: "utf-8", ...env }, cwd: folder });
}

function succeeded(stdout: string): Finished {
  return { status: 0, stdout, stderr: "" };
}

test("get_config_path() returns the path that JOB_CONFIG_PATH holds", async () => {
  const path = join(folder, "config.yaml");
  await writeFile(path, "");
  assert.deepEqual(
    await python(PRINT_PATH, { JOB_CONFIG_PATH: path }),
    succeeded(`'${path}' True\n`),
  );
});

test("get_config_path() takes a path with spaces and letters of other alphabets", async () => {
  await writeFile(join(folder, "é ж.yaml"), "");
  assert.deepEqual(
    await python(PRINT_PATH, { JOB_CONFIG_PATH: join(folder, "é ж.yaml") }),
    succeeded(`'${folder}/\\xe9 \\u0436.yaml' True\n`),
  );
});

test("get_config_path() makes a relative path absolute", async () => {
  await writeFile(join(folder, "relative.yaml"), "");
  assert.deepEqual(
    await python(PRINT_PATH, { JOB_CONFIG_PATH: "./relative.yaml" }),
    succeeded(`'${join(folder, "relative.yaml")}' True\n`),
  );
});

for (const [fact, env] of [
  ["is not set", {}],
  ["is empty", { JOB_CONFIG_PATH: "" }],
] as const) {
  test(`get_config_path() says what to do when JOB_CONFIG_PATH ${fact}`, async () => {
    assert.deepEqual(
      await python(PRINT_ERROR, env),
      succeeded(
        "ValueError: Cannot find the job's configuration: JOB_CONFIG_PATH is not set; start the job " +
          "through its operation wrapper, or set JOB_CONFIG_PATH to the stage's config.yaml\n",
      ),
    );
  });
}

for (const [fact, name] of [
  ["nothing that exists", "absent.yaml"],
  ["a directory", "."],
] as const) {
  test(`get_config_path() names the path when JOB_CONFIG_PATH leads to ${fact}`, async () => {
    assert.deepEqual(
      await python(PRINT_ERROR, { JOB_CONFIG_PATH: name }),
      succeeded(
        `FileNotFoundError: Cannot find the job's configuration: JOB_CONFIG_PATH is "${name}", and there is ` +
          `no file "${join(folder, name)}"; give the stage a config.yaml, or correct JOB_CONFIG_PATH\n`,
      ),
    );
  });
}
