/** What is remembered of a build from run to run, and within a process: its archive, and each place of its tree. */
import { hash } from "node:crypto";
import path from "node:path";
import { cacheDirectory } from "../../../common/cache/directory.ts";
import type { FileSignature } from "../../../common/cache/file-signature.ts";
import { readPacked, writePacked } from "../../../common/cache/packed-file.ts";
import { observedAt } from "../../../common/cache/packed-signatures.ts";
import { isWorthRemembering, OPEN_LIMIT } from "../../../common/cache/worth-remembering.ts";
import { NewestWithin } from "../../../common/values/newest-within.ts";
import type { RememberedArchive } from "./same-archive.ts";
import { PLACE_NUMBERS } from "./tree-places.ts";
import type { TreePlaces } from "./tree-places.ts";

/** The folder in the cache. */
const FOLDER = "builds";

/** What numbers and texts mean; another one is another format. */
const FORMAT = "pulumi-yt-code build 1";

/** What a build left, when it was done. */
export interface RememberedBuild {
  readonly archive: RememberedArchive;
  readonly places: TreePlaces;
}

/** The first line. */
interface Head {
  /** Absolute path of the tree. */
  readonly tree: string;
  readonly archive: RememberedArchive;
  readonly directories: number;
  readonly files: number;
}

/** Those of this process, by where they are kept and of which tree they are. */
const opened = new NewestWithin<string, Opened>(OPEN_LIMIT, () => 1);

interface Opened {
  readonly build: RememberedBuild;
  /** Whether there is a file of it, or of an earlier one. */
  readonly isOnDisk: boolean;
}

/** The memory of one build folder. */
export class BuildMemory {
  readonly #tree: string;
  readonly #file: string | undefined;
  readonly #openedAs: string;
  readonly #before: Opened | undefined;

  /**
   * @param tree absolute path of the assembled tree
   * @param directory the cache; undefined keeps nothing between runs @default {@link cacheDirectory}
   */
  constructor(tree: string, directory: string | undefined = cacheDirectory()) {
    this.#tree = tree;
    this.#file = directory && path.join(directory, FOLDER, hash("sha256", tree));
    this.#openedAs = `${this.#file}\0${tree}`;
    this.#before = opened.get(this.#openedAs) ?? open(this.#file, tree);
  }

  /** What the last build left, as far as that is known. */
  get before(): RememberedBuild | undefined {
    return this.#before?.build;
  }

  /** Keeps what a build left. Where that cannot be done, the next run knows less, and that is all. */
  save(build: RememberedBuild): void {
    let isOnDisk = this.#before?.isOnDisk === true;
    if (this.#file !== undefined && (isOnDisk || isWorthwhile(build))) {
      writeBuild(this.#file, this.#tree, build);
      isOnDisk = true;
    }
    opened.set(this.#openedAs, { build, isOnDisk });
  }
}

function open(file: string | undefined, tree: string): Opened | undefined {
  const build = file === undefined ? undefined : readBuild(file, tree);
  return build === undefined ? undefined : { build, isOnDisk: true };
}

/**
 * Reads what is remembered of a build.
 *
 * @param file absolute path
 * @param tree what it must be of
 * @returns undefined when there is nothing, or nothing that can be read: it is only a memory
 */
export function readBuild(file: string, tree: string): RememberedBuild | undefined {
  const packed = readPacked(file, FORMAT);
  if (packed === undefined) {
    return undefined;
  }
  const { numbers, texts } = packed;
  // Its digest says that this is what was written.
  const head: Head = JSON.parse(packed.head);
  const filesEnd = head.directories + head.files;
  return head.tree !== tree
    ? undefined
    : {
        archive: head.archive,
        places: {
          directories: texts.slice(0, head.directories),
          files: texts.slice(head.directories, filesEnd),
          values: texts.slice(filesEnd),
          numbers,
        },
      };
}

/** Writes what {@link readBuild} reads. Where that cannot be done, the next run knows less, and that is all. */
export function writeBuild(file: string, tree: string, { archive, places }: RememberedBuild): void {
  const { directories, files, values, numbers } = places;
  const head: Head = { tree, archive, directories: directories.length, files: files.length };
  const texts = [...directories, ...files, ...values];
  writePacked(file, FORMAT, { head: JSON.stringify(head), numbers, texts });
}

function isWorthwhile({ places }: RememberedBuild): boolean {
  return isWorthRemembering(places.directories.length + places.files.length, signatures(places));
}

function* signatures({
  directories,
  files,
  numbers,
}: TreePlaces): Generator<{ readonly signature: FileSignature }, void, undefined> {
  for (let index = directories.length; index < directories.length + files.length; index++) {
    yield observedAt(numbers, index * PLACE_NUMBERS);
  }
}
