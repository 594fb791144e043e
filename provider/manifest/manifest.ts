/**
 * The manifest: what an archive will hold, part by part and file by file, with digests.
 * It is read once from the pipeline directory; the hash, the preview, the archive and every
 * report are made from it and from nothing else.
 */
import type { FileSignature } from "../../common/cache/file-signature.ts";
import type { PythonImport } from "../pipeline/python/find-imports.ts";
import type { PipelineConfiguration } from "../pipeline/configuration/configuration.ts";
import type { RunnableOperation } from "../pipeline/stages/operations.ts";

/** What a part was made from. */
export type PartKind = "stage" | "module" | "upload-path" | "ytjobs" | "wrappers";

/** Where a file's bytes come from. */
export type FileContent =
  | {
      readonly type: "file";
      /** Absolute path. */
      readonly file: string;
      /** As the file was when it was listed, so that a later change is noticed. */
      readonly signature: FileSignature;
      /** When that was, in ms since 1970. */
      readonly observedAtMs: number;
    }
  | { readonly type: "text"; readonly text: string };

/** One file of the archive. */
export interface ManifestFile {
  /** Relative path in the archive, with `/`. */
  readonly path: string;
  /** The only two modes there are: a plain file or an executable one. */
  readonly mode: 0o644 | 0o755;
  readonly sizeBytes: number;
  /** SHA-256 of the content, in hex. */
  readonly sha256: string;
  readonly content: FileContent;
}

/** A part of the archive: the unit that previews show and that later work is saved by. */
export interface Part {
  /** Its name as an input of the resource, always with a slash: `"stages/train"`, `"./words.txt"`. */
  readonly key: string;
  readonly kind: PartKind;
  /** What its files' paths start with: a directory or, for a single file, the file itself. */
  readonly root: string;
  /** Sorted by the bytes of their paths. */
  readonly files: readonly ManifestFile[];
  /** SHA-256 over the sorted entries: path, mode, content. In hex. */
  readonly digest: string;
  /** The sum of its files' sizes. */
  readonly sizeBytes: number;
  /** Paths of those that are no more than pointers of Git LFS; left out when there are none. */
  readonly lfsPointers?: readonly string[];
  /** What its files import from the archive's `ytjobs` and `stages`; left out when they import nothing. */
  readonly imports?: readonly FileImports[];
}

/** What a file imports from the archive's `ytjobs` and `stages`. */
export interface FileImports {
  readonly file: ManifestFile;
  readonly imports: readonly PythonImport[];
}

/** What a warning is about. */
export type WarningType =
  | "no-stage-config"
  | "unreadable-stage-config"
  | "excluded-file"
  | "half-map-reduce"
  | "nothing-to-run"
  | "unpinned-requirements"
  | "missing-requirements-file"
  | "missing-import"
  | "standard-module-name"
  | "large-part"
  | "lfs-pointer"
  | "ignore-file-above"
  | "name-collision";

/** Something odd that is no mistake. */
export interface ManifestWarning {
  readonly type: WarningType;
  /** The key of the part that it is about; undefined when it is about several. */
  readonly part: string | undefined;
  /** One sentence, without a full stop. */
  readonly message: string;
}

/** Where the package `ytjobs` was taken from. */
export type YtjobsOrigin = "python environment" | "shipped with pulumi-yt-code";

/** What is said of a pipeline with nothing to pack. */
export const NO_CODE_NOTE = "No enabled stage has code: nothing to build or upload";

/** The same of a pipeline whose configuration is known: an empty list of stages is named. */
export function noCodeNote({ enabledStages, packStages }: PipelineConfiguration): string {
  return enabledStages.length > 0 || packStages === "all"
    ? NO_CODE_NOTE
    : "No stage is enabled, as the list stages.enabled_stages is empty: nothing to build or upload";
}

/** What an archive will hold. */
export interface Manifest {
  /** Absolute, real path. */
  readonly pipelineDirectory: string;
  /** Relative to the pipeline directory as it was named, with `/` and normalized: builds are apart by it. */
  readonly configurationFile: string;
  readonly configuration: PipelineConfiguration;
  /** In the order of the archive. Empty when no stage has code: nothing is built or uploaded then. */
  readonly parts: readonly Part[];
  /** SHA-256 over the parts' digests: the archive's identity, in hex. */
  readonly digest: string;
  /** Sorted by stage. May be empty although there are parts: with `pack_stages: all`. */
  readonly operations: readonly RunnableOperation[];
  readonly ytjobs: YtjobsOrigin;
  /** What is odd but no mistake. */
  readonly warnings: readonly ManifestWarning[];
}
