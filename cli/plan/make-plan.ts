/** From a manifest to the document that all reports of `ytcode plan` are made from. */
import { formatMode } from "../../common/text/format-mode.ts";
import { stageRoot } from "../../provider/pipeline/stages/stage-root.ts";
import type { Manifest, Part } from "../../provider/manifest/manifest.ts";
import { findBiggestFiles, findBiggestFolders } from "./biggest.ts";
import type { PlanDocument, PlanPart } from "./plan-document.ts";
import { settingWarnings } from "./setting-warnings.ts";

/** How many of the biggest files and folders are named. */
const TOP = 5;

/** Describes what a manifest would pack. */
export function makePlan(manifest: Manifest): PlanDocument {
  const { parts, configuration } = manifest;
  return {
    version: 1,
    pipelineDirectory: manifest.pipelineDirectory,
    digest: manifest.digest,
    mode: configuration.mode,
    buildFolder: configuration.buildFolder ?? null,
    environment: configuration.variables ?? [],
    ytjobs: manifest.ytjobs,
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    fileCount: parts.reduce((sum, part) => sum + part.files.length, 0),
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
    biggest: { files: findBiggestFiles(parts, TOP), folders: findBiggestFolders(parts, TOP) },
    parts: parts.map(planPart),
  };
}

function planPart({ key, kind, root, digest, sizeBytes, files }: Part): PlanPart {
  return {
    key,
    kind,
    root,
    digest,
    sizeBytes,
    fileCount: files.length,
    files: files.map(({ path, mode, sizeBytes: size, sha256 }) => ({
      path,
      mode: formatMode(mode),
      sizeBytes: size,
      sha256,
    })),
  };
}
