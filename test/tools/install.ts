/**
 * Installs what the tests need and npm does not bring: a Python environment with the packages of
 * `requirements.txt`, and one with the framework that pipelines are migrated from. Run before the tests
 * (npm `pretest`); does nothing when all is there, and says in one message what the machine has to have.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  EXAMPLE_REQUIREMENTS,
  pythonEnvironment,
  pythonPath,
  testToolsDirectory,
  upstreamEnvironment,
  wheelsDirectory,
} from "./paths.ts";

const REQUIREMENTS = path.join(import.meta.dirname, "requirements.txt");
/** Written last: says for which requirements and which Python the environment is complete. */
const STAMP = path.join(pythonEnvironment, "complete.json");

/** The framework that pipelines are migrated from, in an environment of its own. */
const UPSTREAM_REQUIREMENTS = path.join(import.meta.dirname, "upstream/requirements.txt");
const UPSTREAM_STAMP = path.join(upstreamEnvironment, "complete.json");

/** Longer than the download takes on a slow line, in ms. */
const UPSTREAM_TIMEOUT_MS = 300_000;

/** A step that cannot be done here, told in one message. */
class InstallError extends Error {}

function install(): void {
  run("git", ["--version"], "The tests need git on PATH: they compare with it");
  const python = describePython();
  const requirements = [REQUIREMENTS, EXAMPLE_REQUIREMENTS].map((file) =>
    fs.readFileSync(file, "utf8"),
  );
  const wanted = JSON.stringify({ python, requirements });
  if (fs.existsSync(STAMP) && fs.readFileSync(STAMP, "utf8") === wanted) {
    return;
  }
  process.stderr.write(`Installing the Python packages of ${REQUIREMENTS}\n`);
  fs.rmSync(pythonEnvironment, { recursive: true, force: true });
  fs.mkdirSync(testToolsDirectory, { recursive: true });
  run(
    "python3",
    ["-m", "venv", pythonEnvironment],
    "The tests need Python's venv module with pip (on Debian and Ubuntu: package python3-venv)",
  );
  run(
    pythonPath,
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS],
    `Cannot install the packages of ${REQUIREMENTS}: is there a way to the package index?`,
  );
  run(
    pythonPath,
    ["-m", "pip", "download", "--quiet", "--disable-pip-version-check"].concat([
      "--dest",
      wheelsDirectory,
      "-r",
      EXAMPLE_REQUIREMENTS,
    ]),
    `Cannot download the packages of ${EXAMPLE_REQUIREMENTS}: is there a way to the package index?`,
  );
  fs.writeFileSync(STAMP, wanted);
}

/**
 * Installs the framework. What needs it is skipped by name where it cannot be had: it wants Python
 * 3.11, and packages that are no wheels for every system.
 */
function installUpstream(): void {
  const requirements = fs.readFileSync(UPSTREAM_REQUIREMENTS, "utf8");
  const wanted = JSON.stringify({ python: describePython(), requirements });
  if (fs.existsSync(UPSTREAM_STAMP) && fs.readFileSync(UPSTREAM_STAMP, "utf8") === wanted) {
    return;
  }
  process.stderr.write(`Installing the Python packages of ${UPSTREAM_REQUIREMENTS}\n`);
  fs.rmSync(upstreamEnvironment, { recursive: true, force: true });
  const hint = "What compares with yt-framework is not run";
  try {
    run("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"], hint);
    run("python3", ["-m", "venv", "--without-pip", upstreamEnvironment], hint);
    run(
      pythonPath,
      ["-m", "pip", "--python", path.join(upstreamEnvironment, "bin/python")].concat(
        ["install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"],
        ["--no-compile", "--retries", "1", "--timeout", "15", "-r", UPSTREAM_REQUIREMENTS],
      ),
      hint,
      UPSTREAM_TIMEOUT_MS,
    );
    fs.writeFileSync(UPSTREAM_STAMP, wanted);
  } catch (error) {
    if (!(error instanceof InstallError)) {
      throw error;
    }
    fs.rmSync(upstreamEnvironment, { recursive: true, force: true });
    process.stderr.write(`${error.message}\n`);
  }
}

/** Version and place of the machine's Python, so that another one gets another environment. */
function describePython(): string {
  const program = "import sys; print(sys.version, sys.executable)";
  return run(
    "python3",
    ["-c", program],
    'The tests need Python 3.8 or newer as "python3" on PATH',
  ).trim();
}

function run(command: string, args: readonly string[], hint: string, timeoutMs?: number): string {
  const result = spawnSync(command, args, { encoding: "utf8", timeout: timeoutMs });
  if (result.error === undefined && result.status === 0) {
    return result.stdout;
  }
  // Of a missing ensurepip, venv tells on its standard output.
  const reason = result.error?.message ?? `${result.stdout}${result.stderr}`.trim();
  throw new InstallError(`${hint}\n${command} ${args.join(" ")} failed: ${reason}`);
}

try {
  install();
  installUpstream();
} catch (error) {
  if (!(error instanceof InstallError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
