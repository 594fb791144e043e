/**
 * The outputs that follow from the inputs alone. `check` computes them, so they are known in the
 * preview of a first create already.
 */
import path from "node:path";
import { ARCHIVE_NAME, localBuildFolder } from "../archive/build/local-build.ts";
import { DEFAULT_CONFIGURATION_FILE } from "../pipeline/defaults.ts";
import { stageRoot } from "../pipeline/stages/stage-root.ts";
import { parseWrapperName } from "../pipeline/stages/wrappers.ts";
import type { Mode } from "../pipeline/configuration/configuration.ts";
import type { PromotedFrom } from "../publication/index.ts";
import { archivePathOf, versionDirectoryOf } from "../publication/layout.ts";
import { joinYPath } from "../yt/ypath.ts";
import { UNKNOWN } from "./arguments.ts";
import { withoutUndefined } from "../../common/values/without-undefined.ts";

/** A path with attributes, as an operation's specification takes it. */
export interface FilePath {
  readonly $value: string;
  readonly $attributes: { readonly file_name: string; readonly executable?: boolean };
}

/** What an operation's specification needs to run a stage. */
export interface StageCommand {
  /** The command of the user job. */
  readonly command: string;
  /** `file_paths` of the user job: the immutable archive and the wrapper. Empty in dev mode. */
  readonly filePaths: readonly FilePath[];
  /** SHA-256 of the stage's part, in hex: changes when the stage does. */
  readonly digest: string;
}

/**
 * For each stage that can run, for each of its operations: `map`, `vanilla`, `reduce`, and for a
 * map-reduce `map_reduce_mapper` and `map_reduce_reducer`.
 */
export type StageCommands = Readonly<Record<string, Readonly<Record<string, StageCommand>>>>;

/** See {@link knownOutputs}. */
export interface KnownOutputs {
  /** The archive's identity; absent when no stage has code. */
  readonly digest?: string;
  /** The stable path on the cluster; in dev mode the local archive. */
  readonly archivePath?: string;
  /** The immutable path on the cluster; absent in dev mode. */
  readonly versionPath?: string;
  readonly stages: StageCommands;
  readonly mode: Mode;
  readonly buildFolder?: string;
  readonly proxy?: string;
  /** Where the bytes come from, when they are promoted. */
  readonly promotedFrom?: PromotedFrom;
  /** Part key to full digest. */
  readonly parts: Readonly<Record<string, string>>;
}

/** What the outputs follow from. */
export interface KnownOutputsOptions {
  readonly mode: Mode;
  /** Of the pipeline, as the user wrote it; for the local archive's path. */
  readonly pipeline: string | undefined;
  /** The folder of the local build, relative to the pipeline directory. @default that of the default configuration file */
  readonly localFolder?: string;
  readonly buildFolder: string | undefined;
  readonly proxy: string | undefined;
  readonly promotedFrom: PromotedFrom | undefined;
  readonly digest: string;
  readonly parts: Readonly<Record<string, string>>;
  /** The file names of the wrappers. */
  readonly wrappers: readonly string[];
}

/** Computes the outputs that follow from the inputs. */
export function knownOutputs(options: KnownOutputsOptions): KnownOutputs {
  const { mode, buildFolder, proxy, promotedFrom, digest, parts, wrappers } = options;
  const settled = withoutUndefined({ mode, buildFolder, proxy, promotedFrom });
  if (Object.keys(parts).length === 0) {
    return { ...settled, stages: {}, parts: {} };
  }
  if (mode === "dev" || buildFolder === undefined) {
    const { pipeline = ".", localFolder = localBuildFolder(DEFAULT_CONFIGURATION_FILE) } = options;
    const archivePath = path.posix.join(pipeline, localFolder, ARCHIVE_NAME);
    const stages = stageCommands(wrappers, parts, undefined);
    return { ...settled, digest, archivePath, stages, parts };
  }
  if (buildFolder === UNKNOWN) {
    return { ...settled, digest, archivePath: UNKNOWN, versionPath: UNKNOWN, stages: {}, parts };
  }
  const versionFolder = versionDirectoryOf(buildFolder, digest);
  return {
    ...settled,
    digest,
    archivePath: archivePathOf(buildFolder),
    versionPath: joinYPath(versionFolder, ARCHIVE_NAME),
    stages: stageCommands(wrappers, parts, versionFolder),
    parts,
  };
}

function stageCommands(
  wrappers: readonly string[],
  parts: Readonly<Record<string, string>>,
  versionFolder: string | undefined,
): StageCommands {
  // Maps, as a stage may have the name of a property that every object has.
  const stages = new Map<string, Map<string, StageCommand>>();
  for (const wrapper of wrappers) {
    const parsed = parseWrapperName(wrapper);
    if (parsed === undefined) {
      continue;
    }
    const commands = stages.get(parsed.stage) ?? new Map<string, StageCommand>();
    stages.set(parsed.stage, commands);
    commands.set(parsed.operation, {
      command: `./${wrapper}`,
      filePaths: versionFolder === undefined ? [] : filePaths(versionFolder, wrapper),
      digest: parts[stageRoot(parsed.stage)] ?? "",
    });
  }
  return Object.fromEntries(
    [...stages].map(([stage, commands]) => [stage, Object.fromEntries(commands)]),
  );
}

/** From the immutable version, so that a running operation never sees another. */
function filePaths(versionFolder: string, wrapper: string): readonly FilePath[] {
  return [
    {
      $value: joinYPath(versionFolder, ARCHIVE_NAME),
      $attributes: { file_name: ARCHIVE_NAME },
    },
    {
      $value: joinYPath(versionFolder, wrapper),
      $attributes: { file_name: wrapper, executable: true },
    },
  ];
}
