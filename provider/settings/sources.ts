/** Which archive of which stack a pipeline is promoted from. */
import { isRecord } from "../../common/values/is-record.ts";
import { inside } from "./mistakes.ts";
import type { Place } from "./mistakes.ts";
import type { PipelineValues, StackSettings } from "./read-settings.ts";

/** An archive of another stack. */
export interface Source {
  readonly stack: string;
  /** Its name there. */
  readonly pipeline: string;
  /** What names the stack. */
  readonly place: Place;
}

/**
 * Finds a pipeline's source.
 *
 * @param values what is said of the pipeline; null says that it is packed, whatever is said of the stack
 * @param stackSource what is said of the stack
 * @param place where the pipeline is
 */
export function findSource(
  values: PipelineValues,
  name: string,
  stackSource: StackSettings["promoteFrom"],
  place: Place,
): Source | undefined {
  const own = values["promoteFrom"];
  if (own === undefined) {
    return stackSource === undefined ? undefined : { ...stackSource, pipeline: name };
  }
  if (typeof own === "string") {
    return { stack: own, pipeline: name, place };
  }
  if (!isRecord(own) || typeof own["stack"] !== "string") {
    return undefined;
  }
  const { stack, pipeline } = own;
  return { stack, pipeline: typeof pipeline === "string" ? pipeline : name, place };
}

/** The stacks that anything may be promoted from, each once, with a place that names it. */
export function sourceStacks({
  promoteFrom,
  defaults,
  defaultsPlace,
  entries,
  overrides,
}: StackSettings): ReadonlyMap<string, Place> {
  const named = [
    ...entries.map(({ values, place }) =>
      findSource(values, "", undefined, inside(place, "promoteFrom")),
    ),
    ...[...overrides.values()].map(({ values, place }) =>
      findSource(values, "", undefined, inside(place, "promoteFrom")),
    ),
    findSource(defaults, "", undefined, inside(defaultsPlace, "promoteFrom")),
    promoteFrom,
  ].filter((source) => source !== undefined);
  return new Map(named.toReversed().map(({ stack, place }) => [stack, place]));
}
