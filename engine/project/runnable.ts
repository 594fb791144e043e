/** What the embedded engine needs of a project to run it, and what it does not do: refused by name before anything begins. */
import { UserError } from "../../common/errors/user-error.ts";
import { isRecord } from "../../common/values/is-record.ts";
import type { Project } from "./project.ts";
import { readFields } from "./project.ts";
import type { SettingsProblem } from "./settings-file.ts";
import { settingsError } from "./settings-file.ts";
import { describeUnfitVersion } from "./version-range.ts";

const PACKAGE_MANAGERS = ["auto", "npm", "yarn", "pnpm", "bun"];

/** How Node is to run a program: `runtime.options` (`parseOptions` in sdk/nodejs/cmd/pulumi-language-nodejs of pulumi/pulumi). */
export interface NodeOptions {
  /** Whether the SDK is to compile TypeScript itself. @default true */
  readonly typescript: boolean;
  /** The path of a `tsconfig.json`. */
  readonly tsconfig: string | undefined;
  /** Arguments for Node. */
  readonly nodeArguments: readonly string[];
}

/**
 * Makes sure that the embedded engine can run a project.
 *
 * @throws {UserError} when it has another runtime, no program, or settings that the embedded engine does not have
 */
export async function assertRunnable(project: Project): Promise<void> {
  const { file, runtime, program } = project;
  const use = (keys: readonly string[], problem: string): Promise<UserError> =>
    settingsError(file, { verb: "use", keys, problem });
  if (runtime === "") {
    throw await use([], 'it has no "runtime": write "runtime: nodejs" into it');
  }
  if (runtime !== "nodejs") {
    throw new UserError(
      `Cannot run the project "${file.path}": its runtime is "${runtime}", and the embedded engine ` +
        "runs only nodejs, install the Pulumi CLI for others",
    );
  }
  const option = describeWrongOption(project.runtimeOptions);
  if (option !== undefined) {
    throw await settingsError(file, option);
  }
  const range = file.content["requiredPulumiVersion"] ?? "";
  const unfit = typeof range === "string" ? describeUnfitVersion(range) : "it must be a string";
  if (range !== "" && unfit !== undefined) {
    throw await use(["requiredPulumiVersion"], `"requiredPulumiVersion": ${unfit}`);
  }
  const { refresh } = await readFields(file, "options", ["refresh"]);
  if (refresh !== undefined && refresh !== "always") {
    throw await use(["options", "refresh"], '"options.refresh" must be "always"');
  }
  const plugins = file.content["plugins"] ?? {};
  const kind = isRecord(plugins)
    ? Object.keys(plugins).find((name) => !isEmptyList(plugins[name]))
    : undefined;
  if (kind !== undefined) {
    throw await use(
      ["plugins", kind],
      `"plugins.${kind}" names plugins, and the embedded engine runs none, install the Pulumi CLI`,
    );
  }
  if (!program.exists) {
    throw await use(
      ["main"],
      `"main" leads to "${program.directory}/${program.entry}", which is not there`,
    );
  }
}

/** Whether every operation is to begin with a refresh (`options: {refresh: always}`). */
export function refreshesAlways({ file }: Project): boolean {
  const { options } = file.content;
  return isRecord(options) && options["refresh"] === "always";
}

/** How Node is to run a project's program. */
export function nodeOptions({ runtimeOptions }: Project): NodeOptions {
  const { typescript, tsconfig, nodeargs } = runtimeOptions;
  return {
    typescript: typescript !== false,
    tsconfig: typeof tsconfig === "string" && tsconfig !== "" ? tsconfig : undefined,
    nodeArguments: typeof nodeargs === "string" ? (splitWords(nodeargs) ?? []) : [],
  };
}

function describeWrongOption(
  options: Readonly<Record<string, unknown>>,
): SettingsProblem | undefined {
  for (const [name, type] of [
    ["typescript", "boolean"],
    ["production", "boolean"],
    ["tsconfig", "string"],
    ["nodeargs", "string"],
    ["packagemanager", "string"],
  ] as const) {
    const value = options[name];
    if (value !== undefined && typeof value !== type) {
      return optionProblem(name, `a ${type}`);
    }
  }
  const { packagemanager = "auto", nodeargs = "" } = options;
  if (!PACKAGE_MANAGERS.includes(String(packagemanager))) {
    return optionProblem("packagemanager", `one of ${PACKAGE_MANAGERS.join(", ")}`);
  }
  return splitWords(String(nodeargs)) === undefined
    ? optionProblem("nodeargs", "words, with each quote closed")
    : undefined;
}

/**
 * Splits a line into words as a shell would, quotes and backslashes included.
 *
 * @returns undefined when a quote is not closed
 */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  const word = /\s*((?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+)/sy;
  let end = 0;
  for (let match = word.exec(line); match !== null; match = word.exec(line)) {
    end = word.lastIndex;
    words.push(
      (match[1] ?? "").replaceAll(
        /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs,
        (_all, escaped?: string, double?: string, single?: string) =>
          escaped ?? double?.replaceAll(/\\(["\\])/g, "$1") ?? single ?? "",
      ),
    );
  }
  return line.slice(end).trim() === "" ? words : undefined;
}

function isEmptyList(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function optionProblem(name: string, wanted: string): SettingsProblem {
  return {
    verb: "use",
    keys: ["runtime", "options", name],
    problem: `"runtime.options.${name}" must be ${wanted}`,
  };
}
