/** Two pipelines of one stack with one build folder, as far as the settings tell; `check` compares what configurations say. */
import { canonicalYPath } from "../yt/ypath.ts";
import type { Mistake } from "./mistakes.ts";
import type { PlannedPipeline } from "./plan-pipelines.ts";

/** A mistake for each pipeline that publishes where an earlier one does. */
export function samePlaces(planned: readonly PlannedPipeline[]): readonly Mistake[] {
  const first = new Map<string, string>();
  return planned.flatMap(({ name, place, source, args }) => {
    const { mode, buildFolder, proxy = "" } = args;
    // Without a mode the pipeline's configuration decides whether anything is published.
    const publishes = source !== undefined || mode === "prod";
    if (buildFolder === undefined || !publishes) {
      return [];
    }
    const key = JSON.stringify([proxy, canonicalYPath(buildFolder)]);
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, name);
      return [];
    }
    const problem =
      `gives pipelines "${other}" and "${name}" one build folder, "${buildFolder}": ` +
      'give each its own, as with "{name}" in it';
    return [{ place, problem }];
  });
}
