/** Listings that are kept from run to run, and within a process: what has not changed is neither listed nor read again. */
import { hash } from "node:crypto";
import path from "node:path";
import { cacheDirectory } from "../../../common/cache/directory.ts";
import { NewestWithin } from "../../../common/values/newest-within.ts";
import { walkSource } from "./file-list.ts";
import type { SourceOptions } from "./found-file.ts";
import { readListing, writeListing } from "./listing-file.ts";
import type { ListedFile, Listing } from "./listing.ts";
import type { PackedListing } from "./packed-listing.ts";

/** The folder in the cache. */
const FOLDER = "listings";

/** How many files and directories all of them may have, which take half a KiB each; one counts for a few. */
const MAX_PLACES = 200_000;
const OF_ONE = 100;

/** Those of this process, by where they are kept and what they are of: what one pipeline has learned, the next one knows. */
const opened = new NewestWithin<string, Listing>(MAX_PLACES, countPlaces);

/** What is in a source now. */
export class RememberedListing {
  readonly #listing: Listing;
  readonly #save: (listing: Listing) => void;
  #isChanged: boolean;

  /** @param save is called once, with what is new */
  constructor(listing: Listing, isChanged: boolean, save: (listing: Listing) => void) {
    this.#listing = listing;
    this.#isChanged = isChanged;
    this.#save = save;
  }

  /** Sorted by the bytes of their paths. The values of new ones are missing, and to be set. */
  get files(): readonly ListedFile[] {
    return this.#listing.files;
  }

  /** One of the files, without the others being made. */
  file(index: number): ListedFile | undefined {
    return this.packed?.file(index) ?? this.files[index];
  }

  /** The same as it was in the cache, when nothing has changed since. */
  get packed(): PackedListing | undefined {
    return this.#listing.packed;
  }

  /** One object as long as neither files nor values change. */
  get identity(): object {
    return this.#listing.notes;
  }

  /** What was noted of exactly these files and values. */
  note(key: string): string | undefined {
    return this.#listing.notes.get(key);
  }

  /** Notes what follows from the files, their values, and the key alone. */
  keepNote(key: string, text: string): void {
    if (this.#listing.notes.get(key) !== text) {
      this.#listing.notes.set(key, text);
      this.#isChanged = true;
    }
  }

  /** Keeps it for later runs. Where that cannot be done, the next run knows less, and that is all. */
  save(): void {
    if (this.#isChanged) {
      this.#isChanged = false;
      this.#save(this.#listing);
    }
  }
}

/**
 * Lists a source, with what is remembered of it.
 *
 * @param directory the cache; undefined keeps nothing between runs @default {@link cacheDirectory}
 * @throws {UserError} see `listFiles()`
 */
export async function listRemembered(
  options: SourceOptions,
  directory: string | undefined = cacheDirectory(),
): Promise<RememberedListing> {
  const { source, rulesFrom = source, linksWithin, only } = options;
  const key = JSON.stringify([source, rulesFrom, linksWithin, only]);
  const file = directory && path.join(directory, FOLDER, hash("sha256", key));
  const openedAs = `${file}\0${key}`;
  const before = opened.get(openedAs) ?? readFrom(file, key, source);
  const listing = await walkSource(options, before);
  // Also one that was read and is the same: a library is of many pipelines.
  if (before !== undefined) {
    opened.set(openedAs, before);
  }
  return new RememberedListing(listing, listing !== before, (changed) => {
    if (file !== undefined) {
      writeListing(file, key, changed);
    }
    opened.set(openedAs, changed);
  });
}

function readFrom(file: string | undefined, key: string, source: string): Listing | undefined {
  return file === undefined ? undefined : readListing(file, key, source);
}

function countPlaces(listing: Listing): number {
  const { packed } = listing;
  // Both are made when they are asked for.
  return OF_ONE + (packed?.placeCount ?? listing.directories.length + listing.files.length);
}
