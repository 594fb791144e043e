/** What takes the most space in an archive. */

/** A file of the archive. */
export interface BiggestFile {
  /** Relative path in the archive, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** A folder of the archive, with all that is in it. */
export interface BiggestFolder extends BiggestFile {
  readonly fileCount: number;
}

/** What is biggest in a part. */
export interface BiggestInPart {
  /** Biggest first; files of one size in the order of the archive. */
  readonly files: readonly BiggestFile[];
  /**
   * Biggest first. The folder of the part itself is left out, as it is listed as a part; so is a folder that has more than
   * four fifths of its size in one of its folders.
   */
  readonly folders: readonly BiggestFolder[];
}

interface MeasuredPart {
  readonly root: string;
  readonly files: readonly BiggestFile[];
}

/** A folder with more than this share of its size in one of its folders is left out for that one. */
const WRAPPING_SHARE = 0.8;

/**
 * What is biggest in a part.
 *
 * @param count how many of each, at most
 */
export function findBiggest(part: MeasuredPart, count: number): BiggestInPart {
  const measured = [...measureFolders(part)];
  const largestChild = new Map<string, number>();
  for (const [path, { sizeBytes }] of measured) {
    const parent = path.slice(0, path.lastIndexOf("/"));
    largestChild.set(parent, Math.max(largestChild.get(parent) ?? 0, sizeBytes));
  }
  const folders = measured
    .map(([path, { sizeBytes, fileCount }]) => ({ path, sizeBytes, fileCount }))
    .filter(
      ({ path, sizeBytes }) => sizeBytes > 0 && !wraps(sizeBytes, largestChild.get(path) ?? 0),
    );
  return {
    files: biggestOf(part.files, count).map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    folders: biggestOf(folders, count),
  };
}

function wraps(sizeBytes: number, largestChild: number): boolean {
  return largestChild > WRAPPING_SHARE * sizeBytes;
}

/**
 * The biggest of what is biggest in each part, biggest first. Of folders that are all, as no part is in the folder of another
 * one (`assertNoConflicts`).
 *
 * @param count how many, at most
 */
export function biggestOf<Item extends BiggestFile>(
  items: readonly Item[],
  count: number,
): readonly Item[] {
  return items
    .filter(({ sizeBytes }) => sizeBytes > 0)
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
