/** A listing as it is in the cache: objects are made only of what is asked for, as mostly nothing has changed and nobody asks. */
import { statSync } from "node:fs";
import type { Stats } from "node:fs";
import { vouchingDevices } from "../../../common/cache/directory-times.ts";
import type { FileSignature } from "../../../common/cache/file-signature.ts";
import type { Packed } from "../../../common/cache/packed-file.ts";
import {
  isAsObserved,
  OBSERVED_NUMBERS,
  observedAt,
} from "../../../common/cache/packed-signatures.ts";
import { below } from "../../../common/files/below.ts";
import type { ListedDirectory, ListedFile, ListedLink } from "./listing.ts";

/** Of each place: its signature, and a directory's device or whether a file is executable. */
export const LISTING_NUMBERS: number = OBSERVED_NUMBERS + 1;

/** The first line of the file. */
export interface ListingHead {
  /** What was listed, and how. */
  readonly key: string;
  readonly rules: string;
  readonly directories: number;
  readonly files: number;
  readonly links: readonly ListedLink[];
  /** Real paths that links have made others, by their index among the directories. */
  readonly realPaths: readonly (readonly [number, string])[];
  /** The same of files. */
  readonly linkedPaths: readonly (readonly [number, string])[];
  readonly ignoreFiles: readonly (readonly [number, FileSignature])[];
  readonly notes: readonly (readonly [string, string])[];
}

/** See above. */
export class PackedListing {
  readonly #source: string;
  readonly #head: ListingHead;
  readonly #numbers: Float64Array;
  /** Paths of directories, paths of files, and what each file's content gave, in that order. */
  readonly #texts: readonly string[];
  readonly #realSource: string;
  readonly #realPaths: ReadonlyMap<number, string>;
  readonly #linkedPaths: ReadonlyMap<number, string>;
  readonly #ignoreFiles: ReadonlyMap<number, FileSignature>;

  /** @param source absolute path of what was listed */
  constructor(source: string, head: ListingHead, { numbers, texts }: Packed) {
    this.#source = source;
    this.#head = head;
    this.#numbers = numbers;
    this.#texts = texts;
    this.#realPaths = new Map(head.realPaths);
    this.#linkedPaths = new Map(head.linkedPaths);
    this.#ignoreFiles = new Map(head.ignoreFiles);
    this.#realSource = this.#realPaths.get(0) ?? "";
  }

  get fileCount(): number {
    return this.#head.files;
  }

  /** Files and directories. */
  get placeCount(): number {
    return this.#head.files + this.#head.directories;
  }

  directories(): readonly ListedDirectory[] {
    return Array.from({ length: this.#head.directories }, (_, index) => this.#directory(index));
  }

  files(): readonly ListedFile[] {
    return Array.from({ length: this.#head.files }, (_, index) => this.file(index));
  }

  /** Those with an ignore file that counts. */
  directoriesWithRules(): readonly ListedDirectory[] {
    return this.#head.ignoreFiles.map(([index]) => this.#directory(index));
  }

  /** The real path of the source. */
  get realSource(): string | undefined {
    return this.#head.directories === 0 ? this.#linkedPaths.get(0) : this.#realSource;
  }

  /** One of the files, by its index. */
  file(index: number): ListedFile {
    const place = this.#head.directories + index;
    const relativePath = this.#texts[place] ?? "";
    const { signature, observedAtMs } = observedAt(this.#numbers, place * LISTING_NUMBERS);
    const value = this.#texts[place + this.#head.files] ?? "";
    const file = {
      relativePath,
      absolutePath: below(this.#source, relativePath),
      linkedPath: this.#linkedPaths.get(index) ?? below(this.#realSource, relativePath),
      isExecutable: this.#numbers[place * LISTING_NUMBERS + OBSERVED_NUMBERS] === 1,
      signature,
    };
    return { file, observedAtMs, value: value === "" ? undefined : value };
  }

  /** 1 for each directory that certainly has the same entries. */
  sameDirectories(): Uint8Array {
    const same = new Uint8Array(this.#head.directories);
    const vouches = vouchingDevices();
    for (let index = 0; index < same.length; index++) {
      const absolute = below(this.#source, this.#texts[index] ?? "");
      const stats = statsOf(absolute);
      const at = index * LISTING_NUMBERS;
      if (
        stats !== undefined &&
        stats.dev === this.#numbers[at + OBSERVED_NUMBERS] &&
        isAsObserved(this.#numbers, at, stats) &&
        vouches(stats.dev, absolute)
      ) {
        same[index] = 1;
      }
    }
    return same;
  }

  /** 1 for each file that is certainly the same, and of which it is known what its content gave. */
  sameFiles(): Uint8Array {
    const { directories, files } = this.#head;
    const same = new Uint8Array(files);
    for (let index = 0; index < files; index++) {
      const place = directories + index;
      const stats = statsOf(below(this.#source, this.#texts[place] ?? ""));
      if (
        stats !== undefined &&
        isAsObserved(this.#numbers, place * LISTING_NUMBERS, stats) &&
        this.#texts[place + files] !== ""
      ) {
        same[index] = 1;
      }
    }
    return same;
  }

  #directory(index: number): ListedDirectory {
    const relativePath = this.#texts[index] ?? "";
    return {
      relativePath,
      realPath: this.#realPaths.get(index) ?? below(this.#realSource, relativePath),
      ignoreFile: this.#ignoreFiles.get(index),
      device: this.#numbers[index * LISTING_NUMBERS + OBSERVED_NUMBERS] ?? 0,
      ...observedAt(this.#numbers, index * LISTING_NUMBERS),
    };
  }
}

/** Where the file system refuses, the walk will tell why. */
function statsOf(place: string): Stats | undefined {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
