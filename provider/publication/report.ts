/** Lines for the user about a publication, in the words that the documentation quotes. */
import { formatSize } from "../../common/text/format-size.ts";

/** The last line of a publication. */
export function formatSuccess(published: {
  readonly sizeBytes: number;
  readonly bytesSent: number;
  readonly partsReused: number;
  readonly partCount: number;
}): string {
  const { sizeBytes, bytesSent, partsReused, partCount } = published;
  return (
    `[Upload] Code uploaded successfully: ${formatSize(sizeBytes)}, ` +
    `${partsReused} of ${partCount} parts reused, ${formatSize(bytesSent)} sent`
  );
}

/** How many parts have the same digest as before. */
export function countReusedParts(
  parts: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): number {
  return Object.entries(parts).filter(([key, digest]) => before[key] === digest).length;
}
