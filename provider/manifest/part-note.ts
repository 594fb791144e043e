/** What is noted of a part beside the listing of its files, so that nothing is derived from them again. */
import { isRecord } from "../../common/values/is-record.ts";
import type { FoundFile } from "../pipeline/files/found-file.ts";
import type { ListedFile } from "../pipeline/files/listing.ts";
import { secretNames } from "../pipeline/files/secret-files.ts";
import { parseArchiveImports } from "../pipeline/python/archive-imports.ts";
import { knownDigest } from "./digest-memory.ts";
import type { FileDigest } from "./digest-memory.ts";
import type { FileImports, ManifestFile, Part } from "./manifest.ts";
import { partKey } from "./part-key.ts";
import type { PartSource } from "./part-source.ts";

/** How a part's digest is made, and what is in a note; another one is another format. */
const FORMAT = "part 1";

/** All that a note follows from, beside the files: whether one of them is a secret does, too. */
export function noteKey({ root }: PartSource): string {
  return JSON.stringify([FORMAT, root, secretNames()]);
}

/** The note about a part of which no file is a secret. */
export function partNote({ digest, sizeBytes, files, lfsPointers, imports = [] }: Part): string {
  const places = new Map(files.map((file, index) => [file, index]));
  const importing = imports.map(({ file }) => places.get(file));
  return JSON.stringify({ digest, sizeBytes, lfsPointers, importing });
}

/**
 * The part that a note is about.
 *
 * @param listed its files, as they were when it was noted
 * @returns undefined when it is not to be read
 */
export function readNote(
  note: string,
  source: PartSource,
  listed: readonly ListedFile[],
): Part | undefined {
  const value: unknown = JSON.parse(note);
  const { digest, sizeBytes, lfsPointers, importing } = isRecord(value) ? value : {};
  if (typeof digest !== "string" || typeof sizeBytes !== "number" || !Array.isArray(importing)) {
    return undefined;
  }
  const { kind, root } = source;
  const files = listed.map((one) =>
    toManifestFile(archivePathOf(source, one.file), one, knownDigest(one)),
  );
  const imports = importing.flatMap((index: unknown) =>
    typeof index === "number" ? importsOf(files[index], listed[index]) : [],
  );
  const isFile = listed.length === 1 && listed[0]?.file.relativePath === "";
  return {
    key: partKey(kind, root, isFile),
    kind,
    root,
    files,
    digest,
    sizeBytes,
    ...(Array.isArray(lfsPointers) ? { lfsPointers: lfsPointers.map(String) } : {}),
    ...(imports.length === 0 ? {} : { imports }),
  };
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
  file: ManifestFile | undefined,
  listed: ListedFile | undefined,
): readonly FileImports[] {
  const text = listed === undefined ? undefined : knownDigest(listed).imports;
  return file === undefined || text === undefined
    ? []
    : [{ file, imports: parseArchiveImports(text) }];
}
