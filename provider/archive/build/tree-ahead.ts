/**
 * Files of the assembled tree that are written while they are hashed, from the same bytes: beside where the
 * tree will be, and only where there is none yet. What is missing in the end is written by the build.
 */
import { randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import path from "node:path";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import type { ManifestFile } from "../../manifest/manifest.ts";
import { localBuildFolder, TREE_NAME } from "./local-build.ts";
import { valueOf } from "./tree-places.ts";

/** What was written, by path: what the tree would remember of it. */
export type WrittenAhead = ReadonlyMap<string, string>;

const NOTHING: WrittenAhead = new Map();

/** A tree that is written ahead of a build. Disposed of, it leaves nothing behind but what the build took. */
export class TreeAhead implements Disposable {
  readonly #directory: string;
  readonly #folder: string;
  /** Its name in the folder of the build, which clears away what others have left of theirs. */
  readonly name: string = `.${TREE_NAME}-${randomBytes(6).toString("hex")}`;
  readonly #written = new Map<string, string>();
  #isMade = false;

  private constructor(directory: string, folder: string) {
    this.#directory = directory;
    this.#folder = folder;
  }

  /**
   * @param directory the pipeline directory
   * @param configurationFile see {@link localBuildFolder}
   * @returns undefined when there is a tree, which a build brings up to date
   */
  static begin(directory: string, configurationFile: string): TreeAhead | undefined {
    const folder = localBuildFolder(configurationFile);
    const tree = path.join(directory, folder, TREE_NAME);
    const isThere = ignoringFileSystemErrors(() => lstatSync(tree, { throwIfNoEntry: false }));
    return isThere === undefined ? new TreeAhead(directory, folder) : undefined;
  }

  /** The directory to write in; undefined where none can be made. */
  place(): string | undefined {
    const place = this.#place;
    if (!this.#isMade) {
      this.#isMade = ignoringFileSystemErrors(() => this.#make(place)) === true;
    }
    return this.#isMade ? place : undefined;
  }

  /** Takes note of a file that was written. */
  wrote(file: Pick<ManifestFile, "mode" | "path" | "sha256">): void {
    this.#written.set(file.path, valueOf(file));
  }

  /**
   * Makes it the tree, if there is none.
   *
   * @param tree absolute path
   * @param files all that belong into the tree
   * @returns what is in it; somebody may have removed some of it
   */
  moveTo(tree: string, files: readonly ManifestFile[]): WrittenAhead {
    const wanted = new Set(files.map((file) => file.path));
    const hasOthers = [...this.#written.keys()].some((name) => !wanted.has(name));
    if (!this.#isMade || hasOthers) {
      return NOTHING;
    }
    const isMoved = ignoringFileSystemErrors(() => {
      if (lstatSync(tree, { throwIfNoEntry: false }) !== undefined) {
        return false;
      }
      renameSync(this.#place, tree);
      return true;
    });
    return isMoved === true ? this.#written : NOTHING;
  }

  [Symbol.dispose](): void {
    if (!this.#isMade) {
      return;
    }
    ignoringFileSystemErrors(() => {
      rmSync(this.#place, { recursive: true, force: true });
      // They stay where something is in them.
      for (let folder = this.#folder; folder !== "."; folder = path.dirname(folder)) {
        rmdirSync(path.join(this.#directory, folder));
      }
    });
  }

  get #place(): string {
    return path.join(this.#directory, this.#folder, this.name);
  }

  /** Not through links: the build removes those. */
  #make(place: string): boolean {
    let folder = this.#directory;
    for (const name of this.#folder.split("/")) {
      folder = path.join(folder, name);
      const stats = lstatSync(folder, { throwIfNoEntry: false });
      if (stats === undefined) {
        mkdirSync(folder);
      } else if (!stats.isDirectory()) {
        return false;
      }
    }
    mkdirSync(place);
    return true;
  }
}
