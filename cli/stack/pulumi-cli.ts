/** The Pulumi CLI, where there is one: finding it, and running its commands. */
import { execFile, spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { devNull } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { findHomeDirectory } from "../../common/user.ts";
import type { Project } from "../../engine/project/project.ts";
import { noLoopbackProxy } from "../../engine/processes/loopback-proxy.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { signalStatus } from "../terminal/exit-status.ts";

/** How many bytes a command that is read may print. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/**
 * Finds the Pulumi CLI on PATH.
 *
 * @returns undefined when there is none, or YTCODE_ENGINE asks for the embedded engine
 */
export async function findPulumi(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (environment["YTCODE_ENGINE"] === "embedded") {
    return undefined;
  }
  const names = process.platform === "win32" ? ["pulumi.exe", "pulumi.cmd"] : ["pulumi"];
  for (const directory of (environment["PATH"] ?? "").split(delimiter)) {
    for (const name of names) {
      const path = join(directory, name);
      const executable = await access(path, constants.X_OK).then(
        () => directory !== "",
        () => false,
      );
      if (executable) {
        return path;
      }
    }
  }
  return undefined;
}

/**
 * The environment variables with which the Pulumi CLI finds the stack that the embedded engine would use: state in
 * the project's own folder, the empty passphrase, the Node that runs this. Variables that the user has set take
 * precedence, and so does the backend that the user is logged in to.
 *
 * @param root the project's root
 * @param backendUrl what the project file says
 */
export async function pulumiEnvironment(
  environment: NodeJS.ProcessEnv,
  root: string,
  backendUrl: string | undefined,
): Promise<NodeJS.ProcessEnv> {
  const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = environment;
  const { PULUMI_BACKEND_URL: backend = "", PATH: path = "" } = environment;
  // The CLI takes an empty one for none, and goes to the cloud.
  const isChosen = backend !== "" || backendUrl !== undefined || (await isLoggedIn(environment));
  return {
    ...environment,
    // Its own connections need none of this; those of the SDK's processes, which it starts, do.
    ...noLoopbackProxy(environment),
    ...(passphrase === undefined && file === undefined ? { PULUMI_CONFIG_PASSPHRASE: "" } : {}),
    ...(isChosen ? {} : { PULUMI_BACKEND_URL: `file://${root}` }),
    PATH: `${dirname(process.execPath)}${delimiter}${path}`,
    PULUMI_SKIP_UPDATE_CHECK: environment["PULUMI_SKIP_UPDATE_CHECK"] ?? "true",
  };
}

/** Whether `pulumi login` has chosen a backend: the CLI keeps it in `credentials.json`, as `current`. */
async function isLoggedIn(environment: NodeJS.ProcessEnv): Promise<boolean> {
  // Where there is no home, there is no file in it.
  const { PULUMI_HOME: home = join(findHomeDirectory() ?? devNull, ".pulumi") } = environment;
  try {
    const credentials: unknown = JSON.parse(await readFile(join(home, "credentials.json"), "utf8"));
    const current = isRecord(credentials) ? credentials["current"] : undefined;
    return typeof current === "string" && current !== "";
  } catch {
    // Nobody has logged in, or the file is broken, which the CLI itself will report.
    return false;
  }
}

/** How a Pulumi command is run. */
export interface PulumiRun {
  readonly executable: string;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** The Pulumi CLI, and the project that it is called for. */
export interface OpenedPulumi {
  readonly project: Project;
  readonly run: PulumiRun;
}

/**
 * Finds the Pulumi CLI, to be called in the project that a folder belongs to.
 *
 * @returns undefined when there is none, see {@link findPulumi}
 * @throws {UserError} when there is no project
 */
export async function openPulumi(directory: string): Promise<OpenedPulumi | undefined> {
  const executable = await findPulumi(process.env);
  if (executable === undefined) {
    return undefined;
  }
  const { readProject } = await import("../../engine/project/project.ts");
  const project = await readProject(directory);
  const environment = await pulumiEnvironment(process.env, project.root, project.backendUrl);
  return { project, run: { executable, directory: project.root, environment } };
}

/**
 * Runs a Pulumi command on the user's terminal.
 *
 * @param options.quiet drop its output: only the exit status is wanted
 * @returns its exit status; as a shell tells it when a signal ended it
 */
export function runPulumi(
  { executable, directory, environment }: PulumiRun,
  argv: readonly string[],
  options: { readonly quiet: boolean } = { quiet: false },
): Promise<number> {
  const child = spawn(executable, argv, {
    cwd: directory,
    env: environment,
    stdio: options.quiet ? "ignore" : "inherit",
  });
  const passOn = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  // Ctrl-C reaches the CLI itself, which decides what it means. What a machine sends reaches this process alone.
  process.on("SIGINT", ignore);
  process.on("SIGTERM", passOn);
  return new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => {
      resolve(status ?? (signal === null ? 1 : signalStatus(signal)));
    });
  }).finally(() => {
    process.off("SIGINT", ignore);
    process.off("SIGTERM", passOn);
  });
}

function ignore(): void {
  // The CLI has received the signal too.
}

/**
 * Runs a Pulumi command for what it prints.
 *
 * @returns undefined when it fails
 */
export async function readPulumi(
  { executable, directory, environment }: PulumiRun,
  argv: readonly string[],
): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(executable, argv, {
      cwd: directory,
      env: environment,
      maxBuffer: MOST_OUTPUT,
    });
    return stdout;
  } catch {
    // It is run again where people can see what it says.
    return undefined;
  }
}
