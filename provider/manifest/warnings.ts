/** What is odd about a pipeline but no mistake. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { ENTRY_POINTS } from "../pipeline/stages.ts";
import type { Part } from "./manifest.ts";
import { operationsOf } from "./operations.ts";

/**
 * Finds what deserves a warning.
 *
 * @param parts those that come from files
 * @returns a sentence each
 */
export async function findWarnings(
  parts: readonly Part[],
  pipelineDirectory: string,
): Promise<readonly string[]> {
  const stages = parts.filter((part) => part.kind === "stage");
  const warnings = stages.map((part) => stageWarnings(part, pipelineDirectory));
  return (await Promise.all(warnings)).flat();
}

async function stageWarnings(part: Part, pipelineDirectory: string): Promise<readonly string[]> {
  const warnings: string[] = [];
  const stage = part.root.slice("stages/".length);
  const paths = part.files.map((file) => file.path);
  if (!paths.includes(`${part.root}/config.yaml`)) {
    warnings.push(`Stage "${stage}" has no config.yaml`);
  }
  const source = path.join(pipelineDirectory, part.root, "src");
  const hasSource = await stat(source).then(
    () => true,
    () => false,
  );
  if (hasSource && operationsOf(part).length === 0) {
    const looked = Object.values(ENTRY_POINTS).join(", ");
    warnings.push(`Stage "${stage}" has src/ but nothing to run: looked for ${looked}`);
  }
  return warnings;
}
