/** Digests of found files, and what was noticed of them: remembered for those that have not changed, else taken. */
import { isContentFinding, isKeyBundleName } from "../pipeline/files/content-findings.ts";
import type { ContentFinding } from "../pipeline/files/content-findings.ts";
import type { FoundFile } from "../pipeline/files/found-file.ts";
import type { ListedFile } from "../pipeline/files/listing.ts";
import { IGNORE_FILE } from "../pipeline/ignore/ignore-rules.ts";
import { UserError } from "../../common/errors/user-error.ts";
import type { SystemFailure } from "../../common/files/system-failure.ts";
import { hashFiles } from "./hash-files.ts";
import type { FileToHash } from "./hash-files.ts";
import type { HashOutcome } from "./hash-task.ts";

/** A file's digest in hex, the size of what it was taken of, and what was noticed of that. */
export interface FileDigest {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly finding?: ContentFinding;
  /** Of code, what it imports from the archive; `parseArchiveImports` reads it. */
  readonly imports?: string;
}

/**
 * The digests of files, in their order. What is taken anew is set as a file's value, for what remembers it.
 *
 * @param hashAll takes the digests when none is remembered, of all files in their order
 * @throws {UserError} when one of them cannot be read, or is gone
 */
export async function digestsOf(
  files: readonly ListedFile[],
  hashAll: (files: readonly FileToHash[]) => Promise<readonly HashOutcome[]> = hashFiles,
): Promise<readonly FileDigest[]> {
  const unknown = files.filter(({ value }) => value === undefined);
  const take = unknown.length === files.length ? hashAll : hashFiles;
  const outcomes = await take(
    unknown.map(({ file: { absolutePath, linkedPath, signature } }) => ({
      // How much of it is looked at depends on its name, whatever a link to it is called.
      file: isKeyBundleName(linkedPath) ? linkedPath : absolutePath,
      sizeBytes: signature.sizeBytes,
    })),
  );
  const taken = new Map<ListedFile, FileDigest>();
  for (const [index, listed] of unknown.entries()) {
    const outcome = outcomes[index];
    if (outcome?.type !== "hashed") {
      throw unreadable(listed.file, outcome?.error);
    }
    const { type: _, ...digest } = outcome;
    taken.set(listed, digest);
    // When it grew meanwhile, its signature is that of another content.
    if (outcome.sizeBytes === listed.file.signature.sizeBytes) {
      listed.value = [digest.sha256, digest.finding ?? "", digest.imports ?? ""]
        .join(" ")
        .trimEnd();
    }
  }
  return files.map((listed) => taken.get(listed) ?? knownDigest(listed));
}

/** What is known of a file that has a value. */
export function knownDigest({ file, value = "" }: ListedFile): FileDigest {
  return { ...parseValue(value), sizeBytes: file.signature.sizeBytes };
}

function parseValue(value: string): Omit<FileDigest, "sizeBytes"> {
  // Nearly all files have nothing but a digest.
  if (!value.includes(" ")) {
    return { sha256: value };
  }
  const [sha256 = "", finding, imports] = value.split(" ");
  return {
    sha256,
    ...(isContentFinding(finding) ? { finding } : {}),
    ...(imports === undefined ? {} : { imports }),
  };
}

function unreadable({ absolutePath }: FoundFile, failure: SystemFailure | undefined): Error {
  const argument = "pipeline";
  if (failure?.code === "EACCES") {
    return new UserError(
      `Cannot read the file "${absolutePath}": permission denied; make it readable or exclude it in "${IGNORE_FILE}"`,
      { argument },
    );
  }
  if (failure?.code === "ENOENT" || failure?.code === "ENOTDIR") {
    return new UserError(
      `Cannot read the file "${absolutePath}" as it went away while the pipeline was read: run the command again`,
      { argument },
    );
  }
  return new Error(`Cannot read the file "${absolutePath}": ${failure?.message}`);
}
