/** What a stage's `config.yaml` says of its operations, for a run on this machine. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { isScalar } from "yaml";
import { UserError } from "../../../common/errors/user-error.ts";
import { messageOf } from "../../../common/errors/message-of.ts";
import { isMissing } from "../../../common/files/file-errors.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import { decodeYaml } from "../../../common/yaml/decode-yaml.ts";
import { parseYaml } from "../../../common/yaml/parse-yaml.ts";
import { mayInterpolate } from "../../../provider/pipeline/configuration/interpolation/interpolation.ts";
import { pythonText } from "../../../provider/pipeline/configuration/interpolation/python-text.ts";
import { readValues } from "../../../provider/pipeline/configuration/interpolation/read-values.ts";
import type { Shape } from "../../../provider/pipeline/configuration/interpolation/shape.ts";
import { stageRoot } from "../../../provider/pipeline/stages/stage-root.ts";

/** The keys of operations in a configuration. */
const OPERATION_KEYS = ["map", "reduce", "map_reduce", "vanilla"];

const CHECKPOINT: Shape = { keys: { local_checkpoint_path: "value" } };

/** The values that are read for an operation; in no others are interpolations looked at. */
function shapeFor(operation: string): Shape {
  const others = OPERATION_KEYS.map((key) => [key, { keys: { checkpoint: CHECKPOINT } }] as const);
  const own: Shape = {
    keys: {
      checkpoint: CHECKPOINT,
      env: { each: "value" },
      file_paths: { list: { list: "value" } },
      tokenizer_artifact: { each: "value" },
    },
  };
  return {
    keys: {
      job: { keys: { model_name: "value", tokenizer_name: "value" } },
      client: {
        keys: {
          local_checkpoint_path: "value",
          operations: { keys: { ...Object.fromEntries(others), [operation]: own } },
        },
      },
    },
  };
}

/** A stage's `config.yaml`, as far as it is about one operation and about checkpoints. */
export class StageConfiguration {
  readonly #file: string;
  readonly #values: unknown;
  /** The same with scalars as they are written, and without interpolations resolved. */
  readonly #written: unknown;

  private constructor(file: string, values: unknown, written: unknown) {
    this.#file = file;
    this.#values = values;
    this.#written = written;
  }

  /**
   * Reads it; none is as good as an empty one.
   *
   * @param operation the operation's key: `map_reduce`
   * @throws {UserError} when it cannot be read, does not parse, or a value cannot be resolved
   */
  static async read(
    pipelineDirectory: string,
    stage: string,
    operation: string,
  ): Promise<StageConfiguration> {
    const file = `${stageRoot(stage)}/config.yaml`;
    const source = { name: `"${file}"` };
    let bytes: Buffer;
    try {
      bytes = await readFile(path.join(pipelineDirectory, file));
    } catch (error) {
      if (isMissing(error)) {
        return new StageConfiguration(file, undefined, undefined);
      }
      throw new UserError(`Cannot read "${file}": ${messageOf(error)}`);
    }
    const text = decodeYaml(bytes, source);
    const { value } = await readValues(text, source, shapeFor(operation));
    return new StageConfiguration(
      file,
      value,
      parseYaml(text, source, (scalar) => scalar),
    );
  }

  /** A value; undefined where a key is missing. */
  get(...keys: readonly string[]): unknown {
    return valueAt(this.#values, keys) ?? undefined;
  }

  /** The keys of a map; none when there is no map. */
  keys(...keys: readonly string[]): readonly string[] {
    const value = this.get(...keys);
    return isRecord(value) ? Object.keys(value) : [];
  }

  /** A text that is not empty; undefined for anything else. */
  text(...keys: readonly string[]): string | undefined {
    const value = this.get(...keys);
    return typeof value === "string" && value.trim() !== "" ? value : undefined;
  }

  /**
   * A map of variables, as the framework gives them, which is Python: true is `True`, 1.0 is `1.0`. One
   * without a value is left out.
   *
   * @throws {UserError} when it is no map, or a value is a list or a map
   */
  variables(...keys: readonly string[]): Readonly<Record<string, string>> {
    const value = this.get(...keys);
    if (value !== undefined && !isRecord(value)) {
      throw this.#wrong(keys, "a map of variables");
    }
    const variables: [string, string][] = [];
    for (const [name, of] of Object.entries(value ?? {})) {
      if (/^$|[=\0]/.test(name)) {
        throw this.#wrong(keys, "a map of names that a variable can have");
      }
      if (of === null || of === undefined) {
        continue;
      }
      const written = valueAt(this.#written, [...keys, name]);
      const isAsWritten = isScalar(written) && !mayInterpolate(String(written.value));
      const text = pythonText(isAsWritten ? written : of);
      if (text === undefined || text.includes("\0")) {
        throw this.#wrong([...keys, name], "a single value");
      }
      variables.push([name, text]);
    }
    return Object.fromEntries(variables);
  }

  /** Without the value, which may be a secret. */
  #wrong(keys: readonly string[], wanted: string): UserError {
    return new UserError(`Cannot use "${this.#file}" as ${keys.join(".")} must be ${wanted}`);
  }
}

function valueAt(document: unknown, keys: readonly string[]): unknown {
  let value = document;
  for (const key of keys) {
    value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}
