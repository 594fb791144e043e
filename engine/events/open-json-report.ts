/** Chooses the form in which an operation is told in JSON. */
import { EventStream } from "./event-stream.ts";
import type { JsonReport, JsonReportOptions } from "./json-report.ts";
import { PreviewDigest } from "./preview-digest.ts";

/**
 * Previews are one document, unless PULUMI_ENABLE_STREAMING_JSON_PREVIEW wants their events too (as in the
 * Pulumi CLI); all else is a stream of events.
 */
export function openJsonReport({
  environment,
  ...options
}: JsonReportOptions & { readonly environment: NodeJS.ProcessEnv }): JsonReport {
  const streaming = environment["PULUMI_ENABLE_STREAMING_JSON_PREVIEW"] ?? "";
  const isStream = !options.preview || streaming === "1" || streaming.toLowerCase() === "true";
  return isStream ? new EventStream(options) : new PreviewDigest(options);
}
