/** Finds and reads the project file, `Pulumi.yaml`. */
import { stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { readDeclarations } from "./declared-configuration.ts";
import type { Declaration } from "./declared-configuration.ts";
import { EXTENSIONS, readSettingsFile, settingsError } from "./settings-file.ts";
import type { SettingsFile } from "./settings-file.ts";

/** What the engine needs of a `Pulumi.yaml`. */
export interface Project {
  /** The folder that holds `Pulumi.yaml`, absolute. */
  readonly root: string;
  readonly file: SettingsFile;
  readonly name: string;
  readonly program: ProgramPlace;
  /** The language of the program. */
  readonly runtime: string;
  /** `runtime.options`, as it stands in the file. */
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
  /** The folder of the stacks' settings, absolute. */
  readonly settingsDirectory: string;
  /** The ending of the project file, which the Pulumi CLI wants of the stacks' settings too: `.yaml`. */
  readonly extension: string;
  /** `backend.url`, where there is one. */
  readonly backendUrl: string | undefined;
  /** The project's own configuration (`config:`): types, and defaults for all stacks. */
  readonly config: readonly Declaration[];
}

/** Where a project's program is. */
export interface ProgramPlace {
  /** The folder that the program and its providers run in, and whose modules they load; absolute. */
  readonly directory: string;
  /** The program in there: a file, or `.`, the folder's own entry point. */
  readonly entry: string;
  /** Whether there is such a file or folder. */
  readonly exists: boolean;
}

/**
 * Reads the project that a folder belongs to: the nearest project file upwards.
 *
 * @throws {UserError} when there is none, or the Pulumi CLI would not take it
 */
export async function readProject(directory: string): Promise<Project> {
  const path = await findProjectFile(resolve(directory));
  const file = await readSettingsFile(path, "project file", "rfc3339");
  if (file === undefined) {
    throw new UserError(`Cannot read the project file "${path}": it is gone`);
  }
  const root = dirname(path);
  const name = file.content["name"];
  if (typeof name !== "string" || name === "") {
    throw new UserError(`Cannot read the project file "${path}": "name" is missing`);
  }
  const { name: runtime, options } = await readRuntime(file);
  return {
    root,
    file,
    name,
    program: await findProgram(root, (await readText(file, "main")) ?? "."),
    runtime,
    runtimeOptions: options,
    settingsDirectory: resolve(root, await readSettingsDirectory(file)),
    extension: extname(path),
    backendUrl: await readBackendUrl(file),
    config: await readDeclarations(file, name),
  };
}

/**
 * `main` may name a folder, or a file in the folder to run in. As the Pulumi CLI has it (`getPwdMain` in
 * pkg/engine/project.go of pulumi/pulumi).
 */
async function findProgram(root: string, main: string): Promise<ProgramPlace> {
  const path = resolve(root, main === "" ? "." : main);
  const found = await stat(path).catch(() => undefined);
  const exists = found !== undefined;
  return found?.isDirectory() === true
    ? { directory: path, entry: ".", exists }
    : { directory: dirname(path), entry: basename(path), exists };
}

async function findProjectFile(start: string): Promise<string> {
  for (let directory = start; ; directory = dirname(directory)) {
    for (const extension of EXTENSIONS) {
      const path = join(directory, `Pulumi${extension}`);
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && !found.isDirectory()) {
        return path;
      }
    }
    if (directory === dirname(directory)) {
      throw new UserError(
        `Cannot find a project: there is no Pulumi.yaml in "${start}" or above it, ` +
          "change to the folder of the project",
      );
    }
  }
}

/** A field that is a text, or nothing. */
async function readText(file: SettingsFile, key: string): Promise<string | undefined> {
  const value = file.content[key] ?? undefined;
  if (value !== undefined && typeof value !== "string") {
    throw await settingsError(file, {
      verb: "read",
      keys: [key],
      problem: `"${key}" must be a string`,
    });
  }
  return value;
}

/** Older project files call the folder of the settings "config". */
async function readSettingsDirectory(file: SettingsFile): Promise<string> {
  const directory = await readText(file, "stackConfigDir");
  const { config } = file.content;
  if (typeof config !== "string") {
    return directory ?? ".";
  }
  if (directory !== undefined) {
    throw await settingsError(file, {
      verb: "read",
      keys: ["config"],
      problem:
        'both "config" and "stackConfigDir" name the folder of the settings, keep the second',
    });
  }
  return config;
}

async function readBackendUrl(file: SettingsFile): Promise<string | undefined> {
  const fields = await readFields(file, "backend", ["url"]);
  const url = fields["url"];
  if (url !== undefined && typeof url !== "string") {
    throw await settingsError(file, {
      verb: "read",
      keys: ["backend", "url"],
      problem: '"backend.url" must be a string',
    });
  }
  return url;
}

async function readRuntime(
  file: SettingsFile,
): Promise<{ readonly name: string; readonly options: Readonly<Record<string, unknown>> }> {
  const { runtime } = file.content;
  if (typeof runtime === "string") {
    return { name: runtime, options: {} };
  }
  const { name = "", options = {} } = await readFields(file, "runtime", ["name", "options"]);
  if (typeof name !== "string" || !isRecord(options)) {
    throw await settingsError(file, {
      verb: "read",
      keys: ["runtime"],
      problem: '"runtime" must be a name, or a mapping with a name and options',
    });
  }
  return { name, options };
}

/**
 * Reads a mapping with fields that are known; an empty one when there is none.
 *
 * @throws {UserError} when it is something else, or has another field
 */
export async function readFields(
  file: SettingsFile,
  key: string,
  known: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const value = file.content[key] ?? {};
  if (!isRecord(value)) {
    throw await settingsError(file, {
      verb: "read",
      keys: [key],
      problem: `"${key}" must be a mapping`,
    });
  }
  const unknown = Object.keys(value).find((field) => !known.includes(field));
  if (unknown !== undefined) {
    throw await settingsError(file, {
      verb: "read",
      keys: [key, unknown],
      problem: `"${key}.${unknown}" is not known, ${known.length === 1 ? `the only field is ${String(known[0])}` : `the fields are ${known.join(", ")}`}`,
    });
  }
  return value;
}
