/** Looks at every place of a listing, with one question to the file system for each, to find what is as it was. */
import { lstatSync, realpathSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { vouchingDevices } from "../../../common/cache/directory-times.ts";
import { isSameSignature, isSettled, signatureOf } from "../../../common/cache/file-signature.ts";
import type { FileSignature } from "../../../common/cache/file-signature.ts";
import { below } from "../../../common/files/below.ts";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import { compareBytes } from "../../../common/text/compare-bytes.ts";
import { IGNORE_FILE } from "../ignore/ignore-rules.ts";
import type { ListedDirectory, ListedEntry, ListedFile, Listing } from "./listing.ts";
import type { WalkedBefore } from "./walk.ts";

/** The same places, by their relative paths. */
interface Places {
  /** All directories, whether or not they are the same. */
  readonly directories: ReadonlyMap<string, ListedDirectory>;
  readonly sameDirectories: ReadonlySet<ListedDirectory>;
  readonly sameFiles: ReadonlyMap<string, ListedFile>;
  readonly entries: ReadonlyMap<string, readonly ListedEntry[]>;
}

/** What has been looked at, once; what a further look would show is not asked again. */
export class Look implements WalkedBefore {
  readonly listing: Listing;
  readonly #source: string;
  /** For each of the directories 1 where it is the same; for each of the files likewise. */
  readonly #sameDirectories: Uint8Array;
  readonly #sameFiles: Uint8Array;
  readonly #vouches = vouchingDevices();
  #places: Places | undefined;

  /** @param source absolute path */
  constructor(source: string, listing: Listing) {
    this.listing = listing;
    this.#source = source;
    const { packed } = listing;
    this.#sameDirectories =
      packed?.sameDirectories() ??
      Uint8Array.from(listing.directories, (one) => Number(this.#isSameDirectory(one)));
    this.#sameFiles =
      packed?.sameFiles() ?? Uint8Array.from(listing.files, (one) => Number(isSameFile(one)));
  }

  get rules(): string {
    return this.listing.rules;
  }

  /** Whether a walk would find the very same, of which all is known. */
  isAllSame(realSource: string, rules: string): boolean {
    const { packed } = this.listing;
    const withRules = (): readonly ListedDirectory[] =>
      packed?.directoriesWithRules() ?? this.listing.directories;
    return (
      realSource === realSourceOf(this.listing) &&
      rules === this.rules &&
      !this.#sameDirectories.includes(0) &&
      !this.#sameFiles.includes(0) &&
      withRules().every((directory) => this.#hasSameIgnoreFile(directory)) &&
      this.listing.links.every(
        ({ relativePath, target }) => realPathOf(below(this.#source, relativePath)) === target,
      )
    );
  }

  /** Whether these are the files of the listing, none of them changed. */
  hasSameFiles(files: readonly ListedFile[]): boolean {
    const { files: before } = this.listing;
    return files.length === before.length && files.every((file, index) => file === before[index]);
  }

  directory(relativePath: string): ListedDirectory | undefined {
    const { directories, sameDirectories } = this.#sorted();
    const found = directories.get(relativePath);
    const isSame =
      found !== undefined && sameDirectories.has(found) && this.#hasSameIgnoreFile(found);
    return isSame ? found : undefined;
  }

  entriesOf(relativePath: string): readonly ListedEntry[] {
    // As a directory is listed (`uv__fs_scandir_sort` in libuv), so that of several mistakes the same one is told.
    const entries = this.#sorted().entries.get(relativePath) ?? [];
    return entries.toSorted((a, b) => compareBytes(a.name, b.name));
  }

  hasSameRules(relativePath: string, hasIgnoreFile: boolean): boolean {
    const found = this.#sorted().directories.get(relativePath);
    return (
      found !== undefined &&
      hasIgnoreFile === (found.ignoreFile !== undefined) &&
      this.#hasSameIgnoreFile(found)
    );
  }

  file(relativePath: string): ListedFile | undefined {
    return this.#sorted().sameFiles.get(relativePath);
  }

  /** A changed time of a directory means that its entries have changed; what is in them has times of its own. */
  #isSameDirectory({ relativePath, ...before }: ListedDirectory): boolean {
    const absolute = below(this.#source, relativePath);
    const stats = statsOf(absolute);
    return (
      stats?.dev === before.device &&
      isStill(stats, before.signature, before.observedAtMs) &&
      this.#vouches(before.device, absolute)
    );
  }

  #hasSameIgnoreFile({ relativePath, ignoreFile, observedAtMs }: ListedDirectory): boolean {
    if (ignoreFile === undefined) {
      return true;
    }
    const file = below(below(this.#source, relativePath), IGNORE_FILE);
    return isStill(statsOf(file, lstatSync), ignoreFile, observedAtMs);
  }

  #sorted(): Places {
    this.#places ??= {
      directories: new Map(this.listing.directories.map((one) => [one.relativePath, one])),
      sameDirectories: new Set(
        this.listing.directories.filter((_, index) => this.#sameDirectories[index] === 1),
      ),
      sameFiles: new Map(
        this.listing.files
          .filter((_, index) => this.#sameFiles[index] === 1)
          .map((one) => [one.file.relativePath, one]),
      ),
      entries: entriesOf(this.listing),
    };
    return this.#places;
  }
}

function realSourceOf(listing: Listing): string | undefined {
  return listing.packed === undefined
    ? (listing.directories[0]?.realPath ?? listing.files[0]?.file.linkedPath)
    : listing.packed.realSource;
}

function isSameFile({ file, observedAtMs, value }: ListedFile): boolean {
  return value !== undefined && isStill(statsOf(file.absolutePath), file.signature, observedAtMs);
}

/** Whether a signature is the same, and was taken late enough to be trusted. */
function isStill(
  stats: Stats | undefined,
  signature: FileSignature,
  observedAtMs: number,
): stats is Stats {
  return (
    stats !== undefined &&
    isSameSignature(signatureOf(stats), signature) &&
    isSettled(signature, observedAtMs)
  );
}

/** Where the file system refuses, the walk will tell why. */
function statsOf(file: string, ask: typeof statSync = statSync): Stats | undefined {
  try {
    return ask(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function realPathOf(link: string): string | undefined {
  return ignoringFileSystemErrors(() => realpathSync.native(link));
}

/** What the directories of a listing hold that is not excluded. */
function entriesOf({
  directories,
  links,
  files,
}: Listing): ReadonlyMap<string, readonly ListedEntry[]> {
  const entries = new Map<string, Map<string, ListedEntry>>();
  const add = (relativePath: string, kind: ListedEntry["kind"]): void => {
    const slash = relativePath.lastIndexOf("/");
    const parent = slash === -1 ? "" : relativePath.slice(0, slash);
    const name = relativePath.slice(slash + 1);
    const inParent = entries.get(parent) ?? new Map<string, ListedEntry>();
    // A link comes first: it is listed once more as what it leads to.
    if (!inParent.has(name)) {
      inParent.set(name, { name, kind });
    }
    entries.set(parent, inParent);
  };
  for (const { relativePath } of links) {
    add(relativePath, "link");
  }
  for (const { relativePath } of directories.slice(1)) {
    add(relativePath, "directory");
  }
  for (const { file } of files) {
    add(file.relativePath, "file");
  }
  return new Map(Array.from(entries, ([parent, inParent]) => [parent, [...inParent.values()]]));
}
