/** Reads the project file, `Pulumi.yaml`. */
import { access, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { textOr } from "../values/text.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { readYamlFile } from "../../common/yaml/read-yaml-file.ts";

/** What the engine needs of a `Pulumi.yaml`. */
export interface Project {
  /** The folder that holds `Pulumi.yaml`, absolute. */
  readonly root: string;
  readonly name: string;
  readonly program: ProgramPlace;
  /** Whether the SDK is to compile TypeScript itself (`runtime.options.typescript`, Pulumi's default: yes). */
  readonly typescript: boolean;
  /** Arguments for Node, from `runtime.options.nodeargs`. */
  readonly nodeArguments: readonly string[];
  /** The folder of the stacks' settings, absolute. */
  readonly settingsDirectory: string;
  /** `backend.url`, where there is one. */
  readonly backendUrl: string | undefined;
  /** The project's own configuration (`config:`): defaults for all stacks. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Where a project's program is. */
export interface ProgramPlace {
  /** The folder that the program and its providers run in, and whose modules they load; absolute. */
  readonly directory: string;
  /** The program in there: a file, or `.`, the folder's own entry point. */
  readonly entry: string;
}

/**
 * Reads the project that a folder belongs to: the nearest `Pulumi.yaml` upwards.
 *
 * @throws {UserError} when there is none, it does not parse, or it wants another runtime than Node.js
 */
export async function readProject(directory: string): Promise<Project> {
  const path = await findProjectFile(resolve(directory));
  const content = await readYamlFile(path, "project file");
  if (!isRecord(content)) {
    throw new UserError(`Cannot read the project file "${path}": wanted a mapping`);
  }
  const root = dirname(path);
  const { name, main = ".", stackConfigDir, backend, config = {} } = content;
  if (typeof name !== "string" || name === "") {
    throw new UserError(`Cannot read the project file "${path}": "name" is missing`);
  }
  if (typeof main !== "string") {
    throw new UserError(`Cannot read the project file "${path}": "main" must be a string`);
  }
  // Older project files call the folder of the settings "config".
  const settings = stackConfigDir ?? (typeof config === "string" ? config : ".");
  return {
    root,
    name,
    program: await findProgram(resolve(root, main)),
    ...readRuntime(content["runtime"], path),
    settingsDirectory: resolve(root, textOr(settings, ".")),
    backendUrl:
      isRecord(backend) && typeof backend["url"] === "string" ? backend["url"] : undefined,
    config: isRecord(config) ? config : {},
  };
}

/**
 * `main` may name a folder, or a file in the folder to run in. As the Pulumi CLI has it (`getPwdMain` in
 * pkg/engine/project.go of pulumi/pulumi), which refuses what is not there even where no program is run.
 */
async function findProgram(main: string): Promise<ProgramPlace> {
  const isFolder = await stat(main).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder
    ? { directory: main, entry: "." }
    : { directory: dirname(main), entry: basename(main) };
}

async function findProjectFile(start: string): Promise<string> {
  for (let directory = start; ; directory = dirname(directory)) {
    for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
      const path = join(directory, name);
      if (
        await access(path).then(
          () => true,
          () => false,
        )
      ) {
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

function readRuntime(
  runtime: unknown,
  path: string,
): { readonly typescript: boolean; readonly nodeArguments: readonly string[] } {
  const name = isRecord(runtime) ? runtime["name"] : runtime;
  if (name !== "nodejs") {
    throw new UserError(
      `Cannot run the project "${path}": its runtime is "${String(name)}", and the embedded engine ` +
        "runs only nodejs, install the Pulumi CLI for others",
    );
  }
  const options = isRecord(runtime) && isRecord(runtime["options"]) ? runtime["options"] : {};
  const { nodeargs } = options;
  return {
    typescript: options["typescript"] !== false,
    nodeArguments: typeof nodeargs === "string" ? nodeargs.split(/\s+/).filter(Boolean) : [],
  };
}
