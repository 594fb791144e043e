/** `pulumi-yt-code`: ship pipeline code to a YTsaurus cluster as a Pulumi resource. */
export {
  YtCodeArchive,
  type YtCodeArchiveArgs,
  type YtCodeArchiveOutputs,
} from "./resource/code-archive.ts";
export type { FilePath, StageCommand, StageCommands } from "./resource/known-outputs.ts";
export type { StageOperation, StageOperations } from "./resource/stage-outputs.ts";
export type { Mode } from "./pipeline/configuration/configuration.ts";
export type { PromotedFrom } from "./publication/index.ts";
export {
  declarePipelines,
  type DeclaredPipelines,
  type DeclarePipelinesOptions,
} from "./settings/declare-pipelines.ts";
