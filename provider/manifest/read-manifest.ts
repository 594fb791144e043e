/** From a pipeline directory to its manifest. */
import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import { wrapperScript } from "../pipeline/stages/wrappers.ts";
import { isMissing } from "../../common/files/file-errors.ts";
import { toPosix } from "../../common/files/posix-path.ts";
import { readConfiguration } from "../pipeline/configuration/configuration.ts";
import type { PipelineConfiguration } from "../pipeline/configuration/configuration.ts";
import { DEFAULT_CONFIGURATION_FILE } from "../pipeline/defaults.ts";
import { compareBytes } from "../../common/text/compare-bytes.ts";
import type { FindModules } from "../pipeline/python/python-modules.ts";
import { allOrMistakes, UserError } from "../../common/errors/user-error.ts";
import { archiveDigest, sha256 } from "./digests.ts";
import type { HashPart } from "./hash-files.ts";
import type { RunnableOperation } from "../pipeline/stages/operations.ts";
import type { Manifest, ManifestFile, Part } from "./manifest.ts";
import { assertNamedScripts, isCode, operationsOf } from "./operations.ts";
import { factsOf } from "./part-facts.ts";
import type { PartSource } from "./part-source.ts";
import { findPartSources } from "./part-sources.ts";
import { makePart, readPart } from "./read-part.ts";
import { findStageParts } from "./stage-part.ts";
import type { StagePart } from "./stage-part.ts";
import { findWarnings } from "./warnings.ts";

/** Which pipeline to read, and how. */
export interface ReadManifestOptions {
  /** Path of the pipeline directory. */
  readonly pipelineDirectory: string;
  /** The configuration file, relative to the pipeline directory. @default "configs/config.yaml" */
  readonly configurationFile?: string | undefined;
  /** The Python interpreter that finds modules. @default "python3" */
  readonly python?: string | undefined;
  /** How modules are found. @default one process for this pipeline, if any */
  readonly findModules?: FindModules | undefined;
  /** How files are hashed of which nothing is remembered. @default they are only hashed */
  readonly hashPart?: HashPart | undefined;
}

/**
 * Reads a pipeline: its configuration, its stages and every file that would be packed.
 * Nothing is written.
 *
 * @throws {UserError} for everything the user can mend
 */
export async function readManifest(options: ReadManifestOptions): Promise<Manifest> {
  const pipelineDirectory = await realDirectory(options.pipelineDirectory);
  const configuration = await readConfiguration(pipelineDirectory, options.configurationFile);
  const found = await findPartSources(
    pipelineDirectory,
    configuration,
    options.python,
    options.findModules,
  );
  const read = (source: PartSource): Promise<Part> =>
    readPart(source, pipelineDirectory, configuration.allowSecrets, options.hashPart);
  const fileParts = await allOrMistakes(found.parts.map(read));
  const stages = findStageParts(found.parts, fileParts);
  await assertNamedScripts(stages);
  const operations = stages.flatMap(operationsOf);
  const isPacked = stages.some((stage) => isCode(stage, configuration));
  const warnings = await findWarnings({
    pipelineDirectory,
    parts: fileParts,
    stages,
    isPacked,
    configuration,
  });
  const parts = isPacked ? inArchiveOrder([...fileParts, ...wrappersParts(operations)]) : [];
  const digest = archiveDigest(parts);
  return {
    pipelineDirectory,
    configurationFile: normalConfigurationFile(options),
    configuration: withVariables(configuration, stages),
    parts,
    digest,
    operations,
    ytjobs: found.ytjobs,
    warnings,
  };
}

/** The configuration file as {@link Manifest} has it: one text however it was written. */
export function normalConfigurationFile({
  pipelineDirectory,
  configurationFile = DEFAULT_CONFIGURATION_FILE,
}: Pick<ReadManifestOptions, "configurationFile" | "pipelineDirectory">): string {
  const directory = path.resolve(pipelineDirectory);
  return toPosix(path.relative(directory, path.resolve(directory, configurationFile)));
}

/** What was taken from the environment for the scripts that stages name counts like the rest. */
function withVariables(
  configuration: PipelineConfiguration,
  stages: readonly StagePart[],
): PipelineConfiguration {
  const variables = stages.flatMap(({ facts }) => facts.variables);
  return variables.length === 0
    ? configuration
    : { ...configuration, variables: [...(configuration.variables ?? []), ...variables] };
}

/** The real path of a directory. */
export async function realDirectory(directory: string): Promise<string> {
  const absolute = path.resolve(directory);
  try {
    if (statSync(absolute).isDirectory()) {
      return realpathSync.native(absolute);
    }
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
    throw new UserError(`Cannot read the pipeline as there is no directory "${absolute}"`, {
      argument: "pipeline",
    });
  }
  throw new UserError(`Cannot read the pipeline as "${absolute}" is not a directory`, {
    argument: "pipeline",
  });
}

/** None when there is nothing to run. */
function wrappersParts(operations: readonly RunnableOperation[]): readonly Part[] {
  if (operations.length === 0) {
    return [];
  }
  const files = operations.map((operation): ManifestFile => {
    const text = wrapperScript(operation);
    const sizeBytes = Buffer.byteLength(text);
    return {
      path: operation.wrapper,
      mode: 0o755,
      sizeBytes,
      sha256: sha256(text),
      content: { type: "text", text },
    };
  });
  return [makePart("wrappers", "", files, false)];
}

/** No part's place is inside another's, so parts in this order give files in byte order. */
function inArchiveOrder(parts: readonly Part[]): readonly Part[] {
  return parts.toSorted((a, b) => compareBytes(firstPath(a), firstPath(b)));
}

function firstPath(part: Part): string {
  return factsOf(part).firstPath ?? part.root;
}
