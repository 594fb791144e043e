/**
 * Wrappers in images of all kinds: whatever the environment says to tar, pip and Python, whoever the job
 * runs as, and whatever the image has installed.
 */
import assert from "node:assert/strict";
import { chmod, chown, copyFile, cp, mkdir, readdir, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { buildArchive } from "../../../provider/archive/build/build.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { pythonEnvironment } from "../../tools/paths.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { addToTree, makeTree } from "../../tools/temporary-tree.ts";
import type { Tree } from "../../tools/temporary-tree.ts";
import { makeWheels } from "../../tools/wheels.ts";
import { runProgram, runPython } from "../../ytjobs/run-python.ts";
import type { Finished, RunOptions } from "../../ytjobs/run-python.ts";

const WRAPPER = "operation_wrapper_run_map.sh";

/** An id that no system knows. */
const STRANGER = 54321;

/** Runs a command line in an environment, both as JSON; as another user, when there is an id. */
const RUN_AS = `
import json, os, sys
user, command, environment = [json.loads(text) for text in sys.argv[1:]]
if user is not None:
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
os.umask(0o022)
os.execve(command[0], command, environment)
`;

type Environment = Readonly<Record<string, string | undefined>>;

/** Whom a job runs as. */
interface JobUser {
  readonly name: string;
  /** Undefined for the user that runs the tests. */
  readonly id: number | undefined;
  /** An interpreter outside of all virtual environments that the user can run. */
  readonly python: string;
}

function runAs(
  id: number | undefined,
  command: readonly string[],
  env: Environment,
  options: RunOptions = {},
): Promise<Finished> {
  const args = [id ?? null, command, env].map((value) => JSON.stringify(value));
  return runPython(["-c", RUN_AS, ...args], options);
}

/** The distribution's own interpreter if there is one, as the most difficult to install for. */
async function findPython(id: number | undefined): Promise<string | undefined> {
  const program = "import os, sys, venv; print(os.path.realpath(sys.executable))";
  for (const python of ["/usr/bin/python3", "python3"]) {
    const outside = await runProgram(python, ["-c", program]).catch(() => undefined);
    const command = [
      outside?.stdout.trim() ?? "",
      "-c",
      "import sys; sys.exit(sys.prefix != sys.base_prefix)",
    ];
    if (outside?.status === 0 && (await runAs(id, command, {})).status === 0) {
      return command[0];
    }
  }
  return undefined;
}

async function findUsers(): Promise<readonly JobUser[]> {
  const users: JobUser[] = [];
  const ids = process.geteuid?.() === 0 ? [undefined, STRANGER] : [undefined];
  for (const id of ids) {
    const python = await findPython(id);
    const name = id === undefined ? "the user of these tests" : "a user without a name";
    if (python !== undefined) {
      users.push({ name, id, python });
    }
  }
  return users;
}

const USERS = await findUsers();

/** Runs a test for each user; says so when that cannot be done for one without a name. */
function testAsEach(name: string, run: (t: TestContext, user: JobUser) => Promise<void>): void {
  for (const user of USERS) {
    test(`${name}, as ${user.name}`, (t) => run(t, user));
  }
  if (!USERS.some(({ id }) => id === STRANGER)) {
    const skip = "needs root, and a Python that others can run";
    test(`${name}, as a user without a name`, { skip }, () => undefined);
  }
}

/** A folder that the user can write: a sandbox with the archive and the wrapper, as a job finds it. */
async function makeSandbox(t: TestContext, { id }: JobUser, changes: Tree): Promise<string> {
  const pipelineDirectory = await makePipeline(t, changes);
  const { file, tree } = await buildArchive(await readManifest({ pipelineDirectory }));
  const parent = await makeTree(t);
  const sandbox = path.join(parent, "sand box");
  await mkdir(sandbox);
  await copyFile(file, path.join(sandbox, "source.tar.gz"));
  await copyFile(path.join(tree, WRAPPER), path.join(sandbox, WRAPPER));
  await addToTree(sandbox, { rows: "print('a row was run')\n" });
  await chmod(parent, 0o755);
  if (id !== undefined) {
    await chown(sandbox, id, id);
  }
  return sandbox;
}

/** Runs the wrapper; nothing comes from the environment of the tests, so that there is no home, too. */
function runJob(sandbox: string, { id }: JobUser, env: Environment): Promise<Finished> {
  return runAs(id, [path.join(sandbox, WRAPPER)], env, {
    cwd: sandbox,
    stdin: path.join(sandbox, "rows"),
  });
}

/** A folder with `bin/python3`, which is the user's interpreter. */
async function makeBin(t: TestContext, { python }: JobUser): Promise<string> {
  const text = `#!/bin/sh\nexec '${python}' "$@"\n`;
  const folder = await makeTree(t, { "bin/python3": { text, mode: 0o755 } });
  await chmod(folder, 0o755);
  return folder;
}

function pathWith(folder: string): string {
  return `${folder}/bin:/usr/local/bin:/usr/bin:/bin`;
}

const COUNT_ROWS = "import sys, helper\nprint(len(sys.stdin.readlines()), helper.NAME)\n";

const COUNTING: Tree = {
  "stages/run/src/mapper.py": COUNT_ROWS,
  "stages/run/src/helper.py": "NAME = 'hélper'\n",
};

const COUNTED: Finished = { status: 0, stdout: "1 hélper\n", stderr: "" };

testAsEach("a job's table is the same whatever the environment says", async (t, user) => {
  const PATH = pathWith(await makeBin(t, user));
  for (const env of [
    { TAR_OPTIONS: "--verbose", GZIP: "--list", PYTHONINSPECT: "1" },
    { TAR_OPTIONS: "--to-stdout", PYTHONSAFEPATH: "1" },
    { TAR_OPTIONS: "--no-such-option", TAPE: "/no/such/tape", POSIXLY_CORRECT: "1" },
    { LC_ALL: "C", PYTHONHOME: "/no/such/home" },
    { "BASH_FUNC_tar%%": "() { echo a function; }", "BASH_FUNC_python3%%": "() { echo one; }" },
    { PYTHONHOME: "/no/such/home", "BASH_FUNC_python3%%": "() { return 0; }" },
    { CDPATH: "/", SHELLOPTS: "noclobber:noglob:physical" },
  ]) {
    const sandbox = await makeSandbox(t, user, COUNTING);
    const finished = await runJob(sandbox, user, { PATH, PYTHONIOENCODING: "utf-8", ...env });
    assert.deepEqual([env, finished], [env, COUNTED]);
  }
});

testAsEach("a wrapper extracts names of other alphabets in any locale", async (t, user) => {
  const sandbox = await makeSandbox(t, user, { ...COUNTING, "stages/run/src/ж.txt": "" });
  const PATH = pathWith(await makeBin(t, user));
  const { status, stderr } = await runJob(sandbox, user, { PATH, LC_ALL: "C" });
  assert.deepEqual([status, stderr], [0, ""]);
  assert.ok((await readdir(path.join(sandbox, "stages/run/src"))).includes("ж.txt"));
});

testAsEach(
  "a wrapper gives files the time of extraction, so that a job can zip them",
  async (t, user) => {
    const begunAtMs = Date.now();
    const sandbox = await makeSandbox(t, user, {
      "stages/run/src/mapper.py":
        "import shutil; shutil.make_archive('code', 'zip', '.', 'stages')",
    });
    const PATH = pathWith(await makeBin(t, user));
    assert.deepEqual(await runJob(sandbox, user, { PATH }), { status: 0, stdout: "", stderr: "" });
    assert.ok((await stat(path.join(sandbox, "code.zip"))).size > 0);
    const { mtimeMs, uid } = await stat(path.join(sandbox, "stages/run/src/mapper.py"));
    // A file system may keep whole seconds only.
    assert.ok(mtimeMs >= begunAtMs - 2000, String(mtimeMs));
    assert.equal(uid, user.id ?? process.geteuid?.());
  },
);

/** Uses what its requirements bring in each of their ways. */
const USE_REQUIREMENTS = `
import json, os, subprocess, sys
import shared_name.one, shared_name.two, versioned, with_script
script = subprocess.run(["with_script"], stdout=subprocess.PIPE, check=True).stdout.decode()
print(json.dumps({
    "version": versioned.VERSION,
    "script": script,
    "sandboxed": with_script.__file__.startswith(os.getcwd()),
    "rows": sys.stdin.read(),
}))
`;

const USED = {
  version: "2.0",
  script: "from the script\n",
  sandboxed: true,
  rows: "print('a row was run')\n",
};

const REQUIRING: Tree = {
  "configs/config.yaml": configurationWith(),
  "stages/run/src/mapper.py": USE_REQUIREMENTS,
  "stages/run/requirements.txt":
    "with_script==1.0\nspace_one==1.0\nspace_two==1.0\nversioned==2.0\n",
};

/** An image that has pip, and an older version of one of the requirements. */
interface Image {
  readonly folder: string;
  /** Leads to its interpreter, to its packages, and to wheels of the requirements. */
  readonly env: Environment;
}

async function makeImage(t: TestContext, user: JobUser): Promise<Image> {
  const folder = await makeBin(t, user);
  await addToTree(folder, {
    "wheels/": "",
    "packages/versioned.py": "VERSION = '1.0'\n",
    "packages/versioned-1.0.dist-info/METADATA":
      "Metadata-Version: 2.1\nName: versioned\nVersion: 1.0\n",
    "packages/versioned-1.0.dist-info/RECORD": "versioned.py,,\nversioned-1.0.dist-info/RECORD,,\n",
  });
  const places = path.join(pythonEnvironment, "lib");
  const [version = ""] = await readdir(places);
  const pip = path.join(places, version, "site-packages/pip");
  if (user.id === undefined) {
    await symlink(pip, path.join(folder, "packages/pip"));
  } else {
    // The user may not get to where the tests have it.
    const options = { recursive: true, preserveTimestamps: true };
    await cp(pip, path.join(folder, "packages/pip"), options);
  }
  await makeWheels(
    path.join(folder, "wheels"),
    {
      name: "with_script",
      version: "1.0",
      files: { "with_script.py": "def main(): print('from the script')\n" },
      script: "with_script",
    },
    { name: "space_one", version: "1.0", files: { "shared_name/one.py": "" } },
    { name: "space_two", version: "1.0", files: { "shared_name/two.py": "" } },
    { name: "versioned", version: "2.0", files: { "versioned.py": "VERSION = '2.0'\n" } },
  );
  const env = {
    PATH: pathWith(folder),
    PYTHONPATH: `${folder}/packages`,
    PIP_NO_INDEX: "1",
    PIP_FIND_LINKS: pathToFileURL(`${folder}/wheels`).href,
  };
  return { folder, env };
}

function assertUsed({ status, stdout, stderr }: Finished): void {
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(stdout), USED);
}

testAsEach("a job has its requirements whatever the environment says to pip", async (t, user) => {
  const image = await makeImage(t, user);
  for (const env of [
    {
      HOME: "/",
      PIP_REQUIRE_VIRTUALENV: "1",
      PIP_USER: "0",
      PIP_LOG: "/no/such/log",
      PIP_VERBOSE: "3",
      PYTHONWARNINGS: "error",
    },
    {
      HOME: "/no/such/home",
      PYTHONNOUSERSITE: "1",
      PYTHONUSERBASE: "/no/such/base",
      PYTHONINSPECT: "1",
      PIP_TARGET: "/no/such/target",
      PIP_NO_DEPS: "1",
      PIP_DRY_RUN: "1",
    },
    {
      PIP_PREFIX: "/no/such/prefix",
      PIP_ROOT: "/no/such/root",
      PIP_PYTHON: "/no/such/python",
      PIP_REPORT: "-",
    },
  ]) {
    const sandbox = await makeSandbox(t, user, REQUIRING);
    assertUsed(await runJob(sandbox, user, { ...image.env, ...env }));
  }
});

testAsEach("a job cannot install from where its image has no packages", async (t, user) => {
  const { env } = await makeImage(t, user);
  const sandbox = await makeSandbox(t, user, REQUIRING);
  const nowhere = { ...env, PIP_FIND_LINKS: undefined };
  const { status, stdout, stderr } = await runJob(sandbox, user, nowhere);
  assert.equal(stdout, "");
  assert.equal(status, 1);
  assert.match(stderr, /No matching distribution found for with_script==1\.0/);
});

testAsEach("a job keeps what its image's user has installed", async (t, user) => {
  const { folder, env } = await makeImage(t, user);
  const PYTHONUSERBASE = `${folder}/base`;
  const place = await runProgram(user.python, ["-m", "site", "--user-site"], {
    env: { PYTHONUSERBASE },
  });
  await addToTree(place.stdout.trim(), {
    "users_own.py": "",
    "more.pth": `${folder}/more\n`,
  });
  await addToTree(folder, { "more/behind_pth.py": "" });
  const sandbox = await makeSandbox(t, user, {
    ...REQUIRING,
    "stages/run/src/mapper.py": `import users_own, behind_pth\n${USE_REQUIREMENTS}`,
  });
  assertUsed(await runJob(sandbox, user, { ...env, PYTHONUSERBASE }));
});

testAsEach(
  "a job has its requirements also over its image's virtual environment",
  async (t, user) => {
    const { folder, env } = await makeImage(t, user);
    const environment = path.join(folder, "env");
    const made = await runProgram(user.python, ["-m", "venv", "--without-pip", environment]);
    assert.deepEqual(made, { status: 0, stdout: "", stderr: "" });
    const [version = ""] = await readdir(path.join(environment, "lib"));
    const sitePackages = path.join(environment, "lib", version, "site-packages");
    await cp(env["PYTHONPATH"] ?? "", sitePackages, { recursive: true });
    const PATH = `${environment}/bin:${env["PATH"]}`;
    const sandbox = await makeSandbox(t, user, REQUIRING);
    await chmod(sitePackages, 0o555);
    const job = await runJob(sandbox, user, { ...env, PATH, PYTHONPATH: undefined });
    await chmod(sitePackages, 0o755);
    assert.deepEqual([job.status, job.stderr], [0, ""]);
    // Root can write everywhere, and installs into the environment.
    const isRoot = user.id === undefined && process.geteuid?.() === 0;
    assert.deepEqual(JSON.parse(job.stdout), { ...USED, sandboxed: !isRoot });
  },
);
