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
import { signatureOf } from "../../../common/cache/file-signature.ts";
import type { SignatureMemory } from "../../../common/cache/signature-memory.ts";
import { hashFile } from "../../manifest/digests.ts";
import { below } from "../../../common/files/below.ts";
import type { ManifestFile } from "../../manifest/manifest.ts";

/** What is remembered of a directory. */
const DIRECTORY = "directory";

/** The tree while it is being brought up to date. */
export class AssembledTree {
  readonly #tree: string;
  readonly #memory: SignatureMemory;
  /** Directories by their relative paths, `""` the tree itself, with the names that belong in each. */
  readonly #directories = new Map<string, Set<string>>();
  /** Those in which nothing need be remembered anew. */
  readonly #untouched = new Set<string>();
  /** Those that were made just now, and are empty. */
  readonly #fresh = new Set<string>();
  readonly #toFill = new Map<string, string>();
  readonly #filled: ManifestFile[] = [];

  private constructor(tree: string, memory: SignatureMemory) {
    this.#tree = tree;
    this.#memory = memory;
  }

  /**
   * Makes the directories, and removes what does not belong or was touched. What is left to do is
   * to fill the places of files.
   *
   * @param tree absolute path, of which the parent is there
   * @param files all that belong into the tree
   * @param memory of the same tree; what else is in it is left alone
   */
  static prepare(
    tree: string,
    files: readonly ManifestFile[],
    memory: SignatureMemory,
  ): AssembledTree {
    const prepared = new AssembledTree(tree, memory);
    if (memory.isEmpty) {
      rmSync(tree, { recursive: true, force: true });
    }
    prepared.#collect(files);
    for (const directory of prepared.#directories.keys()) {
      prepared.#prepareDirectory(directory);
    }
    prepared.#removeOutdated(files);
    for (const file of files) {
      prepared.#prepareFile(file);
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
    for (const file of files) {
      if (this.#toFill.delete(file.path)) {
        this.#filled.push(file);
      }
    }
  }

  /**
   * Remembers what was written, when all is: most files are old enough then for their signatures
   * to be trusted.
   */
  finish(): void {
    const observedAtMs = Date.now();
    for (const file of this.#filled) {
      const signature = signatureOf(lstatSync(this.pathOf(file)));
      this.#memory.keep(file.path, signature, valueOf(file), observedAtMs);
    }
    for (const directory of this.#directories.keys()) {
      if (this.#untouched.has(directory)) {
        continue;
      }
      const signature = signatureOf(lstatSync(below(this.#tree, directory)));
      this.#memory.keep(directory, signature, DIRECTORY, observedAtMs);
    }
  }

  /** Parents come before what is in them. */
  #collect(files: readonly ManifestFile[]): void {
    this.#directories.set("", new Set());
    for (const file of files) {
      this.#addToParent(file.path);
    }
  }

  #addToParent(entry: string): void {
    const directory = parentOf(entry);
    if (!this.#directories.has(directory)) {
      this.#addToParent(directory);
      this.#directories.set(directory, new Set());
    }
    this.#directories.get(directory)?.add(entry.slice(entry.lastIndexOf("/") + 1));
  }

  #prepareDirectory(directory: string): void {
    const absolute = below(this.#tree, directory);
    const isInFresh = directory !== "" && this.#fresh.has(parentOf(directory));
    const stats = isInFresh ? undefined : lstat(absolute);
    if (stats?.isDirectory() !== true) {
      if (stats !== undefined) {
        this.#remove(directory);
      }
      mkdirSync(absolute);
      this.#touch(directory);
      this.#fresh.add(directory);
      return;
    }
    if (this.#memory.find(directory, signatureOf(stats)) === DIRECTORY) {
      this.#untouched.add(directory);
      return;
    }
    const names = this.#directories.get(directory);
    for (const name of readdirSync(absolute)) {
      if (names?.has(name) !== true) {
        this.#remove(path.posix.join(directory, name));
      }
    }
  }

  /** What is remembered but no longer wanted, in directories that are; it takes along what is in it. */
  #removeOutdated(files: readonly ManifestFile[]): void {
    const wanted = new Set(files.map((file) => file.path));
    const outdated = [...this.#memory.paths].filter(
      (name) => !wanted.has(name) && !this.#directories.has(name) && !isOutside(name),
    );
    for (const name of outdated) {
      const parent = parentOf(name);
      if (this.#directories.has(parent) && !this.#fresh.has(parent)) {
        this.#remove(name);
      }
    }
    const isOutdated = new Set(outdated);
    this.#memory.keepOnly((name) => !isOutdated.has(name));
  }

  #prepareFile(file: ManifestFile): void {
    const place = this.pathOf(file);
    const stats = this.#fresh.has(parentOf(file.path)) ? undefined : lstat(place);
    if (stats !== undefined) {
      if (this.#isInPlace(file, place, stats)) {
        return;
      }
      this.#remove(file.path);
    }
    this.#touch(parentOf(file.path));
    this.#toFill.set(file.path, place);
  }

  #isInPlace(file: ManifestFile, place: string, stats: Stats): boolean {
    // With a second name, an edit elsewhere would be one here.
    if (!stats.isFile() || stats.nlink !== 1) {
      return false;
    }
    if (this.#memory.find(file.path, signatureOf(stats)) === valueOf(file)) {
      return true;
    }
    if (this.#memory.findUnverified(file.path) !== valueOf(file)) {
      return false;
    }
    // It may well be there, only too young when it was remembered: reading it makes sure.
    if ((stats.mode & 0o7777) !== file.mode || stats.size !== file.sizeBytes) {
      return false;
    }
    if (hashFile(place).sha256 !== file.sha256) {
      return false;
    }
    this.#filled.push(file);
    return true;
  }

  #remove(name: string): void {
    rmSync(below(this.#tree, name), { recursive: true, force: true });
    if (name !== "") {
      this.#touch(parentOf(name));
    }
  }

  /** A change in a directory changes its own signature. */
  #touch(directory: string): void {
    this.#untouched.delete(directory);
    if (directory !== "") {
      this.#untouched.delete(parentOf(directory));
    }
  }
}

function valueOf(file: ManifestFile): string {
  return `${file.mode.toString(8)} ${file.sha256}`;
}

/** Others keep notes in the same memory, of what is beside the tree. */
function isOutside(name: string): boolean {
  return name.startsWith("../");
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

function lstat(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false });
}
