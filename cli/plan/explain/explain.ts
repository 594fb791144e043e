/**
 * Explains one path of a pipeline: in the archive or not, and why. Looks only along the
 * directories that lead to it, with the walk's own rules, so it works also when something else in
 * the pipeline cannot be packed.
 */
import path from "node:path";
import { stageOperations, wrapperScript } from "../../../provider/pipeline/stages/wrappers.ts";
import { readConfiguration } from "../../../provider/pipeline/configuration/configuration.ts";
import { findingInFile } from "../../../provider/pipeline/files/content-findings.ts";
import type { FoundFile, SourceOptions } from "../../../provider/pipeline/files/found-file.ts";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import { isInside } from "../../../common/files/is-inside.ts";
import { decidePath } from "../../../provider/pipeline/ignore/path-decision.ts";
import type { PathDecision } from "../../../provider/pipeline/ignore/path-decision.ts";
import { assertNoSecrets, secretStatus } from "../../../provider/pipeline/files/secret-files.ts";
import type { SecretRules } from "../../../provider/pipeline/files/secret-files.ts";
import type { RunnableOperation } from "../../../provider/pipeline/stages/operations.ts";
import { stageOfRoot } from "../../../provider/pipeline/stages/stage-root.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { NO_VERDICT } from "./explanation.ts";
import type { ExplainedPipeline, Explanation, Verdict } from "./explanation.ts";
import { NO_CODE_NOTE } from "../../../provider/manifest/manifest.ts";
import { partKey, WRAPPERS_KEY } from "../../../provider/manifest/part-key.ts";
import type { PartSource } from "../../../provider/manifest/part-source.ts";
import { findReachableSources } from "./reachable-sources.ts";
import { realDirectory } from "../../../provider/manifest/read-manifest.ts";
import type { ReadManifestOptions } from "../../../provider/manifest/read-manifest.ts";
import { explainUnasked, placesOnDisk } from "./unasked.ts";

/** What to explain. */
export interface ExplainOptions extends ReadManifestOptions {
  /** A file or directory: relative to the pipeline directory, absolute, or in the archive. */
  readonly path: string;
  /** Absolute path of another directory that `path` may be relative to. */
  readonly orRelativeTo?: string | undefined;
}

/** A place where a part may have the path. */
interface Candidate {
  readonly part: PartSource;
  readonly source: SourceOptions;
  /** Relative to the source, with `/`. */
  readonly relative: string;
}

/**
 * Explains a path.
 *
 * @throws {UserError} when the configuration cannot be read, or there is nothing of that name
 */
export async function explainPath(options: ExplainOptions): Promise<Explanation> {
  const pipelineDirectory = await realDirectory(options.pipelineDirectory);
  const configuration = await readConfiguration(pipelineDirectory, options.configurationFile);
  const found = await findReachableSources(pipelineDirectory, configuration, options);
  const { allowSecrets, enabledStages, packStages } = configuration;
  const operations = found.parts.flatMap(operationsOf);
  const isPacked = operations.length > 0 || (packStages === "all" && found.parts.some(hasSource));
  const pipeline = { ...found, pipelineDirectory, allowSecrets, enabledStages, isPacked };
  const places = placesOnDisk(options.path, pipelineDirectory, options.orRelativeTo);
  const asked = [
    ...candidatesOnDisk(found.parts, places),
    ...candidatesInArchive(found.parts, options.path),
  ];
  const verdicts = [
    ...asked.flatMap((candidate) => explainIn(candidate, pipeline)),
    ...generated(options.path, operations),
  ];
  const unique = [...new Map(verdicts.map((one) => [JSON.stringify(one), one])).values()];
  return {
    path: options.path,
    pipelineDirectory,
    verdicts: unique.length > 0 ? unique : [await explainUnasked(options.path, places, pipeline)],
    problems: found.problems,
  };
}

/** As operationsOf() of a manifest, but it looks only for the entry points. */
function operationsOf({ root, sources, stage }: PartSource): readonly RunnableOperation[] {
  const [source] = sources;
  if (stage === undefined || source === undefined) {
    return [];
  }
  return stageOperations(
    stageOfRoot(root),
    stage.scripts,
    (file) => decidePath(source, file).type === "file",
  );
}

/** As of a manifest, but it does not look for files in it. */
function hasSource({ stage, sources: [source] }: PartSource): boolean {
  return (
    stage !== undefined && source !== undefined && decidePath(source, "src").type === "directory"
  );
}

function candidatesOnDisk(
  parts: readonly PartSource[],
  places: readonly string[],
): readonly Candidate[] {
  return sourcesOf(parts).flatMap(({ part, source }) =>
    places
      .filter((place) => isInside(source.source, place))
      .map((place) => ({ part, source, relative: path.relative(source.source, place) })),
  );
}

function candidatesInArchive(parts: readonly PartSource[], asked: string): readonly Candidate[] {
  const wanted = archivePathOf(asked);
  return sourcesOf(parts)
    .filter(({ part }) => wanted === part.root || wanted.startsWith(`${part.root}/`))
    .map(({ part, source }) => ({ part, source, relative: wanted.slice(part.root.length + 1) }));
}

function sourcesOf(
  parts: readonly PartSource[],
): readonly { readonly part: PartSource; readonly source: SourceOptions }[] {
  return parts.flatMap((part) => part.sources.map((source) => ({ part, source })));
}

function archivePathOf(asked: string): string {
  return path.posix.normalize(asked).replace(/\/$/, "");
}

/** @returns none when there is nothing of that name, or no part asks for it there */
function explainIn(candidate: Candidate, pipeline: ExplainedPipeline): readonly Verdict[] {
  const { part, source, relative } = candidate;
  const decision = decidePath(source, relative);
  const archivePath = relative === "" ? part.root : `${part.root}/${relative}`;
  const isFile = part.sources.length === 1 && decidePath(source, "").type === "file";
  const base: Verdict = {
    ...NO_VERDICT,
    part: partKey(part.kind, part.root, isFile),
    archivePath,
    file: path.join(source.source, relative),
  };
  const said = explainDecision(decision, base, candidate, pipeline);
  if (said === undefined) {
    return [];
  }
  const isIn = said.verdict === "in" || said.verdict === "walked";
  if (isIn && !pipeline.isPacked) {
    return [{ ...said, verdict: "out", because: "no-code", detail: NO_CODE_NOTE }];
  }
  return [said];
}

function explainDecision(
  decision: PathDecision,
  base: Verdict,
  candidate: Candidate,
  pipeline: ExplainedPipeline,
): Verdict | undefined {
  switch (decision.type) {
    case "missing":
    case "not-asked":
      return undefined;
    case "ignore-file":
      return { ...base, because: "ignore-file", archivePath: null };
    case "refused":
      return { ...base, verdict: "refused", because: "unpackable", detail: decision.reason };
    case "excluded": {
      const { rule = null, excludedDirectory } = decision.byRules;
      const { source, rulesFrom = source } = candidate.source;
      const directory = excludedDirectory && path.join(rulesFrom, excludedDirectory);
      return { ...base, because: "rule", rule, excludedDirectory: directory ?? null };
    }
    case "directory":
      return {
        ...base,
        verdict: "walked",
        because: "asked-for",
        rule: decision.byRules.rule ?? null,
      };
    case "file":
      return explainFile(
        decision.file,
        { ...base, rule: decision.byRules.rule ?? null },
        candidate,
        pipeline,
      );
  }
}

function explainFile(
  file: FoundFile,
  base: Verdict,
  { part, source, relative }: Candidate,
  { pipelineDirectory, allowSecrets }: ExplainedPipeline,
): Verdict {
  const earlier = part.sources.slice(0, part.sources.indexOf(source));
  const winner = earlier.find((one) => decidePath(one, relative).type === "file");
  if (winner !== undefined) {
    const detail = `"${path.join(winner.source, relative)}" comes first, as in Python`;
    return { ...base, because: "shadowed", detail };
  }
  const linkedTo = file.linkedPath === file.absolutePath ? null : file.linkedPath;
  const said: Verdict = { ...base, linkedTo };
  const secrets: SecretRules = {
    sources: part.sources,
    archivePath: () => base.archivePath ?? part.root,
    finding: ({ absolutePath }) => ignoringFileSystemErrors(() => findingInFile(absolutePath)),
    pipelineDirectory,
    allowed: allowSecrets,
  };
  const status = secretStatus(file, secrets);
  if (status === "refused") {
    return { ...said, verdict: "refused", because: "secret", detail: refusalOf(file, secrets) };
  }
  return {
    ...said,
    verdict: "in",
    because: status === "allowed" ? "allowed-secret" : "asked-for",
    mode: file.isExecutable ? 0o755 : 0o644,
    sizeBytes: file.signature.sizeBytes,
  };
}

/** The message with which packing would refuse it. */
function refusalOf(file: FoundFile, secrets: SecretRules): string {
  try {
    assertNoSecrets([file], secrets);
  } catch (error) {
    if (error instanceof UserError) {
      return error.message;
    }
    throw error;
  }
  return "";
}

function generated(asked: string, operations: readonly RunnableOperation[]): readonly Verdict[] {
  const wanted = archivePathOf(asked);
  return operations
    .filter(({ wrapper }) => wrapper === wanted)
    .map(({ stage, operation, script }) => ({
      ...NO_VERDICT,
      verdict: "in",
      because: "generated",
      detail: `the wrapper that runs stage "${stage}" as ${operation}`,
      part: WRAPPERS_KEY,
      archivePath: wanted,
      mode: 0o755,
      sizeBytes: Buffer.byteLength(wrapperScript({ stage, script })),
    }));
}
