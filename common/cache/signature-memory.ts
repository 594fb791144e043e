/**
 * Remembers something of files from run to run, as long as their signatures stay the same: their
 * digests, so that what has not changed is not read again.
 */
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import path from "node:path";
import { isMissing, ignoringFileSystemErrors } from "../files/file-errors.ts";
import { cacheDirectory } from "./directory.ts";
import { markUsed } from "./prune.ts";
import { writeCacheFile } from "./write-cache-file.ts";
import { isSameSignature, isSettled } from "./file-signature.ts";
import type { FileSignature } from "./file-signature.ts";
import { readSignatureBlock, signatureBlock } from "./signature-block.ts";
import type { Remembered } from "./signature-block.ts";
import { setBounded } from "../values/set-bounded.ts";
import { isWorthRemembering, OPEN_LIMIT } from "./worth-remembering.ts";

/** With more outdated lines than this share, the file is written anew. */
const OUTDATED_SHARE = 0.25;

/** What is kept of a file in a line: its path, signature, when that was taken, and the value, in that order. */
type Line = readonly [string, number, number, number, number, number, string];

/** Those of this process: what one pipeline has learned, the next one knows. */
const opened = new Map<string, SignatureMemory>();

/** A memory of the files of one place. */
export class SignatureMemory {
  /** Undefined when nothing is kept between runs. */
  readonly #file: string | undefined;
  readonly #known = new Map<string, Remembered>();
  /** Lines of the file that are outdated or stand for files that are no more. */
  #outdated = 0;
  #isOnDisk = false;
  readonly #unsaved: Line[] = [];

  private constructor(file: string | undefined) {
    this.#file = file;
  }

  /**
   * The memory of a place, one for each process.
   *
   * @param kind what is remembered; a folder in the cache
   * @param place what it is remembered of: the absolute path of a directory
   * @param directory the cache @default {@link cacheDirectory}
   */
  static open(
    kind: string,
    place: string,
    directory: string | undefined = cacheDirectory(),
  ): SignatureMemory {
    const key = [directory, kind, place].join("\0");
    const known = opened.get(key);
    if (known !== undefined) {
      return known;
    }
    const memory = SignatureMemory.load(kind, place, directory);
    setBounded(opened, key, memory, OPEN_LIMIT);
    return memory;
  }

  /**
   * What earlier processes have remembered of a place. What cannot be read counts as nothing: it
   * is only a memory.
   *
   * @param directory the cache; undefined when nothing is kept between runs
   */
  static load(kind: string, place: string, directory: string | undefined): SignatureMemory {
    const name = createHash("sha256").update(place).digest("hex");
    const file = directory === undefined ? undefined : path.join(directory, kind, name);
    const memory = new SignatureMemory(file);
    memory.#load();
    return memory;
  }

  /** Whether nothing is remembered. */
  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  /** The paths of which something is remembered. */
  get paths(): Iterable<string> {
    return this.#known.keys();
  }

  /** What was remembered of a path, if its signature is the same and was taken late enough to be trusted. */
  find(name: string, signature: FileSignature): string | undefined {
    const found = this.#known.get(name);
    if (found === undefined || !isSameSignature(found.signature, signature)) {
      return undefined;
    }
    return isSettled(signature, found.observedAtMs) ? found.value : undefined;
  }

  /** What was remembered of a path, for the caller to make sure that it still holds. */
  findUnverified(name: string): string | undefined {
    return this.#known.get(name)?.value;
  }

  /**
   * Remembers a value.
   *
   * @param observedAtMs when the signature was taken, before the content was read
   */
  keep(name: string, signature: FileSignature, value: string, observedAtMs: number): void {
    if (this.#known.has(name)) {
      this.#outdated += 1;
    }
    const remembered = { signature, observedAtMs, value };
    this.#known.set(name, remembered);
    this.#unsaved.push(lineOf(name, remembered));
  }

  /** Forgets all paths but these. */
  keepOnly(isWanted: (name: string) => boolean): void {
    for (const name of this.#known.keys()) {
      if (isWanted(name)) {
        continue;
      }
      this.#known.delete(name);
      this.#outdated += 1;
    }
  }

  /** Writes what is new. Where that cannot be done, the next run knows less, and that is all. */
  save(): void {
    const file = this.#file;
    if (file === undefined) {
      return;
    }
    ignoringFileSystemErrors(() => {
      if (this.#outdated > this.#known.size * OUTDATED_SHARE) {
        this.#rewrite(file);
      } else if (this.#isOnDisk) {
        this.#append(file);
      } else if (this.#isWorthwhile()) {
        this.#rewrite(file);
      }
    });
    this.#unsaved.length = 0;
  }

  #isWorthwhile(): boolean {
    return isWorthRemembering(this.#known.size, this.#known.values());
  }

  #load(): void {
    if (this.#file === undefined) {
      return;
    }
    let lines: unknown;
    try {
      const bytes = readFileSync(this.#file);
      this.#isOnDisk = true;
      const end = readSignatureBlock(bytes, this.#known);
      lines = end === undefined ? undefined : JSON.parse(`[${bytes.toString("utf8", end)}0]`);
      markUsed(this.#file);
    } catch (error) {
      if (isMissing(error)) {
        return;
      }
      // Torn by a crash, or not readable: as good as empty, and written anew.
      lines = undefined;
    }
    if (!Array.isArray(lines)) {
      this.#known.clear();
      this.#outdated = Number.POSITIVE_INFINITY;
      return;
    }
    for (const line of lines.slice(0, -1)) {
      if (!isLine(line)) {
        continue;
      }
      const [name, sizeBytes, mtimeMs, ctimeMs, inode, observedAtMs, value] = line;
      if (this.#known.has(name)) {
        this.#outdated += 1;
      }
      const signature = { sizeBytes, mtimeMs, ctimeMs, inode };
      this.#known.set(name, { signature, observedAtMs, value });
    }
  }

  #append(file: string): void {
    if (this.#unsaved.length > 0) {
      appendFileSync(file, this.#unsaved.map(lineText).join(""));
    }
  }

  #rewrite(file: string): void {
    writeCacheFile(file, signatureBlock(this.#known));
    this.#outdated = 0;
    this.#isOnDisk = true;
  }
}

function lineOf(name: string, { signature, observedAtMs, value }: Remembered): Line {
  const { sizeBytes, mtimeMs, ctimeMs, inode } = signature;
  return [name, sizeBytes, mtimeMs, ctimeMs, inode, observedAtMs, value];
}

function lineText(line: Line): string {
  return `${JSON.stringify(line)},\n`;
}

function isLine(value: unknown): value is Line {
  return (
    Array.isArray(value) &&
    value.length === 7 &&
    typeof value[0] === "string" &&
    typeof value[6] === "string"
  );
}
