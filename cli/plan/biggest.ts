/** What takes the most space in an archive. */
import type { Part } from "../../provider/manifest/manifest.ts";
import type { PlanBiggestFile, PlanBiggestFolder } from "./plan-document.ts";

type MeasuredPart = Pick<Part, "root"> & { readonly files: readonly PlanBiggestFile[] };

/** A folder with more than this share of its size in one of its folders is left out for that one. */
const WRAPPING_SHARE = 0.8;

/** The biggest files, biggest first; files of one size in the order of the archive. */
export function findBiggestFiles(
  parts: readonly MeasuredPart[],
  count: number,
): readonly PlanBiggestFile[] {
  return parts
    .flatMap((part) => part.files)
    .filter((file) => file.sizeBytes > 0)
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, count)
    .map(({ path, sizeBytes }) => ({ path, sizeBytes }));
}

/**
 * The biggest folders inside parts, biggest first. The folders of the parts themselves are left
 * out, as they are listed as parts; so is a folder that has more than four fifths of its size in one of its folders.
 */
export function findBiggestFolders(
  parts: readonly MeasuredPart[],
  count: number,
): readonly PlanBiggestFolder[] {
  const folders = parts.flatMap((part) => [...measureFolders(part)]);
  const largestChild = new Map<string, number>();
  for (const [path, { sizeBytes }] of folders) {
    const parent = path.slice(0, path.lastIndexOf("/"));
    largestChild.set(parent, Math.max(largestChild.get(parent) ?? 0, sizeBytes));
  }
  return folders
    .filter(
      ([path, { sizeBytes }]) =>
        sizeBytes > 0 && (largestChild.get(path) ?? 0) <= WRAPPING_SHARE * sizeBytes,
    )
    .map(([path, { sizeBytes, fileCount }]) => ({ path, sizeBytes, fileCount }))
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, count);
}

function measureFolders({ root, files }: MeasuredPart): ReadonlyMap<string, Measure> {
  const folders = new Map<string, Measure>();
  for (const { path, sizeBytes } of files) {
    let end = path.indexOf("/", root.length + 1);
    while (end !== -1) {
      const folder = path.slice(0, end);
      const measure = folders.get(folder) ?? { sizeBytes: 0, fileCount: 0 };
      measure.sizeBytes += sizeBytes;
      measure.fileCount += 1;
      folders.set(folder, measure);
      end = path.indexOf("/", end + 1);
    }
  }
  return folders;
}

interface Measure {
  sizeBytes: number;
  fileCount: number;
}
