/**
 * The types of the package for programs that TypeScript compiles to CommonJS with `module: node16` or `node18`. Node
 * loads the same module for them by `require`; these settings refuse the types of an ES module there.
 */
import type { declarePipelines as declare, YtCodeArchive as Archive } from "pulumi-yt-code" with {
  "resolution-mode": "import",
};

export declare const YtCodeArchive: typeof Archive;
export type YtCodeArchive = Archive;
export declare const declarePipelines: typeof declare;
export type {
  DeclaredPipelines,
  DeclarePipelinesOptions,
  FilePath,
  Mode,
  PromotedFrom,
  StageCommand,
  StageCommands,
  StageOperation,
  StageOperations,
  YtCodeArchiveArgs,
  YtCodeArchiveOutputs,
} from "pulumi-yt-code" with { "resolution-mode": "import" };
