/** A listing as a file of the cache: a line about it, then numbers and names in two blocks. */
import { readPacked, writePacked } from "../../../common/cache/packed-file.ts";
import type { Packed } from "../../../common/cache/packed-file.ts";
import {
  OBSERVED_NUMBERS,
  observedAt,
  observedNumbers,
} from "../../../common/cache/packed-signatures.ts";
import { below } from "../../../common/files/below.ts";
import type { FileSignature } from "../../../common/cache/file-signature.ts";
import type { ListedDirectory, ListedFile, ListedLink, Listing } from "./listing.ts";

/** What the blocks mean, and what a file's value says; another one is another format. */
const FORMAT = "pulumi-yt-code listing 2";

/** Of each place: its signature, and a directory's device or whether a file is executable. */
const NUMBERS = OBSERVED_NUMBERS + 1;

/** The first line. */
interface Head {
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
  const head: Head = JSON.parse(packed.head);
  return head.key === key ? parse(head, packed, source) : undefined;
}

/** Writes a listing. Where that cannot be done, the next run knows less, and that is all. */
export function writeListing(file: string, key: string, listing: Listing): void {
  const { rules, directories, files, links, notes } = listing;
  const realSource = directories[0]?.realPath ?? "";
  const head: Head = {
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
  const numbers = new Float64Array((directories.length + files.length) * NUMBERS);
  let at = 0;
  for (const directory of directories) {
    numbers.set([...observedNumbers(directory), directory.device], at);
    at += NUMBERS;
  }
  for (const { file: found, observedAtMs } of files) {
    const { signature, isExecutable } = found;
    numbers.set([...observedNumbers({ signature, observedAtMs }), isExecutable ? 1 : 0], at);
    at += NUMBERS;
  }
  const texts = [
    ...directories.map(({ relativePath }) => relativePath),
    ...files.map(({ file: { relativePath } }) => relativePath),
    ...files.map(({ value }) => value ?? ""),
  ];
  writePacked(file, FORMAT, { head: JSON.stringify(head), numbers, texts });
}

function parse(head: Head, { numbers, texts }: Packed, source: string): Listing {
  const { rules, links } = head;
  const realPaths = new Map(head.realPaths);
  const linkedPaths = new Map(head.linkedPaths);
  const ignoreFiles = new Map(head.ignoreFiles);
  const realSource = realPaths.get(0) ?? "";
  const directories: ListedDirectory[] = [];
  for (let index = 0; index < head.directories; index++) {
    const relativePath = texts[index] ?? "";
    directories.push({
      relativePath,
      realPath: realPaths.get(index) ?? below(realSource, relativePath),
      ignoreFile: ignoreFiles.get(index),
      device: numbers[index * NUMBERS + OBSERVED_NUMBERS] ?? 0,
      ...observedAt(numbers, index * NUMBERS),
    });
  }
  const files: ListedFile[] = [];
  for (let index = 0; index < head.files; index++) {
    const place = head.directories + index;
    const relativePath = texts[place] ?? "";
    const value = texts[place + head.files] ?? "";
    const { signature, observedAtMs } = observedAt(numbers, place * NUMBERS);
    const file = {
      relativePath,
      absolutePath: below(source, relativePath),
      linkedPath: linkedPaths.get(index) ?? below(realSource, relativePath),
      isExecutable: numbers[place * NUMBERS + OBSERVED_NUMBERS] === 1,
      signature,
    };
    files.push({ file, observedAtMs, value: value === "" ? undefined : value });
  }
  return { rules, directories, links, files, notes: new Map(head.notes) };
}
