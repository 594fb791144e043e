/** Publication of archives on a cluster: publish, promote, observe, remove. */
export { findVersion } from "./find-version.ts";
export type { FindVersionOptions } from "./find-version.ts";
export { observePublication } from "./observe.ts";
export type { Difference, Observation, ObservePublicationOptions } from "./observe.ts";
export { promoteArchive } from "./promote.ts";
export type { PromoteArchiveOptions } from "./promote.ts";
export { publishArchive } from "./publish.ts";
export type { PublishingOptions } from "./publication.ts";
export type { PublishArchiveOptions } from "./publish.ts";
export { removePublication } from "./remove.ts";
export type { RemovePublicationOptions } from "./remove.ts";
export type * from "./types.ts";
