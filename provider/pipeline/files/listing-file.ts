/** A listing as a file of the cache: a line about it, then numbers and names in two blocks. */
import { readPacked, writePacked } from "../../../common/cache/packed-file.ts";
import { observedNumbers } from "../../../common/cache/packed-signatures.ts";
import { below } from "../../../common/files/below.ts";
import type { ListedDirectory, ListedFile, Listing } from "./listing.ts";
import { LISTING_NUMBERS, PackedListing } from "./packed-listing.ts";
import type { ListingHead } from "./packed-listing.ts";

/** What the blocks mean, and what a file's value says; another one is another format. */
const FORMAT = "pulumi-yt-code listing 2";

/**
 * Reads a listing.
 *
 * @param file absolute path
 * @param key what it must be of
 * @param source absolute path of what was listed
 * @returns undefined when there is none, or none that can be read: it is only a memory
 */
export function readListing(file: string, key: string, source: string): Listing | undefined {
  const packed = readPacked(file, FORMAT);
  if (packed === undefined) {
    return undefined;
  }
  // Its digest says that this is what was written.
  const head: ListingHead = JSON.parse(packed.head);
  return head.key === key ? parse(new PackedListing(source, head, packed), head) : undefined;
}

/** Writes a listing. Where that cannot be done, the next run knows less, and that is all. */
export function writeListing(file: string, key: string, listing: Listing): void {
  const { rules, directories, files, links, notes } = listing;
  const realSource = directories[0]?.realPath ?? "";
  const head: ListingHead = {
    key,
    rules,
    directories: directories.length,
    files: files.length,
    links,
    realPaths: [...directories.entries()].flatMap(([index, { relativePath, realPath }]) =>
      index > 0 && realPath === below(realSource, relativePath) ? [] : [[index, realPath] as const],
    ),
    linkedPaths: [...files.entries()].flatMap(
      ([
        index,
        {
          file: { relativePath, linkedPath },
        },
      ]) =>
        directories.length > 0 && linkedPath === below(realSource, relativePath)
          ? []
          : [[index, linkedPath] as const],
    ),
    ignoreFiles: [...directories.entries()].flatMap(([index, { ignoreFile }]) =>
      ignoreFile === undefined ? [] : [[index, ignoreFile] as const],
    ),
    notes: [...notes],
  };
  const numbers = new Float64Array((directories.length + files.length) * LISTING_NUMBERS);
  let at = 0;
  for (const directory of directories) {
    numbers.set([...observedNumbers(directory), directory.device], at);
    at += LISTING_NUMBERS;
  }
  for (const { file: found, observedAtMs } of files) {
    const { signature, isExecutable } = found;
    numbers.set([...observedNumbers({ signature, observedAtMs }), isExecutable ? 1 : 0], at);
    at += LISTING_NUMBERS;
  }
  const texts = [
    ...directories.map(({ relativePath }) => relativePath),
    ...files.map(({ file: { relativePath } }) => relativePath),
    ...files.map(({ value }) => value ?? ""),
  ];
  writePacked(file, FORMAT, { head: JSON.stringify(head), numbers, texts });
}

function parse(packed: PackedListing, { rules, links, notes }: ListingHead): Listing {
  let directories: readonly ListedDirectory[] | undefined;
  let files: readonly ListedFile[] | undefined;
  return {
    rules,
    get directories() {
      return (directories ??= packed.directories());
    },
    links,
    get files() {
      return (files ??= packed.files());
    },
    notes: new Map(notes),
    packed,
  };
}
