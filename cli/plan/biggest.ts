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

/** Files of one folder mostly follow each other: for all of them its parents are gone through once. */
function measureFolders({ root, files }: MeasuredPart): ReadonlyMap<string, Measure> {
  const folders = new Map<string, Measure>();
  let [folder, sizeBytes, fileCount] = ["", 0, 0];
  const add = (): void => {
    let end = folder.indexOf("/", root.length + 1);
    while (end !== -1) {
      const name = folder.slice(0, end);
      const measure = folders.get(name) ?? { sizeBytes: 0, fileCount: 0 };
      measure.sizeBytes += sizeBytes;
      measure.fileCount += fileCount;
      folders.set(name, measure);
      end = folder.indexOf("/", end + 1);
    }
  };
  for (const file of files) {
    const isSame = file.path.startsWith(folder) && !file.path.includes("/", folder.length);
    if (!isSame) {
      add();
      folder = file.path.slice(0, file.path.lastIndexOf("/") + 1);
      [sizeBytes, fileCount] = [0, 0];
    }
    sizeBytes += file.sizeBytes;
    fileCount += 1;
  }
  add();
  return folders;
}

interface Measure {
  sizeBytes: number;
  fileCount: number;
}
