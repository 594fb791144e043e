/** A listing as a file of the cache: a line about it, then numbers and names in two blocks. */
import {
  BYTE_ORDER,
  joinTexts,
  OBSERVED_NUMBERS,
  NUMBER_BYTES,
  observedAt,
  observedNumbers,
  readNumbers,
  splitTexts,
} from "../../../common/cache/packed-signatures.ts";
import { readVerifiedFile, writeVerifiedFile } from "../../../common/cache/verified-file.ts";
import { below } from "../../../common/files/below.ts";
import type { FileSignature } from "../../../common/cache/file-signature.ts";
import type { ListedDirectory, ListedFile, ListedLink, Listing } from "./listing.ts";

/** What the blocks mean, and what a file's value says; another one is another format. */
const FORMAT = `pulumi-yt-code listing 1 ${BYTE_ORDER}`;

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
  const content = readVerifiedFile(file);
  if (content?.subarray(0, FORMAT.length).toString() !== FORMAT) {
    return undefined;
  }
  const end = content.indexOf("\n");
  // Its digest says that this is what was written.
  const head: Head = JSON.parse(content.toString("utf8", FORMAT.length, end));
  return head.key === key ? parse(head, content.subarray(end + 1), source) : undefined;
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
  const content = Buffer.concat([
    Buffer.from(`${FORMAT}${JSON.stringify(head)}\n`),
    new Uint8Array(numbers.buffer),
    joinTexts(texts),
  ]);
  writeVerifiedFile(file, content);
}

function parse(head: Head, blocks: Buffer, source: string): Listing {
  const { rules, links } = head;
  const count = (head.directories + head.files) * NUMBERS;
  const numbers = readNumbers(blocks, 0, count);
  const texts = splitTexts(blocks.subarray(count * NUMBER_BYTES));
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
