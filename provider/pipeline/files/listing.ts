/** What a walk through a source found, and what has been learned of it: all that need not be done again while nothing changes. */
import type { FileSignature } from "../../../common/cache/file-signature.ts";
import type { FoundFile } from "./found-file.ts";
import type { PackedListing } from "./packed-listing.ts";

/** A directory that was walked. */
export interface ListedDirectory {
  /** Relative to the source, with `/`; `""` is the source itself. */
  readonly relativePath: string;
  /** Its real path. */
  readonly realPath: string;
  /** What the file system said of it before it was listed. */
  readonly signature: FileSignature;
  /** The number of the device that it is on. */
  readonly device: number;
  /** When both were taken, or before, in ms since 1970. */
  readonly observedAtMs: number;
  /** The signature of the `.ytignore` in it, where that counts; it was taken before the file was read. */
  readonly ignoreFile: FileSignature | undefined;
}

/** A symbolic link that was followed. */
export interface ListedLink {
  /** Relative to the source, with `/`. */
  readonly relativePath: string;
  /** The real path that it leads to. */
  readonly target: string;
}

/** What an entry of a directory is, when no rule excludes it. */
export type EntryKind = "file" | "directory" | "link";

/** An entry of a directory. */
export interface ListedEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

/** A file that was found. */
export interface ListedFile {
  readonly file: FoundFile;
  /** When its signature was taken, or before, in ms since 1970. */
  readonly observedAtMs: number;
  /** What its content gave, without NUL; undefined as long as that is not known. */
  value: string | undefined;
}

/** See above. */
export interface Listing {
  /** The rules that were in force where the source begins, as text. */
  readonly rules: string;
  /** Parents before what is in them. */
  readonly directories: readonly ListedDirectory[];
  readonly links: readonly ListedLink[];
  /** Sorted by the bytes of their paths. */
  readonly files: readonly ListedFile[];
  /** What was made of exactly these files and values, by what else it was made of. */
  readonly notes: Map<string, string>;
  /** The same as it was in the cache, when it comes from there: directories and files are made of it when they are asked for. */
  readonly packed?: PackedListing;
}
