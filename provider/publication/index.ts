/** Publication of archives on a cluster: publish, promote, observe, remove. */
export { findVersion } from "./find-version.ts";
export type { FindVersionOptions } from "./find-version.ts";
export { observePublication } from "./observe.ts";
export type {
  Difference,
  KnownPublication,
  Observation,
  ObservePublicationOptions,
} from "./observe.ts";
export { listHistory } from "./history.ts";
export type { HistoryEntry } from "./history.ts";
export { markVersion, withdrawMarks } from "./marks.ts";
export type { MarkedPlace, VersionUser } from "./marks.ts";
export { promoteArchive, restoreVersion } from "./promote.ts";
export type { PromoteArchiveOptions, RestoreVersionOptions } from "./promote.ts";
export { publishArchive } from "./publish.ts";
export type { PublishingOptions } from "./publication.ts";
export type { PublishArchiveOptions } from "./publish.ts";
export { removePublication } from "./remove.ts";
export type { RemovePublicationOptions } from "./remove.ts";
export { resolveVersion } from "./resolve-version.ts";
export type * from "./types.ts";
