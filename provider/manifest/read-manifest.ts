/** From a pipeline directory to its manifest. */
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { wrapperScript } from "../pipeline/stages/wrappers.ts";
import { isMissing } from "../../common/files/file-errors.ts";
import { toPosix } from "../../common/files/posix-path.ts";
import { readConfiguration } from "../pipeline/configuration/configuration.ts";
import type { PipelineConfiguration } from "../pipeline/configuration/configuration.ts";
import { DEFAULT_CONFIGURATION_FILE } from "../pipeline/defaults.ts";
import { compareBytes } from "../../common/text/compare-bytes.ts";
import type { ContentFinding } from "../pipeline/files/content-findings.ts";
import { listFiles } from "../pipeline/files/file-list.ts";
import type { FoundFile } from "../pipeline/files/file-list.ts";
import { parseArchiveImports } from "../pipeline/python/archive-imports.ts";
import type { FindModules } from "../pipeline/python/python-modules.ts";
import { assertNoSecrets } from "../pipeline/files/secret-files.ts";
import { allOrMistakes, UserError } from "../../common/errors/user-error.ts";
import { digestsOf } from "./digest-memory.ts";
import type { FileDigest } from "./digest-memory.ts";
import { archiveDigest, partDigest, sha256 } from "./digests.ts";
import type { RunnableOperation } from "../pipeline/stages/operations.ts";
import type { FileImports, Manifest, ManifestFile, Part, PartKind } from "./manifest.ts";
import { assertNamedScripts, isCode, operationsOf } from "./operations.ts";
import { partKey } from "./part-key.ts";
import type { PartSource } from "./part-source.ts";
import { findPartSources } from "./part-sources.ts";
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
    readPart(source, pipelineDirectory, configuration.allowSecrets);
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
    if ((await stat(absolute)).isDirectory()) {
      return await realpath(absolute);
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

async function readPart(
  part: PartSource,
  pipelineDirectory: string,
  allowSecrets: readonly string[],
): Promise<Part> {
  const archivePath = (file: FoundFile): string =>
    file.relativePath === "" ? part.root : `${part.root}/${file.relativePath}`;
  const observedAtMs = Date.now();
  const found = await listSources(part);
  if (found.length === 0 && part.kind !== "stage") {
    throw new UserError(`Cannot pack ${part.claimedBy} as it holds no file that is not excluded`, {
      argument: "pipeline",
    });
  }
  const { sources } = part;
  const rules = { sources, archivePath, pipelineDirectory, allowed: allowSecrets };
  const digests = await digestsOf(found, sources[0]?.source ?? "", observedAtMs).catch(
    (error: unknown) => {
      // A secret that cannot be read is to be left out, not to be made readable.
      assertNoSecrets(found, { ...rules, finding: () => undefined });
      throw error;
    },
  );
  const findings = findingsOf(found, digests);
  const finding = (file: FoundFile): ContentFinding | undefined => findings.get(file);
  assertNoSecrets(found, { ...rules, finding });
  const files = found.map((file, index): ManifestFile => {
    const { absolutePath, signature, isExecutable } = file;
    const content = { type: "file", file: absolutePath, signature, observedAtMs } as const;
    const { sha256: digest = "", sizeBytes = 0 } = digests[index] ?? {};
    const mode = isExecutable ? 0o755 : 0o644;
    return { path: archivePath(file), mode, sizeBytes, sha256: digest, content };
  });
  const isFile = found.length === 1 && found[0]?.relativePath === "";
  const made = makePart(part.kind, part.root, files, isFile);
  const lfsPointers = found.filter((file) => finding(file) === "lfs-pointer").map(archivePath);
  const imports = files.flatMap((file, index): readonly FileImports[] => {
    const text = digests[index]?.imports;
    return text === undefined ? [] : [{ file, imports: parseArchiveImports(text) }];
  });
  return {
    ...made,
    ...(lfsPointers.length === 0 ? {} : { lfsPointers }),
    ...(imports.length === 0 ? {} : { imports }),
  };
}

/** What was noticed of files: of nearly all of them nothing. */
function findingsOf(
  files: readonly FoundFile[],
  digests: readonly FileDigest[],
): ReadonlyMap<FoundFile, ContentFinding> {
  const findings = new Map<FoundFile, ContentFinding>();
  for (const [index, file] of files.entries()) {
    const finding = digests[index]?.finding;
    if (finding !== undefined) {
      findings.set(file, finding);
    }
  }
  return findings;
}

/** A namespace package has several places; as in Python, the earlier one wins. */
async function listSources(part: PartSource): Promise<readonly FoundFile[]> {
  const byPath = new Map<string, FoundFile>();
  for (const source of part.sources) {
    for (const file of await listFiles(source)) {
      if (!byPath.has(file.relativePath)) {
        byPath.set(file.relativePath, file);
      }
    }
  }
  return [...byPath.values()];
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

function makePart(
  kind: PartKind,
  root: string,
  unsorted: readonly ManifestFile[],
  isFile: boolean,
): Part {
  const files = unsorted.toSorted((a, b) => compareBytes(a.path, b.path));
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return {
    key: partKey(kind, root, isFile),
    kind,
    root,
    files,
    digest: partDigest(files),
    sizeBytes,
  };
}

/** No part's place is inside another's, so parts in this order give files in byte order. */
function inArchiveOrder(parts: readonly Part[]): readonly Part[] {
  return parts.toSorted((a, b) => compareBytes(firstPath(a), firstPath(b)));
}

function firstPath(part: Part): string {
  return part.files[0]?.path ?? part.root;
}
