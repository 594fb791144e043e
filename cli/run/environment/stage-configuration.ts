/** What a stage's `config.yaml` says of its operations, for a run on this machine. */
import path from "node:path";
import { UserError } from "../../../common/errors/user-error.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import { readYamlFile } from "../../../common/yaml/read-yaml-file.ts";
import { stageRoot } from "../../../provider/pipeline/stages/stage-root.ts";

/** A stage's `config.yaml`. Its keys are written with dots: `client.operations.map.env`. */
export class StageConfiguration {
  readonly #file: string;
  readonly #document: unknown;

  private constructor(file: string, document: unknown) {
    this.#file = file;
    this.#document = document;
  }

  /**
   * Reads it; none is as good as an empty one.
   *
   * @throws {UserError} when it cannot be read, or does not parse
   */
  static async read(pipelineDirectory: string, stage: string): Promise<StageConfiguration> {
    const file = `${stageRoot(stage)}/config.yaml`;
    const document = await readYamlFile(
      path.join(pipelineDirectory, file),
      `configuration of the stage "${stage}"`,
    );
    return new StageConfiguration(file, document);
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
   * A map of variables, in the words of the framework, which is Python: true is `True`. One without a
   * value is left out.
   *
   * @throws {UserError} when it is no map, or a value is a list, a map or a number that cannot be kept
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
    if (typeof value === "boolean") {
      return value ? "True" : "False";
    }
    const isExact =
      typeof value === "number" && (Number.isSafeInteger(value) || !Number.isInteger(value));
    if (isExact || (typeof value === "string" && !value.includes("\0"))) {
      return String(value);
    }
    throw this.#wrong(keys, "a text: put it into quotes");
  }

  /** Without the value, which may be a secret. */
  #wrong(keys: readonly string[], wanted: string): UserError {
    return new UserError(`Cannot use "${this.#file}" as ${keys.join(".")} must be ${wanted}`);
  }
}
