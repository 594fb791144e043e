/** What is noted of a part beside the listing of its files, so that nothing is derived from them again. */
import type { FoundFile } from "../pipeline/files/found-file.ts";
import type { ListedFile } from "../pipeline/files/listing.ts";
import type { RememberedListing } from "../pipeline/files/remembered-listing.ts";
import { secretNames } from "../pipeline/files/secret-files.ts";
import { parseArchiveImports } from "../pipeline/python/archive-imports.ts";
import { knownDigest } from "./digest-memory.ts";
import type { FileDigest } from "./digest-memory.ts";
import type { FileImports, ManifestFile, Part } from "./manifest.ts";
import { factsOf, keepFacts } from "./part-facts.ts";
import type { PartFacts } from "./part-facts.ts";
import { partKey } from "./part-key.ts";
import type { PartSource } from "./part-source.ts";

/** How a part's digest is made, and what is in a note; another one is another format. */
const FORMAT = "part 2";

/** All that a note follows from, beside the files: whether one of them is a secret does, too. */
export function noteKey({ root }: PartSource): string {
  return JSON.stringify([FORMAT, root, secretNames()]);
}

/** What a note says. */
interface Note {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly lfsPointers?: readonly string[];
  /** Those of its files that import something from the archive, by their places. */
  readonly importing: readonly number[];
  readonly isFile: boolean;
  readonly facts: PartFacts;
}

/** The note about a part of which no file is a secret. */
export function partNote(part: Part, isFile: boolean): string {
  const { digest, sizeBytes, files, lfsPointers, imports = [] } = part;
  const places = new Map(files.map((file, index) => [file, index]));
  const importing = imports.flatMap(({ file }) => places.get(file) ?? []);
  const facts = factsOf(part);
  const note: Note = {
    digest,
    sizeBytes,
    ...(lfsPointers === undefined ? {} : { lfsPointers }),
    importing,
    isFile,
    facts,
  };
  return JSON.stringify(note);
}

/**
 * The part that a note is about. Its files are made when they are asked for.
 *
 * @param text what {@link partNote} gave
 * @param listing its files, as they were when it was noted
 */
export function readNote(text: string, source: PartSource, listing: RememberedListing): Part {
  // It is kept with the listing, whose digest says that this is what was written.
  const note: Note = JSON.parse(text);
  const { kind, root } = source;
  const fileOf = (listed: ListedFile): ManifestFile =>
    toManifestFile(archivePathOf(source, listed.file), listed, knownDigest(listed));
  const imports = note.importing.flatMap((index) => importsOf(fileOf, listing.file(index)));
  let files: readonly ManifestFile[] | undefined;
  const part: Part = {
    key: partKey(kind, root, note.isFile),
    kind,
    root,
    get files() {
      return (files ??= listing.files.map(fileOf));
    },
    digest: note.digest,
    sizeBytes: note.sizeBytes,
    ...(note.lfsPointers === undefined ? {} : { lfsPointers: note.lfsPointers }),
    ...(imports.length === 0 ? {} : { imports }),
  };
  keepFacts(part, note.facts, listing.packed);
  return part;
}

/** The place of a file in the archive. */
export function archivePathOf({ root }: PartSource, { relativePath }: FoundFile): string {
  return relativePath === "" ? root : `${root}/${relativePath}`;
}

/** A found file as the manifest has it. */
export function toManifestFile(
  archivePath: string,
  { file, observedAtMs }: ListedFile,
  { sha256 = "", sizeBytes = 0 }: Partial<FileDigest> = {},
): ManifestFile {
  const { absolutePath, signature } = file;
  const content = { type: "file", file: absolutePath, signature, observedAtMs } as const;
  return { path: archivePath, mode: modeOf(file), sizeBytes, sha256, content };
}

/** The mode that a file has in the archive. */
export function modeOf({ isExecutable }: Pick<FoundFile, "isExecutable">): ManifestFile["mode"] {
  return isExecutable ? 0o755 : 0o644;
}

function importsOf(
  fileOf: (listed: ListedFile) => ManifestFile,
  listed: ListedFile | undefined,
): readonly FileImports[] {
  const text = listed === undefined ? undefined : knownDigest(listed).imports;
  return listed === undefined || text === undefined
    ? []
    : [{ file: fileOf(listed), imports: parseArchiveImports(text) }];
}
