import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { constants as osConstants } from "node:os";
import { delimiter, join } from "node:path";

/**
 * Finds the Pulumi CLI on PATH.
 *
 * @returns undefined when there is none, or YTCODE_ENGINE asks for the embedded engine
 */
export async function findPulumi(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (environment["YTCODE_ENGINE"] === "embedded") return undefined;
  const names = process.platform === "win32" ? ["pulumi.exe", "pulumi.cmd"] : ["pulumi"];
  for (const directory of (environment["PATH"] ?? "").split(delimiter)) {
    for (const name of names) {
      const path = join(directory, name);
      const executable = await access(path, constants.X_OK).then(
        () => directory !== "",
        () => false,
      );
      if (executable) return path;
    }
  }
  return undefined;
}

/**
 * What the Pulumi CLI is run with so that it finds the stack that the embedded engine would use: state in the
 * project's own folder, the empty passphrase. What the user has set counts.
 *
 * @param root the project's root
 * @param backendUrl what the project file says
 */
export function pulumiEnvironment(
  environment: NodeJS.ProcessEnv,
  root: string,
  backendUrl: string | undefined,
): NodeJS.ProcessEnv {
  const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = environment;
  const { PULUMI_BACKEND_URL: backend } = environment;
  return {
    ...environment,
    ...(passphrase === undefined && file === undefined ? { PULUMI_CONFIG_PASSPHRASE: "" } : {}),
    ...(backend === undefined && backendUrl === undefined
      ? { PULUMI_BACKEND_URL: `file://${root}` }
      : {}),
    PULUMI_SKIP_UPDATE_CHECK: environment["PULUMI_SKIP_UPDATE_CHECK"] ?? "true",
  };
}

/** How a Pulumi command is run. */
export interface PulumiRun {
  readonly executable: string;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
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
  // Ctrl-C reaches the CLI itself, which decides what it means.
  process.on("SIGINT", ignore);
  return new Promise<number>((resolve, reject) => {
    const child = spawn(executable, argv, {
      cwd: directory,
      env: environment,
      stdio: options.quiet ? "ignore" : "inherit",
    });
    child.once("error", reject);
    child.once("close", (status, signal) => {
      resolve(status ?? (signal === null ? 1 : 128 + osConstants.signals[signal]));
    });
  }).finally(() => process.off("SIGINT", ignore));
}

function ignore(): void {
  // Whoever it concerns has got the signal too.
}

/** Makes sure that the CLI knows the stack, as the embedded engine would without being told. */
export async function ensureStack(run: PulumiRun, stack: string): Promise<number> {
  const select = ["stack", "select", "--stack", stack, "--non-interactive"];
  if ((await runPulumi(run, select, { quiet: true })) === 0) return 0;
  return runPulumi(run, ["stack", "init", stack, "--non-interactive"]);
}
