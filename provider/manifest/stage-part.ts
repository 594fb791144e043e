/** A stage's part of the archive, beside what its directory says of the stage. */
import type { SourceOptions } from "../pipeline/files/found-file.ts";
import type { StageFacts } from "../pipeline/stages/stage-facts.ts";
import { stageOfRoot } from "../pipeline/stages/stage-root.ts";
import type { Part } from "./manifest.ts";
import type { PartSource } from "./part-source.ts";

/** See above. */
export interface StagePart {
  readonly stage: string;
  readonly part: Part;
  readonly facts: StageFacts;
  /** Where its files come from. */
  readonly source: SourceOptions;
  /** Whether a file is packed; gets its path in the stage's directory, with `/`. */
  readonly hasFile: (file: string) => boolean;
}

/**
 * The stages among parts.
 *
 * @param parts those made from `sources`, in their order
 */
export function findStageParts(
  sources: readonly PartSource[],
  parts: readonly Part[],
): readonly StagePart[] {
  return sources.flatMap(({ stage: facts, sources: [source] }, index) => {
    const part = parts[index];
    if (facts === undefined || source === undefined || part === undefined) {
      return [];
    }
    const paths = new Set(part.files.map((file) => file.path));
    const hasFile = (file: string): boolean => paths.has(`${part.root}/${file}`);
    return [{ stage: stageOfRoot(part.root), part, facts, source, hasFile }];
  });
}

/** Whether any of a stage's `src/` is packed. */
export function hasSource({ part }: StagePart): boolean {
  return part.files.some((file) => file.path.startsWith(`${part.root}/src/`));
}
