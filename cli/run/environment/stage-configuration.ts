/** What a stage's `config.yaml` says of its operations, for a run on this machine. */
import path from "node:path";
import { UserError } from "../../../common/errors/user-error.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import { readYamlText } from "../../../common/yaml/read-yaml-file.ts";
import { readShape } from "../../../provider/pipeline/configuration/interpolation/read-shape.ts";
import type { Shape } from "../../../provider/pipeline/configuration/interpolation/shape.ts";
import { stageRoot } from "../../../provider/pipeline/stages/stage-root.ts";

/** What a run of an operation reads; elsewhere interpolations are not looked at. */
function shapeFor(operation: string): Shape {
  const checkpoint: Shape = { keys: { local_checkpoint_path: "value" } };
  const artifact: Shape = {
    keys: { artifact_base: "value", artifact_name: "value", local_artifact_path: "value" },
  };
  const ofOperation: Shape = {
    keys: {
      env: { keys: {}, others: "text" },
      checkpoint,
      tokenizer_artifact: artifact,
      // A path, or a path and a name.
      file_paths: { list: { list: "value" } },
    },
  };
  return {
    keys: {
      job: { keys: { model_name: "value", tokenizer_name: "value" } },
      client: {
        keys: {
          local_checkpoint_path: "value",
          operations: { keys: { [operation]: ofOperation }, others: { keys: { checkpoint } } },
        },
      },
    },
  };
}

/** A stage's `config.yaml`. Its keys are written with dots: `client.operations.map.env`. */
export class StageConfiguration {
  readonly #file: string;
  readonly #document: unknown;

  private constructor(file: string, document: unknown) {
    this.#file = file;
    this.#document = document;
  }

  /**
   * Reads what a run of an operation needs of it, `${…}` resolved; none is as good as an empty one.
   *
   * @param operation the operation's key: `map_reduce`
   * @param environment what `${oc.env:…}` looks into
   * @throws {UserError} when it cannot be read, does not parse or cannot be resolved
   */
  static async read(
    pipelineDirectory: string,
    stage: string,
    operation: string,
    environment: NodeJS.ProcessEnv,
  ): Promise<StageConfiguration> {
    const file = `${stageRoot(stage)}/config.yaml`;
    const absolute = path.join(pipelineDirectory, file);
    const name = `the configuration of the stage "${stage}" "${absolute}"`;
    const text = await readYamlText(absolute, name);
    const read =
      text === undefined ? undefined : readShape(text, { name }, shapeFor(operation), environment);
    return new StageConfiguration(file, read?.value);
  }

  /** A value; undefined where a key is missing. */
  get(...keys: readonly string[]): unknown {
    let value = this.#document;
    for (const key of keys) {
      value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    }
    return value ?? undefined;
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
   * A map of variables, in the words of the framework, which is Python: true is `True`, and 1.0 stays
   * `1.0`. One without a value is left out.
   *
   * @throws {UserError} when it is no map, or a value is a list or a map
   */
  variables(...keys: readonly string[]): Readonly<Record<string, string>> {
    const value = this.get(...keys);
    if (value !== undefined && !isRecord(value)) {
      throw this.#wrong(keys, "a map of variables");
    }
    const found = Object.entries(value ?? {}).map(([name, of]) => {
      if (/^$|[=\0]/.test(name)) {
        throw this.#wrong(keys, "a map of names that a variable can have");
      }
      return [name, this.#variable(of, [...keys, name])] as const;
    });
    return Object.fromEntries(
      found.filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
  }

  #variable(value: unknown, keys: readonly string[]): string | undefined {
    if (value === undefined || value === null) {
      return undefined;
    }
    if (typeof value === "string" && !value.includes("\0")) {
      return value;
    }
    throw this.#wrong(keys, "a text: put it into quotes");
  }

  /** Without the value, which may be a secret. */
  #wrong(keys: readonly string[], wanted: string): UserError {
    return new UserError(`Cannot use "${this.#file}" as ${keys.join(".")} must be ${wanted}`);
  }
}
