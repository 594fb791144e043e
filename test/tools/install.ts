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
  ysonBindings,
} from "./paths.ts";

const REQUIREMENTS = path.join(import.meta.dirname, "requirements.txt");
/** Written last: says for which requirements and which Python the environment is complete. */
const STAMP = path.join(pythonEnvironment, "complete.json");

/** The framework that pipelines are migrated from, in an environment of its own. */
const UPSTREAM_REQUIREMENTS = path.join(import.meta.dirname, "upstream/requirements.txt");
const UPSTREAM_STAMP = path.join(upstreamEnvironment, "complete.json");

/** The Python client's YSON library, which the same client is run with and without. */
const YSON_REQUIREMENTS = path.join(import.meta.dirname, "yson-requirements.txt");
const YSON_STAMP = path.join(ysonBindings, "complete.json");

/** Longer than a download takes on a slow line, in ms. */
const DOWNLOAD_TIMEOUT_MS = 300_000;

/** For `pip install` of what the tests can do without: no compiler, and no long wait for an index that is not there. */
const OPTIONAL_INSTALL = ["install", "--quiet", "--disable-pip-version-check"].concat(
  ["--only-binary", ":all:", "--no-compile"],
  ["--retries", "1", "--timeout", "15"],
);

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

/** Something that the tests can do without: what needs it is skipped by name. */
interface OptionalTool {
  readonly requirements: string;
  readonly directory: string;
  readonly stamp: string;
  /** What is not run without it. */
  readonly hint: string;
  /** @throws {InstallError} when it cannot be had here */
  readonly install: () => void;
}

/** The framework wants Python 3.11, and packages that are no wheels for every system. */
const upstream: OptionalTool = {
  requirements: UPSTREAM_REQUIREMENTS,
  directory: upstreamEnvironment,
  stamp: UPSTREAM_STAMP,
  hint: "What compares with yt-framework is not run",
  install: () => {
    run("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"], upstream.hint);
    run("python3", ["-m", "venv", "--without-pip", upstreamEnvironment], upstream.hint);
    const python = path.join(upstreamEnvironment, "bin/python");
    run(
      pythonPath,
      ["-m", "pip", "--python", python, ...OPTIONAL_INSTALL, "-r", UPSTREAM_REQUIREMENTS],
      upstream.hint,
      DOWNLOAD_TIMEOUT_MS,
    );
  },
};

const yson: OptionalTool = {
  requirements: YSON_REQUIREMENTS,
  directory: ysonBindings,
  stamp: YSON_STAMP,
  hint: "The Python client is not run with its YSON library",
  install: () => {
    const options = ["--no-deps", "--target", ysonBindings, "-r", YSON_REQUIREMENTS];
    run(pythonPath, ["-m", "pip", ...OPTIONAL_INSTALL, ...options], yson.hint, DOWNLOAD_TIMEOUT_MS);
  },
};

function installOptional(tool: OptionalTool): void {
  const requirements = fs.readFileSync(tool.requirements, "utf8");
  const wanted = JSON.stringify({ python: describePython(), requirements });
  if (fs.existsSync(tool.stamp) && fs.readFileSync(tool.stamp, "utf8") === wanted) {
    return;
  }
  process.stderr.write(`Installing the Python packages of ${tool.requirements}\n`);
  fs.rmSync(tool.directory, { recursive: true, force: true });
  try {
    tool.install();
    fs.writeFileSync(tool.stamp, wanted);
  } catch (error) {
    if (!(error instanceof InstallError)) {
      throw error;
    }
    fs.rmSync(tool.directory, { recursive: true, force: true });
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
  installOptional(upstream);
  installOptional(yson);
} catch (error) {
  if (!(error instanceof InstallError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
