/**
 * Reads an archive, anybody's, in constant memory: what is in it, with digests. It is streamed
 * through; nothing is extracted and nothing is kept but the list of entries.
 */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { hasCode } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { landingName } from "../tar/entry-name.ts";
import { TarReader } from "./read-tar.ts";
import type { TarEntry } from "./read-tar.ts";
import type { EntryType } from "../tar/read-header.ts";

/** An entry of an archive. */
export interface ArchiveEntry {
  /** As it is written: `"./lib/a.py"`. */
  readonly path: string;
  /** Where it lands when it is extracted: `"lib/a.py"`. */
  readonly name: string;
  readonly type: EntryType;
  /** Permission bits, as they are written. */
  readonly mode: number;
  /** Of the file; of a hard link, that of the file it is a link to. */
  readonly sizeBytes: number;
  /** SHA-256 of the content, in hex: of files, and of hard links to them. */
  readonly sha256: string | undefined;
  readonly linkTarget: string | undefined;
}

/** What reading an archive has brought to light. */
export interface ArchiveListing {
  /** In the order of the archive. */
  readonly entries: readonly ArchiveEntry[];
  readonly isGzip: boolean;
  /** Size of the archive itself, packed. */
  readonly sizeBytes: number;
  /** Of the archive's own bytes, in hex. */
  readonly sha256: string;
  /** Of the archive's own bytes, in hex. */
  readonly md5: string;
  /** Whether it ends as a tar archive should. */
  readonly hasEndMark: boolean;
  /** Bytes after the end, which no tar program reads. */
  readonly trailingBytes: number;
  /** The contents that were asked for and found, by SHA-256. */
  readonly contents: ReadonlyMap<string, Buffer>;
}

/** How to read an archive. */
export interface ReadArchiveOptions {
  /** What messages call it. */
  readonly name: string;
  /** Contents to keep: SHA-256 to size, in bytes. @default none */
  readonly keep?: ReadonlyMap<string, number> | undefined;
  /** Whether to keep the content of a file, too, by its name and size in bytes. @default of none */
  readonly keepFile?: ((name: string, sizeBytes: number) => boolean) | undefined;
  /** How many entries it may have. @default 500000 */
  readonly maxEntries?: number;
}

/** More entries than any pipeline has; an archive may be made to fill the memory. */
const DEFAULT_MAX_ENTRIES = 500_000;
/** What all names together may take, in characters. */
const MAX_NAMES_LENGTH = 128 * 1024 * 1024;

/**
 * Reads an archive to its end: tar, or tar in gzip.
 *
 * @throws {UserError} when it is empty, no archive, corrupt or cut short, or has too many entries
 */
export async function readArchive(
  source: AsyncIterable<Uint8Array>,
  options: ReadArchiveOptions,
): Promise<ArchiveListing> {
  const { name, keep = new Map<string, number>(), maxEntries = DEFAULT_MAX_ENTRIES } = options;
  const { keepFile = () => false } = options;
  const meter = new Meter();
  const { isGzip, bytes } = await unpacked(meter.through(source), name);
  const tar = new TarReader(bytes, name);
  const entries = new EntryList(name, maxEntries);
  const contents = new Map<string, Buffer>();
  const sizes = new Set(keep.values());
  for await (const entry of tar.entries()) {
    if (entry.type !== "file") {
      entries.add(entry, undefined);
      continue;
    }
    const isWanted = keepFile(landingName(entry.path), entry.sizeBytes);
    const kept: Buffer[] | undefined = isWanted || sizes.has(entry.sizeBytes) ? [] : undefined;
    const digest = createHash("sha256");
    if (entry.sizeBytes > 0) {
      for await (const piece of entry.body) {
        digest.update(piece);
        kept?.push(piece);
      }
    }
    const sha256 = digest.digest("hex");
    if (kept !== undefined && (isWanted || keep.has(sha256))) {
      contents.set(sha256, Buffer.concat(kept));
    }
    entries.add(entry, sha256);
  }
  const { hasEndMark, trailingBytes } = tar;
  const list = entries.entries;
  return { entries: list, isGzip, ...meter.result(), hasEndMark, trailingBytes, contents };
}

/** The entries so far, and what of them hard links may point to. */
class EntryList {
  readonly entries: ArchiveEntry[] = [];
  readonly #files = new Map<string, ArchiveEntry>();
  readonly #archiveName: string;
  readonly #maxEntries: number;
  #namesLength = 0;

  constructor(archiveName: string, maxEntries: number) {
    this.#archiveName = archiveName;
    this.#maxEntries = maxEntries;
  }

  add({ path, type, mode, sizeBytes, linkTarget }: TarEntry, sha256: string | undefined): void {
    this.#namesLength += path.length + (linkTarget?.length ?? 0);
    if (this.entries.length >= this.#maxEntries || this.#namesLength > MAX_NAMES_LENGTH) {
      throw new UserError(
        `Cannot read "${this.#archiveName}" as it has more than ${this.entries.length} entries, ` +
          "more than are kept in memory",
      );
    }
    const target = type === "hard-link" ? landingName(linkTarget ?? "") : undefined;
    const linked = target === undefined ? undefined : this.#files.get(target);
    const entry: ArchiveEntry = {
      path,
      name: landingName(path),
      type,
      mode,
      sizeBytes: linked?.sizeBytes ?? sizeBytes,
      sha256: linked?.sha256 ?? sha256,
      linkTarget,
    };
    this.entries.push(entry);
    if (entry.sha256 === undefined) {
      this.#files.delete(entry.name);
    } else {
      this.#files.set(entry.name, entry);
    }
  }
}

/** Hashes and counts the bytes of the archive itself. */
class Meter {
  readonly #sha256: Hash = createHash("sha256");
  readonly #md5: Hash = createHash("md5");
  #sizeBytes = 0;

  async *through(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of source) {
      this.#sha256.update(chunk);
      this.#md5.update(chunk);
      this.#sizeBytes += chunk.length;
      yield chunk;
    }
  }

  result(): Pick<ArchiveListing, "sizeBytes" | "sha256" | "md5"> {
    const sizeBytes = this.#sizeBytes;
    return { sizeBytes, sha256: this.#sha256.digest("hex"), md5: this.#md5.digest("hex") };
  }
}

/** Takes the compression off, if there is one that can be: the first two bytes tell. */
async function unpacked(
  source: AsyncGenerator<Uint8Array, void, undefined>,
  name: string,
): Promise<{ isGzip: boolean; bytes: AsyncIterable<Uint8Array> }> {
  const first: Uint8Array[] = [];
  let start = Buffer.alloc(0);
  while (start.length < LONGEST_MAGIC) {
    const { done, value } = await source.next();
    if (done === true) {
      break;
    }
    first.push(value);
    start = Buffer.concat(first);
  }
  if (start.length === 0) {
    throw new UserError(`Cannot read "${name}" as it is empty`);
  }
  const compression = MAGICS.find(({ magic }) =>
    start.subarray(0, magic.length).equals(Buffer.from(magic)),
  );
  const all = joined(start, source);
  if (compression === undefined) {
    return { isGzip: false, bytes: all };
  }
  if (compression.format === "gzip") {
    return { isGzip: true, bytes: gunzipped(all, name) };
  }
  await source.return();
  throw new UserError(
    `Cannot read "${name}" as it is in ${compression.format} format: archives are tar, plain or in gzip`,
  );
}

/** How files of other formats begin that are taken for archives. */
const MAGICS = [
  { format: "gzip", magic: [0x1f, 0x8b] },
  { format: "zip", magic: [0x50, 0x4b, 0x03, 0x04] },
  { format: "zstd", magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { format: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { format: "bzip2", magic: [0x42, 0x5a, 0x68] },
] as const;
const LONGEST_MAGIC = 6;

async function* joined(
  start: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield start;
  yield* rest;
}

async function* gunzipped(
  source: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip();
  const feeding = pipeline(source, gunzip);
  // Whatever fails there comes out of `gunzip` too.
  feeding.catch(() => undefined);
  try {
    yield* gunzip;
  } catch (error) {
    if (hasCode(error, "Z_BUF_ERROR")) {
      throw new UserError(`Cannot read "${name}" as its gzip data are cut short`);
    }
    if (hasCode(error, "Z_DATA_ERROR") && error instanceof Error) {
      throw new UserError(`Cannot read "${name}" as its gzip data are corrupt: ${error.message}`);
    }
    throw error;
  }
}
