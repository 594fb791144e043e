/** What an assembled tree holds, place by place, and one look at each of them to find what is as it was. */
import { lstatSync } from "node:fs";
import type { Stats } from "node:fs";
import { vouchingDevices } from "../../../common/cache/directory-times.ts";
import {
  isAsObserved,
  OBSERVED_NUMBERS,
  setObserved,
} from "../../../common/cache/packed-signatures.ts";
import { below } from "../../../common/files/below.ts";

/** How many numbers are kept of a place: its signature, when that was taken, and the device it is on. */
export const PLACE_NUMBERS: number = OBSERVED_NUMBERS + 1;

/** The places of a tree as a build left them. */
export interface TreePlaces {
  /** Relative paths, with `/`, parents before what is in them; `""` is the tree itself. */
  readonly directories: readonly string[];
  /** Relative paths, with `/`, in the order of the archive. */
  readonly files: readonly string[];
  /** What each file is: its mode and digest, as {@link valueOf} has them. */
  readonly values: readonly string[];
  /** {@link PLACE_NUMBERS} for each of the directories, and then of the files. */
  readonly numbers: Float64Array;
}

/** What a file in the tree is made of. */
export function valueOf(file: { readonly mode: number; readonly sha256: string }): string {
  return `${file.mode.toString(8)} ${file.sha256}`;
}

/** Keeps what the file system says of a place. */
export function setPlace(
  numbers: Float64Array,
  index: number,
  stats: Stats,
  observedAtMs: number,
): void {
  const at = index * PLACE_NUMBERS;
  setObserved(numbers, at, stats, observedAtMs);
  numbers[at + OBSERVED_NUMBERS] = stats.dev;
}

/**
 * Asks the file system once for each place, through no link.
 *
 * @param tree absolute path
 * @returns for the directories, and then the files, 1 where a place is certainly the same: a file with its content and
 * mode, a directory with its entries
 */
export function lookAtPlaces(
  tree: string,
  { directories, files, numbers }: TreePlaces,
): Uint8Array {
  const same = new Uint8Array(directories.length + files.length);
  const vouches = vouchingDevices();
  let index = 0;
  for (const directory of directories) {
    const absolute = below(tree, directory);
    const stats = statsOf(absolute);
    const at = index * PLACE_NUMBERS;
    if (
      stats?.isDirectory() === true &&
      isAsObserved(numbers, at, stats) &&
      stats.dev === numbers[at + OBSERVED_NUMBERS] &&
      vouches(stats.dev, absolute)
    ) {
      same[index] = 1;
    }
    index += 1;
  }
  for (const file of files) {
    const stats = statsOf(below(tree, file));
    // With a second name, an edit elsewhere would be one here.
    if (
      stats?.isFile() === true &&
      stats.nlink === 1 &&
      isAsObserved(numbers, index * PLACE_NUMBERS, stats)
    ) {
      same[index] = 1;
    }
    index += 1;
  }
  return same;
}

/** Where the file system refuses, whoever works in the tree will tell why. */
function statsOf(place: string): Stats | undefined {
  try {
    return lstatSync(place, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
