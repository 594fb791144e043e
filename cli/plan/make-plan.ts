/** From a manifest to the document that all reports of `ytcode plan` are made from. */
import { formatMode } from "../../common/text/format-mode.ts";
import { stageRoot } from "../../provider/pipeline/stages/stage-root.ts";
import type { Manifest, ManifestFile, Part } from "../../provider/manifest/manifest.ts";
import { biggestOf } from "../../provider/manifest/biggest.ts";
import { BIGGEST_COUNT, factsOf } from "../../provider/manifest/part-facts.ts";
import type { PlanDocument, PlanFile, PlanPart } from "./plan-document.ts";
import { settingWarnings } from "./setting-warnings.ts";

/** Describes what a manifest would pack. */
export function makePlan(manifest: Manifest): PlanDocument {
  const { parts, configuration } = manifest;
  const biggest = parts.map((part) => factsOf(part).biggest);
  return {
    version: 1,
    pipelineDirectory: manifest.pipelineDirectory,
    digest: manifest.digest,
    mode: configuration.mode,
    buildFolder: configuration.buildFolder ?? null,
    environment: configuration.variables ?? [],
    ytjobs: manifest.ytjobs,
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    fileCount: parts.reduce((sum, part) => sum + factsOf(part).fileCount, 0),
    operations: manifest.operations.map(({ stage, operation, wrapper, script }) => ({
      stage,
      operation,
      wrapper,
      entryPoint: `${stageRoot(stage)}/src/${script}`,
    })),
    warnings: [
      ...settingWarnings(manifest),
      ...manifest.warnings.map(({ type, part, message }) => ({
        type,
        part: part ?? null,
        message,
      })),
    ],
    biggest: {
      files: biggestOf(
        biggest.flatMap(({ files }) => files),
        BIGGEST_COUNT,
      ),
      folders: biggestOf(
        biggest.flatMap(({ folders }) => folders),
        BIGGEST_COUNT,
      ),
    },
    parts: parts.map(planPart),
  };
}

function planPart(part: Part): PlanPart {
  const { key, kind, root, digest, sizeBytes } = part;
  let files: readonly PlanFile[] | undefined;
  return {
    key,
    kind,
    root,
    digest,
    sizeBytes,
    fileCount: factsOf(part).fileCount,
    // The report as text has none of them.
    get files() {
      return (files ??= part.files.map(planFile));
    },
  };
}

function planFile({ path, mode, sizeBytes, sha256 }: ManifestFile): PlanFile {
  return { path, mode: formatMode(mode), sizeBytes, sha256 };
}
