/** What is odd about a pipeline but no mistake. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { ENTRY_POINTS } from "../pipeline/stages/operations.ts";
import { stageOfRoot } from "../pipeline/stages/stage-root.ts";
import type { ManifestFile, ManifestWarning, Part } from "./manifest.ts";
import { checkoutWarnings } from "./checkout-warnings.ts";
import { nameCollisionMessage } from "./name-collisions.ts";
import { operationsOf } from "./operations.ts";
import { requirementWarnings } from "./requirement-warnings.ts";

/** A part above this many bytes, before compression, deserves a look. */
export const LARGE_PART_BYTES: number = 100e6;

/**
 * Finds what deserves a warning. Cheap: all it reads are the requirements files of stages.
 *
 * @param parts those that come from files
 * @returns sorted as the parts are, those of the whole archive last
 */
export async function findWarnings(
  parts: readonly Part[],
  pipelineDirectory: string,
): Promise<readonly ManifestWarning[]> {
  const stages = parts.filter((part) => part.kind === "stage");
  const files = new Map(parts.flatMap((part) => part.files).map((file) => [file.path, file]));
  const ofStages = await Promise.all(
    stages.map((part) => stageWarnings(part, files, pipelineDirectory)),
  );
  // What is never packed may be as large as it likes.
  const isPacked = stages.some((part) => operationsOf(part).length > 0);
  if (!isPacked) {
    return ofStages.flat();
  }
  return [
    ...ofStages.flat(),
    ...parts.flatMap(sizeWarnings),
    ...checkoutWarnings(parts, pipelineDirectory),
    ...collisionWarnings(parts),
  ];
}

async function stageWarnings(
  part: Part,
  files: ReadonlyMap<string, ManifestFile>,
  pipelineDirectory: string,
): Promise<readonly ManifestWarning[]> {
  const stage = stageOfRoot(part.root);
  const warnings: ManifestWarning[] = [];
  const warn = (type: ManifestWarning["type"], message: string): void => {
    warnings.push({ type, part: part.key, message });
  };
  if (!files.has(`${part.root}/config.yaml`)) {
    warn("no-stage-config", `Stage "${stage}" has no config.yaml`);
  }
  if (operationsOf(part).length > 0) {
    warnings.push(...(await requirementWarnings(part, files)));
  } else if (await exists(path.join(pipelineDirectory, part.root, "src"))) {
    const looked = Object.values(ENTRY_POINTS).join(", ");
    warn("nothing-to-run", `Stage "${stage}" has src/ but nothing to run: looked for ${looked}`);
  }
  return warnings;
}

function collisionWarnings(parts: readonly Part[]): readonly ManifestWarning[] {
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

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
