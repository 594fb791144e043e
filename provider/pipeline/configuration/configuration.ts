/**
 * A pipeline's configuration file: read, checked field by field, and turned into a type.
 * Keys that are not ours belong to the user and are left alone.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { hasCode, isMissing } from "../../../common/files/file-errors.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import { assertNoMistakes, UserError } from "../../../common/errors/user-error.ts";
import { decodeYaml } from "../../../common/yaml/decode-yaml.ts";
import { DEFAULT_CONFIGURATION_FILE } from "../defaults.ts";
import { readValues } from "./interpolation/read-values.ts";
import type { ReadValues, UsedVariable } from "./interpolation/read-values.ts";
import type { Shape } from "./interpolation/shape.ts";

/** Where code runs: `dev` builds locally and uploads nothing, `prod` publishes on the cluster. */
export type Mode = "dev" | "prod";

/** One entry of `pipeline.upload_paths`, as written. */
export interface UploadPath {
  /** A path relative to the pipeline directory, or an absolute one inside it. */
  readonly source: string;
  /** Where it lands in the archive. @default the last component of `source` */
  readonly target: string | undefined;
}

/** The part of a pipeline's configuration that decides what is packed and where it goes. */
export interface PipelineConfiguration {
  /** `stages.enabled_stages`, each name once, in the order written. */
  readonly enabledStages: readonly string[];
  /** `pipeline.pack_stages`. @default "enabled" */
  readonly packStages: "enabled" | "all";
  /** `pipeline.mode`. @default "dev" */
  readonly mode: Mode;
  /** `pipeline.build_folder`, a Cypress path. */
  readonly buildFolder: string | undefined;
  /** `pipeline.upload_modules`: names of Python packages. */
  readonly uploadModules: readonly string[];
  /** `pipeline.upload_paths`. */
  readonly uploadPaths: readonly UploadPath[];
  /** `pipeline.allow_secrets`: files to pack although they look like secrets. */
  readonly allowSecrets: readonly string[];
  /** Environment variables that these values were made with; absent when there are none. */
  readonly variables?: readonly UsedVariable[];
}

/** The values that are read; in no others are interpolations looked at. */
const SHAPE: Shape = {
  keys: {
    stages: { keys: { enabled_stages: { list: "value" } } },
    pipeline: {
      keys: {
        pack_stages: "value",
        mode: "value",
        build_folder: "value",
        upload_modules: { list: "value" },
        upload_paths: { list: { keys: { source: "value", target: "value" } } },
        allow_secrets: { list: "value" },
      },
    },
  },
};

/**
 * Reads a pipeline's configuration. `${…}` in its values is resolved as OmegaConf does, with the
 * environment of this process.
 *
 * @param pipelineDirectory absolute path of the pipeline directory
 * @param file the configuration file, relative to the pipeline directory
 * @throws {UserError} when the directory or file is missing, does not parse (with line and
 * column), or fields of ours cannot be resolved or have the wrong form (all of them, with their names)
 */
export async function readConfiguration(
  pipelineDirectory: string,
  file: string = DEFAULT_CONFIGURATION_FILE,
): Promise<PipelineConfiguration> {
  const source = { name: `"${file}"`, argument: "config" };
  const text = decodeYaml(await readBytes(pipelineDirectory, file), source);
  return new ConfigurationReader(file, await readValues(text, source, SHAPE)).read();
}

async function readBytes(pipelineDirectory: string, file: string): Promise<Buffer> {
  try {
    return readFileSync(path.resolve(pipelineDirectory, file));
  } catch (error) {
    if (hasCode(error, "EISDIR")) {
      throw new UserError(`Cannot read "${file}" as it is a directory: name a YAML file`, {
        argument: "config",
      });
    }
    if (hasCode(error, "EACCES")) {
      throw new UserError(`Cannot read "${file}": permission denied; make it readable`, {
        argument: "config",
      });
    }
    if (!isMissing(error)) {
      throw error;
    }
    throw new UserError(
      `Cannot read the pipeline in "${pipelineDirectory}" as it has no "${file}": ` +
        "create it with a list of stages under stages.enabled_stages, or name another file",
      { argument: file === DEFAULT_CONFIGURATION_FILE ? "pipeline" : "config" },
    );
  }
}

/** Takes a parsed document apart and collects its mistakes, naming the field in each. */
class ConfigurationReader {
  readonly #file: string;
  readonly #document: unknown;
  readonly #variables: readonly UsedVariable[];
  readonly #mistakes: UserError[] = [];

  constructor(file: string, { value, variables }: ReadValues) {
    this.#file = file;
    this.#document = value;
    this.#variables = variables;
  }

  /** @throws {UserError} for all mistakes together */
  read(): PipelineConfiguration {
    const root = this.#map(this.#document ?? {}, "the document");
    const stages = this.#map(root["stages"] ?? {}, "stages");
    const pipeline = this.#map(root["pipeline"] ?? {}, "pipeline");
    // Nothing in a map that is none can be missing or wrong.
    assertNoMistakes(this.#mistakes);
    const configuration = {
      enabledStages: this.#enabledStages(stages["enabled_stages"]),
      packStages: this.#choice(pipeline["pack_stages"] ?? "enabled", "pipeline.pack_stages", [
        "enabled",
        "all",
      ]),
      mode: this.#choice(pipeline["mode"] ?? "dev", "pipeline.mode", ["dev", "prod"]),
      buildFolder: this.#optionalText(pipeline["build_folder"], "pipeline.build_folder"),
      uploadModules: this.#texts(pipeline["upload_modules"], "pipeline.upload_modules"),
      uploadPaths: this.#uploadPaths(pipeline["upload_paths"]),
      allowSecrets: this.#texts(pipeline["allow_secrets"], "pipeline.allow_secrets"),
      ...(this.#variables.length === 0 ? {} : { variables: this.#variables }),
    };
    assertNoMistakes(this.#mistakes);
    return configuration;
  }

  #enabledStages(value: unknown): readonly string[] {
    if (value === undefined) {
      return this.#wrong([], "stages.enabled_stages", "a list of stage names", value);
    }
    return [...new Set(this.#texts(value, "stages.enabled_stages"))];
  }

  #uploadPaths(value: unknown): readonly UploadPath[] {
    return this.#list(value, "pipeline.upload_paths").map((item, index) => {
      const field = `pipeline.upload_paths[${index}]`;
      if (!isRecord(item)) {
        return this.#wrong({ source: "", target: undefined }, field, "a map", item);
      }
      return {
        source: this.#text(item["source"], `${field}.source`),
        target: this.#optionalText(item["target"], `${field}.target`),
      };
    });
  }

  #map(value: unknown, field: string): Readonly<Record<string, unknown>> {
    if (isRecord(value)) {
      return value;
    }
    return this.#wrong({}, field, "a map", value);
  }

  #list(value: unknown, field: string): readonly unknown[] {
    if (value === undefined || value === null) {
      return [];
    }
    if (Array.isArray(value)) {
      return value;
    }
    return this.#wrong([], field, "a list", value);
  }

  #texts(value: unknown, field: string): readonly string[] {
    return this.#list(value, field).map((item, index) => this.#text(item, `${field}[${index}]`));
  }

  #text(value: unknown, field: string): string {
    if (typeof value === "string" && value !== "") {
      return value;
    }
    return this.#wrong("", field, "a non-empty string", value);
  }

  #optionalText(value: unknown, field: string): string | undefined {
    return value === undefined || value === null ? undefined : this.#text(value, field);
  }

  #choice<Choice extends string>(
    value: unknown,
    field: string,
    choices: readonly [Choice, ...Choice[]],
  ): Choice {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) {
      return found;
    }
    const wanted = choices.map((choice) => `"${choice}"`).join(" or ");
    return this.#wrong(choices[0], field, wanted, value);
  }

  /** @returns what to go on with, so that the other mistakes are found too */
  #wrong<Value>(instead: Value, field: string, wanted: string, actual: unknown): Value {
    const used = this.#variables.find(({ key, isSet }) => key === field && isSet);
    // What a variable holds may be a secret.
    const isHidden = used !== undefined && actual !== "";
    const is = isHidden
      ? `it is made of the environment variable "${used.variable}"`
      : shown(actual);
    this.#mistakes.push(
      new UserError(`Cannot use "${this.#file}" as ${field} must be ${wanted}: ${is}`, {
        argument: "config",
      }),
    );
    return instead;
  }
}

function shown(value: unknown): string {
  if (value === undefined) {
    return "it is missing";
  }
  const text = jsonOf(value);
  return `it is ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // By an alias to what it is in.
    return "a value that holds itself";
  }
}
