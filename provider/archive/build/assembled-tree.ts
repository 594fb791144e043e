/**
 * The assembled tree, `.build/source/`: brought to what the manifest says by writing what differs.
 *
 * What an earlier build has written stays, as long as its signature says that nobody has touched
 * it since. That is faster, most of all on ext4, which for minutes does not use the inodes of removed
 * files again and looks at each of them for each new file (fs/ext4/ialloc.c, recently_deleted).
 */
import { lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import type { Stats } from "node:fs";
import path from "node:path";
import { below } from "../../../common/files/below.ts";
import { hashFile } from "../../manifest/digests.ts";
import type { ManifestFile } from "../../manifest/manifest.ts";
import { PLACE_NUMBERS, setPlace, valueOf } from "./tree-places.ts";
import type { TreePlaces } from "./tree-places.ts";
import type { TreeAhead, WrittenAhead } from "./tree-ahead.ts";
import { parentOf, placesAmong, WantedPlaces } from "./wanted-places.ts";

/** What an earlier build left in a tree, and for each place 1 where it still is as that says. */
export interface TreeBefore {
  readonly places: TreePlaces;
  readonly same: Uint8Array;
}

/** Nothing is known of a tree. */
const NOTHING: TreeBefore = {
  places: { directories: [], files: [], values: [], numbers: new Float64Array() },
  same: new Uint8Array(),
};

/** The tree while it is being brought up to date. */
export class AssembledTree {
  readonly #tree: string;
  readonly #before: TreeBefore;
  readonly #wanted: WantedPlaces;
  /** Of the wanted places; of those that are not as before it is taken when all is done. */
  readonly #numbers: Float64Array;
  /** For each of the wanted places whether its numbers are taken. */
  readonly #isTaken: Uint8Array;
  /** Directories that were made just now, and are empty. */
  readonly #fresh = new Set<string>();
  readonly #toFill = new Map<string, string>();
  /** If anything, it is all that is in the tree. */
  #ahead: WrittenAhead = new Map();

  private constructor(tree: string, files: readonly ManifestFile[], before: TreeBefore) {
    this.#tree = tree;
    this.#before = before;
    this.#wanted = new WantedPlaces(files);
    const count = this.#wanted.directories.size + files.length;
    this.#numbers = new Float64Array(count * PLACE_NUMBERS);
    this.#isTaken = new Uint8Array(count);
  }

  /**
   * Makes the directories, and removes what does not belong or was touched. What is left to do is
   * to fill the places of files.
   *
   * @param tree absolute path, of which the parent is there
   * @param files all that belong into the tree, in the order of the archive
   * @param before what an earlier build left @default nothing is known, and the tree is made anew
   * @param ahead what was written already, to be taken where there is no tree
   */
  static prepare(
    tree: string,
    files: readonly ManifestFile[],
    before: TreeBefore = NOTHING,
    ahead?: TreeAhead,
  ): AssembledTree {
    const prepared = new AssembledTree(tree, files, before);
    if (before === NOTHING) {
      rmSync(tree, { recursive: true, force: true });
    }
    prepared.#ahead = ahead?.moveTo(tree, files) ?? prepared.#ahead;
    const { directories: directoriesBefore, files: filesBefore } = before.places;
    const directoryBefore = placesAmong(directoriesBefore);
    const fileBefore = placesAmong(filesBefore);
    const kept = new Uint8Array(before.same.length);
    const knownAs = (index: number | undefined): number | undefined => {
      if (index !== undefined) {
        kept[index] = 1;
      }
      return index;
    };
    for (const directory of prepared.#wanted.directories.keys()) {
      prepared.#prepareDirectory(directory, knownAs(directoryBefore(directory)));
    }
    const known = files.map((file) => {
      const index = fileBefore(file.path);
      return knownAs(index === undefined ? undefined : index + directoriesBefore.length);
    });
    prepared.#removeOutdated(kept);
    for (const [index, file] of files.entries()) {
      prepared.#prepareFile(file, index, known[index]);
    }
    return prepared;
  }

  /** The absolute path of a file in the tree. */
  pathOf(file: ManifestFile): string {
    return below(this.#tree, file.path);
  }

  /** Where a file is still to be written; undefined when it is there. */
  placeToFill(file: ManifestFile): string | undefined {
    return this.#toFill.get(file.path);
  }

  /** Takes note that these files have been written where that was needed. */
  filled(files: readonly ManifestFile[]): void {
    if (this.#toFill.size === 0) {
      return;
    }
    for (const file of files) {
      this.#toFill.delete(file.path);
    }
  }

  /**
   * What is to be remembered of the tree, when all is written: most files are old enough then for their signatures
   * to be trusted.
   */
  finish(): TreePlaces {
    const observedAtMs = Date.now();
    const { directories, files, values } = this.#wanted;
    const paths = [...directories.keys()];
    const places = [...paths, ...files];
    for (const [index, place] of places.entries()) {
      if (this.#isTaken[index] === 0) {
        setPlace(this.#numbers, index, lstatSync(below(this.#tree, place)), observedAtMs);
      }
    }
    return { directories: paths, files, values, numbers: this.#numbers };
  }

  /** @param before its place among those of before */
  #prepareDirectory(directory: string, before: number | undefined): void {
    const absolute = below(this.#tree, directory);
    const isInFresh = directory !== "" && this.#fresh.has(parentOf(directory));
    if (!isInFresh && before !== undefined && this.#before.same[before] === 1) {
      this.#keep(this.#wanted.directories.get(directory), before);
      return;
    }
    const stats = isInFresh ? undefined : lstat(absolute);
    if (stats?.isDirectory() !== true) {
      if (stats !== undefined) {
        this.#remove(directory);
      }
      mkdirSync(absolute);
      this.#touchParent(directory);
      this.#fresh.add(directory);
      return;
    }
    if (this.#ahead.size > 0) {
      return;
    }
    const names = this.#wanted.namesIn(directory);
    for (const name of readdirSync(absolute)) {
      if (!names.has(name)) {
        this.#remove(path.posix.join(directory, name));
      }
    }
  }

  /** What is remembered but no longer wanted, in directories that are; it takes along what is in it. */
  #removeOutdated(kept: Uint8Array): void {
    const { directories, files } = this.#before.places;
    const remove = (name: string): void => {
      const parent = parentOf(name);
      // A file may have become a directory, which is there already.
      const isWanted = this.#wanted.directories.has(name);
      if (!isWanted && this.#wanted.directories.has(parent) && !this.#fresh.has(parent)) {
        this.#remove(name);
      }
    };
    for (const [index, name] of [...directories, ...files].entries()) {
      if (kept[index] === 0) {
        remove(name);
      }
    }
  }

  /** @param before its place among those of before */
  #prepareFile(file: ManifestFile, index: number, before: number | undefined): void {
    const wanted = this.#wanted.directories.size + index;
    const isInFresh = this.#fresh.size > 0 && this.#fresh.has(parentOf(file.path));
    const isKnown =
      !isInFresh && before !== undefined && this.#valueBefore(before) === valueOf(file);
    if (isKnown && this.#before.same[before] === 1) {
      this.#keep(wanted, before);
      return;
    }
    const place = this.pathOf(file);
    const observedAtMs = Date.now();
    const stats = isInFresh ? undefined : lstat(place);
    if (stats !== undefined) {
      const isAhead = this.#ahead.get(file.path) === valueOf(file) && looksLike(file, stats);
      if (isAhead || (isKnown && isInPlace(file, place, stats))) {
        setPlace(this.#numbers, wanted, stats, observedAtMs);
        this.#isTaken[wanted] = 1;
        return;
      }
      this.#remove(file.path);
    }
    this.#touchParent(file.path);
    this.#toFill.set(file.path, place);
  }

  #valueBefore(index: number): string | undefined {
    const { directories, values } = this.#before.places;
    return values[index - directories.length];
  }

  /** A place is as before. */
  #keep(wanted: number | undefined, before: number): void {
    if (wanted === undefined) {
      return;
    }
    const at = before * PLACE_NUMBERS;
    const { numbers } = this.#before.places;
    this.#numbers.set(numbers.subarray(at, at + PLACE_NUMBERS), wanted * PLACE_NUMBERS);
    this.#isTaken[wanted] = 1;
  }

  #remove(name: string): void {
    rmSync(below(this.#tree, name), { recursive: true, force: true });
    this.#touchParent(name);
  }

  /** What comes or goes in a directory changes its signature. */
  #touchParent(name: string): void {
    const parent = name === "" ? undefined : this.#wanted.directories.get(parentOf(name));
    if (parent !== undefined) {
      this.#isTaken[parent] = 0;
    }
  }
}

/** Whether a file of which it is only not sure is what it should be, as when it was too young: reading it makes sure. */
function isInPlace(file: ManifestFile, place: string, stats: Stats): boolean {
  return looksLike(file, stats) && hashFile(place).sha256 === file.sha256;
}

function looksLike(file: ManifestFile, stats: Stats): boolean {
  // With a second name, an edit elsewhere would be one here.
  return (
    stats.isFile() &&
    stats.nlink === 1 &&
    (stats.mode & 0o7777) === file.mode &&
    stats.size === file.sizeBytes
  );
}

function lstat(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false });
}
