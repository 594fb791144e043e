/** Reads the values of a YAML text that are ours, `${…}` in them resolved, and nothing of the others. */
import { parseRememberedYaml } from "../../../../common/yaml/remembered-yaml.ts";
import type { YamlSource } from "../../../../common/yaml/parse-yaml.ts";
import { mayInterpolate } from "./interpolation.ts";
import type { Shape } from "./shape.ts";

/** An environment variable that a value was made with. */
export interface UsedVariable {
  readonly variable: string;
  /** The key whose value it is part of: `pipeline.build_folder`. */
  readonly key: string;
  /** False when a default was taken. */
  readonly isSet: boolean;
}

/** What was read. */
export interface ReadValues {
  /** The document; one with `${…}` only as far as it was asked for. */
  readonly value: unknown;
  /** In the order in which they were looked up. */
  readonly variables: readonly UsedVariable[];
}

/**
 * Reads a text.
 *
 * @param shape what is read of it, when it has interpolations; what has another shape comes as it is
 * @throws {UserError} when it does not parse (see {@link parseYaml}), or values that are read cannot
 * be resolved (all of them, with their keys)
 */
export async function readValues(
  text: string,
  source: YamlSource,
  shape: Shape,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ReadValues> {
  if (!mayInterpolate(text)) {
    return { value: await parseRememberedYaml(text, source), variables: [] };
  }
  const { readShape } = await import("./read-shape.ts");
  return readShape(text, source, shape, environment);
}
