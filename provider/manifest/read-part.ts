/** From the places of a part to the part: its files with their digests, and what was noticed of them. */
import { KeyedMutex } from "../../common/concurrency/concurrency.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { compareBytes } from "../../common/text/compare-bytes.ts";
import type { ContentFinding } from "../pipeline/files/content-findings.ts";
import type { FoundFile } from "../pipeline/files/found-file.ts";
import type { ListedFile } from "../pipeline/files/listing.ts";
import { listRemembered } from "../pipeline/files/remembered-listing.ts";
import type { RememberedListing } from "../pipeline/files/remembered-listing.ts";
import { assertNoSecrets, hasRefusedName } from "../pipeline/files/secret-files.ts";
import { parseArchiveImports } from "../pipeline/python/archive-imports.ts";
import { digestsOf } from "./digest-memory.ts";
import type { FileDigest } from "./digest-memory.ts";
import { partDigest } from "./digests.ts";
import { hashFiles } from "./hash-files.ts";
import type { EntryToHash, FileToHash, HashPart } from "./hash-files.ts";
import type { HashOutcome } from "./hash-task.ts";
import type { FileImports, ManifestFile, Part, PartKind } from "./manifest.ts";
import { partKey } from "./part-key.ts";
import { archivePathOf, modeOf, noteKey, partNote, readNote, toManifestFile } from "./part-note.ts";
import type { PartSource } from "./part-source.ts";

/** Parts of this process, by what they were made from and the key of the note about it. */
const made = new WeakMap<object, Map<string, Part>>();

/** Pipelines that are read at the same time read a part that they share once: the others find it remembered. */
const placesUnderWay = new KeyedMutex();

/**
 * Reads a part. Of one whose files are as they were, with no secret among them, nothing is asked again.
 *
 * @param pipelineDirectory absolute, real path
 * @param allowSecrets see {@link PipelineConfiguration}
 * @param hashPart see {@link ReadManifestOptions}; not asked when the name of a file is that of a secret
 * @throws {UserError} for everything the user can mend
 */
export async function readPart(
  part: PartSource,
  pipelineDirectory: string,
  allowSecrets: readonly string[],
  hashPart?: HashPart,
): Promise<Part> {
  const places = part.sources.map(({ source }) => source).join("\0");
  return placesUnderWay.run(places, () =>
    readPlaces(part, pipelineDirectory, allowSecrets, hashPart),
  );
}

async function readPlaces(
  part: PartSource,
  pipelineDirectory: string,
  allowSecrets: readonly string[],
  hashPart: HashPart | undefined,
): Promise<Part> {
  const observed: RememberedListing[] = [];
  for (const source of part.sources) {
    observed.push(await listRemembered(source));
  }
  // With several places it also counts which of them wins.
  const [only] = observed.length === 1 ? observed : [];
  const known = only === undefined ? undefined : knownPart(part, only);
  if (known !== undefined) {
    only?.save();
    return known;
  }
  const listed = mergedFiles(observed);
  if (listed.length === 0 && part.kind !== "stage") {
    throw new UserError(`Cannot pack ${part.claimedBy} as it holds no file that is not excluded`, {
      argument: "pipeline",
    });
  }
  const archivePath = (file: FoundFile): string => archivePathOf(part, file);
  const { sources } = part;
  const rules = { sources, archivePath, pipelineDirectory, allowed: allowSecrets };
  const found = listed.map(({ file }) => file);
  const hashAll = (files: readonly FileToHash[]): Promise<readonly HashOutcome[]> =>
    hashPart === undefined || hasRefusedName(found, rules)
      ? hashFiles(files)
      : hashPart(entriesOf(part, found, files));
  const digests = await digestsOf(listed, hashAll).catch((error: unknown) => {
    // A secret that cannot be read is to be left out, not to be made readable.
    assertNoSecrets(found, { ...rules, finding: () => undefined });
    throw error;
  });
  try {
    const findings = findingsOf(found, digests);
    const finding = (file: FoundFile): ContentFinding | undefined => findings.get(file);
    const hasSecrets = assertNoSecrets(found, { ...rules, finding });
    const read = makeReadPart(part, listed, digests, finding);
    // Whether a secret is allowed is not for the listing to say.
    if (only !== undefined && !hasSecrets && listed.every(({ value }) => value !== undefined)) {
      const key = noteKey(part);
      only.keepNote(key, partNote(read, isSingleFile(found)));
      madeFrom(only).set(key, read);
    }
    return read;
  } finally {
    for (const listing of observed) {
      listing.save();
    }
  }
}

/** All files of a part as they are to be hashed, with what each will be in the archive. */
function entriesOf(
  part: PartSource,
  found: readonly FoundFile[],
  files: readonly FileToHash[],
): readonly EntryToHash[] {
  return files.flatMap((file, index) => {
    const entry = found[index];
    return entry === undefined
      ? []
      : [{ ...file, path: archivePathOf(part, entry), mode: modeOf(entry) }];
  });
}

/** The part that was made of the same files before. */
function knownPart(part: PartSource, listing: RememberedListing): Part | undefined {
  const key = noteKey(part);
  const parts = madeFrom(listing);
  let known = parts.get(key);
  if (known === undefined) {
    const note = listing.note(key);
    known = note === undefined ? undefined : readNote(note, part, listing);
    if (known !== undefined) {
      parts.set(key, known);
    }
  }
  return known;
}

function madeFrom({ identity }: RememberedListing): Map<string, Part> {
  let parts = made.get(identity);
  if (parts === undefined) {
    parts = new Map();
    made.set(identity, parts);
  }
  return parts;
}

/** A namespace package has several places; as in Python, the earlier one wins. */
function mergedFiles(listings: readonly RememberedListing[]): readonly ListedFile[] {
  const [first, ...others] = listings.map(({ files }) => files);
  if (first === undefined || others.length === 0) {
    return first ?? [];
  }
  const byPath = new Map<string, ListedFile>();
  for (const listed of [first, ...others].flat()) {
    if (!byPath.has(listed.file.relativePath)) {
      byPath.set(listed.file.relativePath, listed);
    }
  }
  return [...byPath.values()];
}

/** What was noticed of files: of nearly all of them nothing. */
function findingsOf(
  files: readonly FoundFile[],
  digests: readonly FileDigest[],
): ReadonlyMap<FoundFile, ContentFinding> {
  const findings = new Map<FoundFile, ContentFinding>();
  for (const [index, file] of files.entries()) {
    const finding = digests[index]?.finding;
    if (finding !== undefined) {
      findings.set(file, finding);
    }
  }
  return findings;
}

function makeReadPart(
  source: PartSource,
  listed: readonly ListedFile[],
  digests: readonly FileDigest[],
  finding: (file: FoundFile) => ContentFinding | undefined,
): Part {
  const found = listed.map(({ file }) => file);
  const files = listed.map((one, index) =>
    toManifestFile(archivePathOf(source, one.file), one, digests[index]),
  );
  const part = makePart(source.kind, source.root, files, isSingleFile(found));
  const lfsPointers = found
    .filter((file) => finding(file) === "lfs-pointer")
    .map((file) => archivePathOf(source, file));
  const imports = files.flatMap((file, index): readonly FileImports[] => {
    const text = digests[index]?.imports;
    return text === undefined ? [] : [{ file, imports: parseArchiveImports(text) }];
  });
  return {
    ...part,
    ...(lfsPointers.length === 0 ? {} : { lfsPointers }),
    ...(imports.length === 0 ? {} : { imports }),
  };
}

function isSingleFile(found: readonly FoundFile[]): boolean {
  return found.length === 1 && found[0]?.relativePath === "";
}

/** Makes a part of its files, in any order. */
export function makePart(
  kind: PartKind,
  root: string,
  unsorted: readonly ManifestFile[],
  isFile: boolean,
): Part {
  const files = unsorted.toSorted((a, b) => compareBytes(a.path, b.path));
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return {
    key: partKey(kind, root, isFile),
    kind,
    root,
    files,
    digest: partDigest(files),
    sizeBytes,
  };
}
