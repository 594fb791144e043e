/** Which operations a stage's files make possible. */
import { wrapperName } from "../pipeline/stages/wrappers.ts";
import { ENTRY_POINTS, OPERATIONS } from "../pipeline/stages/stages.ts";
import type { Part, StageOperation } from "./manifest.ts";

/** The operations of a part, in the order of {@link OPERATIONS}; none when it is not a stage's. */
export function operationsOf(part: Part): readonly StageOperation[] {
  if (part.kind !== "stage") return [];
  const stage = part.root.slice("stages/".length);
  const paths = new Set(part.files.map((file) => file.path));
  return OPERATIONS.filter((operation) =>
    paths.has(`${part.root}/src/${ENTRY_POINTS[operation]}`),
  ).map((operation) => ({ stage, operation, wrapper: wrapperName(stage, operation) }));
}
