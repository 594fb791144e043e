/** What is odd about a pipeline but no mistake. */
import type { PipelineConfiguration } from "../pipeline/configuration/configuration.ts";
import { ArchiveFiles } from "./archive-files.ts";
import { importWarnings } from "./import-warnings.ts";
import type { ManifestWarning, Part } from "./manifest.ts";
import { checkoutWarnings } from "./checkout-warnings.ts";
import { mayCollide, nameCollisionMessage } from "./name-collisions.ts";
import { factsOf } from "./part-facts.ts";
import type { StagePart } from "./stage-part.ts";
import { stageWarnings } from "./stage-warnings.ts";
import { standardNameWarnings } from "./standard-name-warnings.ts";

/** A part above this many bytes, before compression, deserves a look. */
export const LARGE_PART_BYTES: number = 100e6;

/** A pipeline, as far as warnings need it. */
export interface WarnedOf {
  /** Absolute, real path. */
  readonly pipelineDirectory: string;
  /** Those that come from files. */
  readonly parts: readonly Part[];
  readonly stages: readonly StagePart[];
  /** Whether anything is packed: what is not may be as large as it likes. */
  readonly isPacked: boolean;
  readonly configuration: Pick<PipelineConfiguration, "packStages">;
}

/**
 * Finds what deserves a warning. Cheap: all it reads are the requirements files of stages, and modules
 * of the archive that something is imported from by name.
 *
 * @returns sorted as the parts are, those of the whole archive last
 */
export async function findWarnings({
  pipelineDirectory,
  parts,
  stages,
  isPacked,
  configuration,
}: WarnedOf): Promise<readonly ManifestWarning[]> {
  const files = new ArchiveFiles(parts);
  const ofStages = await Promise.all(
    stages.map((stage) => stageWarnings(stage, files, configuration)),
  );
  if (!isPacked) {
    return ofStages.flat();
  }
  return [
    ...ofStages.flat(),
    ...standardNameWarnings(parts, stages),
    ...(await importWarnings(parts, pipelineDirectory)),
    ...parts.flatMap(sizeWarnings),
    ...checkoutWarnings(parts, pipelineDirectory),
    ...collisionWarnings(parts),
  ];
}

function collisionWarnings(parts: readonly Part[]): readonly ManifestWarning[] {
  // Nearly always so, and then no path is looked at.
  if (
    !parts.some((part) => factsOf(part).hasCollisions) &&
    !mayCollide(parts.map(({ root }) => root))
  ) {
    return [];
  }
  const paths = parts.flatMap((part) => part.files.map((file) => file.path));
  const message = nameCollisionMessage(paths);
  return message === undefined ? [] : [{ type: "name-collision", part: undefined, message }];
}

function sizeWarnings({ key, sizeBytes }: Part): readonly ManifestWarning[] {
  if (sizeBytes <= LARGE_PART_BYTES) {
    return [];
  }
  const megabytes = (sizeBytes / 1e6).toFixed(1);
  const message = `Part "${key}" is over 100 MB: ${megabytes} MB before compression; exclude what no job needs in ".ytignore"`;
  return [{ type: "large-part", part: key, message }];
}
