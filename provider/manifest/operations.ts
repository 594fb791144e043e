/** Which operations a stage's files make possible. */
import type { StageOperation } from "../pipeline/stages/operations.ts";
import { stageOfRoot } from "../pipeline/stages/stage-root.ts";
import { stageOperations } from "../pipeline/stages/wrappers.ts";
import type { Part } from "./manifest.ts";

/** The operations of a part, in the order they are shown; none when it is not a stage's. */
export function operationsOf(part: Part): readonly StageOperation[] {
  if (part.kind !== "stage") {
    return [];
  }
  const paths = new Set(part.files.map((file) => file.path));
  return stageOperations(stageOfRoot(part.root), (file) => paths.has(`${part.root}/${file}`));
}
