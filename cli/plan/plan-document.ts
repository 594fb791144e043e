/**
 * The shape of `ytcode plan --json`, version 1, as `docs/plan-json.md` describes it. The page that
 * `--html` writes is made from the same document. Types only, so that the page's script can use
 * them without what reads a pipeline.
 */

/** What would be packed. */
export interface PlanDocument {
  /** Of this shape: goes up when a key goes away or changes its meaning, not when one is added. */
  readonly version: 1;
  /** Absolute, real path. */
  readonly pipelineDirectory: string;
  /** SHA-256 over the parts' digests: the archive's identity, in hex. */
  readonly digest: string;
  readonly mode: string;
  /** Cypress path; null when the configuration sets none. */
  readonly buildFolder: string | null;
  /** Environment variables that the configuration's values were made with, in the order of its keys. */
  readonly environment: readonly PlanVariable[];
  /** Where the package `ytjobs` was taken from. */
  readonly ytjobs: string;
  /** The sum of all files' sizes, before compression. */
  readonly sizeBytes: number;
  readonly fileCount: number;
  /** Sorted by stage. Empty when no stage has anything to run. */
  readonly operations: readonly PlanOperation[];
  readonly warnings: readonly PlanWarning[];
  readonly biggest: {
    /** At most five, biggest first. */
    readonly files: readonly PlanBiggestFile[];
    /** At most five, biggest first; see `findBiggest` in provider/manifest/biggest.ts. */
    readonly folders: readonly PlanBiggestFolder[];
  };
  /** In the order of the archive. */
  readonly parts: readonly PlanPart[];
}

/** An environment variable in a value of the configuration. */
export interface PlanVariable {
  readonly variable: string;
  /** The key of the configuration: `pipeline.build_folder`. */
  readonly key: string;
  /** False when a default was taken. */
  readonly isSet: boolean;
}

/** A way to run a stage on the cluster. */
export interface PlanOperation {
  readonly stage: string;
  readonly operation: string;
  /** The file name of its wrapper. */
  readonly wrapper: string;
  /** The script that it runs: relative path in the archive. */
  readonly entryPoint: string;
}

/** Something that does not keep the pipeline from being packed, and may be unintended. */
export interface PlanWarning {
  readonly type: string;
  /** The key of the part that it is about; null when it is about several. */
  readonly part: string | null;
  /** One sentence. */
  readonly message: string;
}

/** One of the biggest files. */
export interface PlanBiggestFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** One of the biggest folders. */
export interface PlanBiggestFolder extends PlanBiggestFile {
  /** Of files at any depth below it. */
  readonly fileCount: number;
}

/** A part of the archive. */
export interface PlanPart {
  /** Its name in previews. */
  readonly key: string;
  /** What it was made from: `stage`, `module`, `upload-path`, `ytjobs` or `wrappers`. */
  readonly kind: string;
  /** Where its files are in the archive; empty for the wrappers, which are in its root. */
  readonly root: string;
  /** SHA-256 over path, mode and content of its files, in hex. */
  readonly digest: string;
  readonly sizeBytes: number;
  readonly fileCount: number;
  /** Sorted by the bytes of their paths. */
  readonly files: readonly PlanFile[];
}

/** A file of the archive. */
export interface PlanFile {
  /** Relative path in the archive. */
  readonly path: string;
  /** `"0644"` or `"0755"`. */
  readonly mode: string;
  readonly sizeBytes: number;
  /** SHA-256 of the content, in hex. */
  readonly sha256: string;
}
