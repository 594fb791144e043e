/** How the user calls ytcode here, so that a command that is proposed can be typed. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { shellWord } from "../../common/text/shell-word.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { shownPath, userDirectory } from "../user-directory.ts";

/** Where and how ytcode was called. */
export interface Caller {
  readonly environment: NodeJS.ProcessEnv;
  /** Where the user is, absolute. */
  readonly directory: string;
  /** How Node was called, and the file that it runs: `["node", "/infra/node_modules/.bin/ytcode"]`. */
  readonly invocation: readonly [node: string, file: string];
}

/** Where and how this process was called. */
export function currentCaller(): Caller {
  return {
    environment: process.env,
    directory: userDirectory(),
    invocation: [process.argv0, path.resolve(process.argv[1] ?? "")],
  };
}

/**
 * A command of ytcode's as it can be typed where this one was: through the script of the user's package that ran
 * this, through the package manager that did, or by its name.
 *
 * @param operation `preview`
 * @param options `["--stack", "prod"]`
 */
export function typedCommand(
  operation: string,
  options: readonly string[],
  caller: Caller,
): string {
  const { environment } = caller;
  const words = options.map(shellWord);
  const manager = packageManager(environment);
  // Only npm takes options for its own; pnpm would pass the "--" on.
  const separator = manager === "npm" ? ["--"] : [];
  const script = scriptCommand(operation, manager, environment);
  if (script !== undefined) {
    return [script, ...(options.length > 0 ? separator : []), ...words].join(" ");
  }
  const general = scriptCommand("", manager, environment);
  if (general !== undefined) {
    return [general, ...separator, operation, ...words].join(" ");
  }
  return [program(manager, caller), operation, ...words].join(" ");
}

type PackageManager = "npm" | "pnpm" | "yarn" | "bun";

/** Who ran this, by what each tells of itself in `npm_config_user_agent`; undefined when the user did it themselves. */
function packageManager(environment: NodeJS.ProcessEnv): PackageManager | undefined {
  const { npm_config_user_agent: agent, npm_lifecycle_event: event } = environment;
  const names: readonly PackageManager[] = ["pnpm", "yarn", "bun"];
  // Yarn names no event when it runs the command of a package.
  return (
    names.find((name) => agent?.startsWith(`${name}/`) === true) ??
    (event === undefined ? undefined : "npm")
  );
}

/**
 * `npm run preview`, where the package that ran this has such a script, and it is ours; for the operation `""`
 * `npm run ytcode`, a script that takes any. `npx` and `pnpm exec` name an event too, that is no script.
 */
function scriptCommand(
  operation: string,
  manager: PackageManager | undefined,
  { npm_lifecycle_event: event = "", npm_package_json: file }: NodeJS.ProcessEnv,
): string | undefined {
  if (manager === undefined || file === undefined) {
    return undefined;
  }
  const scripts = readScripts(file);
  const end = operation === "" ? "$" : ` +${operation}\\b`;
  const isOurs = new RegExp(`\\b(ytcode|cli/(main\\.ts|start\\.cjs))["']?${end}`);
  const name = operation === "" ? "ytcode" : operation;
  const text = scripts[name];
  if (scripts[event] === undefined || typeof text !== "string" || !isOurs.test(text)) {
    return undefined;
  }
  return `${manager} run ${name}`;
}

function readScripts(file: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isRecord(content) && isRecord(content["scripts"]) ? content["scripts"] : {};
  } catch {
    // Only advice hangs on it: a file that is gone meanwhile, or is none, names no scripts.
    return {};
  }
}

const LOCAL_PROGRAMS: Readonly<Record<PackageManager, string>> = {
  npm: "npx ytcode",
  pnpm: "pnpm exec ytcode",
  yarn: "yarn ytcode",
  bun: "bunx ytcode",
};

function program(
  manager: PackageManager | undefined,
  { environment, directory, invocation: [node, file] }: Caller,
): string {
  if (isInstalledAbove(directory)) {
    // Not every shell finds what is in node_modules/.bin; for a script of the user's own it does not matter.
    return manager === undefined && isOnPath(environment)
      ? "ytcode"
      : LOCAL_PROGRAMS[manager ?? "npm"];
  }
  // From npx's own cache, where it is found by the package's name only.
  if (manager === "npm" && environment["npm_lifecycle_event"] === "npx") {
    return "npx pulumi-yt-code";
  }
  return isOnPath(environment)
    ? "ytcode"
    : `${shellWord(node)} ${shellWord(shownPath(file, directory))}`;
}

/** Whether a package manager finds the command from here: in `node_modules/.bin`, here or above. */
function isInstalledAbove(directory: string): boolean {
  const isHere = existsSync(path.join(directory, "node_modules/.bin/ytcode"));
  const above = path.dirname(directory);
  return isHere || (above !== directory && isInstalledAbove(above));
}

function isOnPath(environment: NodeJS.ProcessEnv): boolean {
  return (environment["PATH"] ?? "")
    .split(path.delimiter)
    .some((folder) => folder !== "" && existsSync(path.join(folder, "ytcode")));
}
