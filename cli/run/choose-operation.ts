/** Which operation of a stage a development run is to run, and what it needs for it. */
import type { Manifest } from "../../provider/manifest/manifest.ts";
import { ENTRY_POINTS, MAP_REDUCE_LEGS } from "../../provider/pipeline/stages/operations.ts";
import { stageRoot } from "../../provider/pipeline/stages/stage-root.ts";
import type { Operation } from "../../provider/pipeline/stages/operations.ts";
import { UserError } from "../../common/errors/user-error.ts";

/** What can be run: one operation, or both legs of a map-reduce. */
export type RunOperation = "map" | "reduce" | "map-reduce" | "vanilla";

/** All of them, in the order they are shown. */
export const RUN_OPERATIONS: readonly RunOperation[] = ["map", "reduce", "map-reduce", "vanilla"];

/** The operations whose wrappers run, in their order. */
export function phasesOf(operation: RunOperation): readonly Operation[] {
  return operation === "map-reduce" ? MAP_REDUCE_LEGS : [operation];
}

/**
 * Chooses what to run of a stage: what was asked for, else the only thing there is. A mapper with
 * a reducer is one map-reduce.
 *
 * @param wanted as given with `--operation`
 * @throws {UserError} when the stage is not there, not packed, has no such entry point, or has
 * several operations and none was asked for
 */
export function chooseOperation(
  manifest: Manifest,
  stage: string,
  wanted: RunOperation | undefined,
): RunOperation {
  const possible = possibleOperations(manifest, stage);
  if (possible.length === 0) {
    throw nothingToRun(manifest, stage);
  }
  if (wanted !== undefined) {
    if (possible.includes(wanted)) {
      return wanted;
    }
    throw new UserError(
      `Cannot run the stage "${stage}" as ${wanted} as it has no ${missingEntryPoints(wanted, possible)} in "stages/${stage}/src": ` +
        `it can run as ${possible.join(", ")}`,
    );
  }
  const [only] = possible;
  if (only !== undefined && possible.length === 1) {
    return only;
  }
  if (possible.includes("map-reduce") && !possible.includes("vanilla")) {
    return "map-reduce";
  }
  throw new UserError(
    `Cannot choose how to run the stage "${stage}" as it can run as ${possible.join(", ")}: name one with --operation`,
  );
}

function possibleOperations(manifest: Manifest, stage: string): readonly RunOperation[] {
  const there = new Set(
    manifest.operations.filter((one) => one.stage === stage).map((one) => one.operation),
  );
  return RUN_OPERATIONS.filter((operation) =>
    phasesOf(operation).every((phase) => there.has(phase)),
  );
}

function missingEntryPoints(wanted: RunOperation, possible: readonly RunOperation[]): string {
  const legs = wanted === "map-reduce" ? (["map", "reduce"] as const) : [wanted];
  const missing = legs.filter((leg) => !possible.includes(leg));
  return missing.map(entryPointOf).join(" and no ");
}

function entryPointOf(operation: Exclude<RunOperation, "map-reduce">): string {
  return ENTRY_POINTS[operation][0] ?? "";
}

function nothingToRun(manifest: Manifest, stage: string): UserError {
  const runnable = [...new Set(manifest.operations.map((one) => one.stage))];
  const list = runnable.map((name) => `"${name}"`).join(", ");
  const others = runnable.length === 0 ? "no stage can be run" : `the stages to run are ${list}`;
  const isAskedFor =
    manifest.configuration.enabledStages.includes(stage) ||
    manifest.parts.some((part) => part.root === stageRoot(stage));
  if (isAskedFor) {
    const files = (["map", "vanilla", "reduce"] as const).map(entryPointOf).join(", ");
    return new UserError(
      `Cannot run the stage "${stage}" as there is none of ${files} in "stages/${stage}/src": ${others}`,
    );
  }
  return new UserError(
    `Cannot run the stage "${stage}" as it is not one of stages.enabled_stages, so it is not packed: ` +
      `enable it, or set pipeline.pack_stages to "all"; ${others}`,
  );
}
