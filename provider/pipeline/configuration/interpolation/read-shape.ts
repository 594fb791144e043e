/** Reads the values of a text with `${…}`. Loaded for such a text only. */
import { isScalar } from "yaml";
import type { Scalar } from "yaml";
import { assertNoMistakes, UserError } from "../../../../common/errors/user-error.ts";
import { shownName } from "../../../../common/text/shown-name.ts";
import { isRecord } from "../../../../common/values/is-record.ts";
import { parseYaml } from "../../../../common/yaml/parse-yaml.ts";
import type { YamlSource } from "../../../../common/yaml/parse-yaml.ts";
import { InterpolationError } from "./interpolation.ts";
import type { ReadValues, UsedVariable } from "./read-values.ts";
import { pythonText } from "./python-text.ts";
import { labelOf, plainValue, Resolver } from "./resolver.ts";
import type { Located } from "./resolver.ts";
import type { Shape } from "./shape.ts";

/** How much of an interpolation a message shows, in characters. */
const SHOWN = 80;

/** See `readValues()`; here the document is taken apart also when it has no interpolations. */
export function readShape(
  text: string,
  source: YamlSource,
  shape: Shape,
  environment: NodeJS.ProcessEnv,
): ReadValues {
  const reader = new ShapeReader(parseYaml(text, source, plainAsWritten), source, environment);
  return reader.read(shape);
}

/** In a text, `1.0` is to stay "1.0". */
function plainAsWritten(scalar: Scalar): unknown {
  return scalar.type === "PLAIN" && scalar.tag === undefined ? scalar : scalar.value;
}

class ShapeReader {
  readonly #resolver: Resolver;
  readonly #source: YamlSource;
  readonly #variables = new Map<string, UsedVariable>();
  readonly #mistakes: UserError[] = [];
  /** What is being read. */
  #key = "";

  constructor(document: unknown, source: YamlSource, environment: NodeJS.ProcessEnv) {
    this.#source = source;
    this.#resolver = new Resolver(document, (variable) => {
      const key = this.#key;
      const value = Object.hasOwn(environment, variable) ? environment[variable] : undefined;
      this.#variables.set(`${key} ${variable}`, { variable, key, isSet: value !== undefined });
      return value;
    });
  }

  /** @throws {UserError} for all mistakes together */
  read(shape: Shape): ReadValues {
    const value = this.#read(this.#resolver.root, [], shape);
    assertNoMistakes(this.#mistakes);
    return { value, variables: [...this.#variables.values()] };
  }

  #read(found: Located, path: Located["path"], shape: Shape): unknown {
    const { value } = found;
    const plain = plainValue(value);
    if (shape === "text") {
      return plain === null ? null : (pythonText(value) ?? value);
    }
    if (shape !== "value" && "list" in shape && Array.isArray(value)) {
      return Array.from(value, (_, index) => this.#readChild(found, path, index, shape.list));
    }
    if (shape === "value" || "list" in shape || !isRecord(value) || isScalar(value)) {
      return plain;
    }
    const { keys, others } = shape;
    const fields = Object.keys(value).flatMap((name) => {
      const inner = Object.hasOwn(keys, name) ? keys[name] : others;
      return inner === undefined
        ? []
        : [[name, this.#readChild(found, path, name, inner)] as const];
    });
    return Object.fromEntries(fields);
  }

  #readChild(found: Located, above: Located["path"], name: string | number, shape: Shape): unknown {
    const path = [...above, name];
    const key = labelOf(path);
    this.#key = key;
    try {
      const child = this.#resolver.findChild(found, name);
      return child === undefined ? undefined : this.#read(child, path, shape);
    } catch (error) {
      if (!(error instanceof InterpolationError)) {
        throw error;
      }
      this.#mistakes.push(this.#mistake(error, key));
      return undefined;
    }
  }

  #mistake({ expression, place, message }: InterpolationError, key: string): UserError {
    const { name, argument } = this.#source;
    const shown = expression.length > SHOWN ? `${expression.slice(0, SHOWN - 3)}...` : expression;
    const needed = place === key ? "" : `, which ${key} needs,`;
    const problem = `"${shown}" in ${place}${needed} cannot be resolved: ${message}`;
    return new UserError(
      `Cannot use ${name} as ${shownName(problem)}`,
      argument === undefined ? {} : { argument },
    );
  }
}
