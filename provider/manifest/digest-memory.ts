/** Digests of found files, and what was noticed of them: remembered for those that have not changed, else taken. */
import { SignatureMemory } from "../../common/cache/signature-memory.ts";
import { isContentFinding, isKeyBundleName } from "../pipeline/files/content-findings.ts";
import type { ContentFinding } from "../pipeline/files/content-findings.ts";
import type { FoundFile } from "../pipeline/files/file-list.ts";
import { IGNORE_FILE } from "../pipeline/ignore/ignore-rules.ts";
import { UserError } from "../../common/errors/user-error.ts";
import type { SystemFailure } from "../../common/files/system-failure.ts";
import { hashFiles } from "./hash-files.ts";

/** A file's digest in hex, the size of what it was taken of, and what was noticed of that. */
export interface FileDigest {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly finding?: ContentFinding;
  /** Of code, what it imports from the archive; `parseArchiveImports` reads it. */
  readonly imports?: string;
}

/** Another folder than that of "digests", with which nothing was noticed. */
const MEMORY = "findings";

/**
 * The digests of files, in their order.
 *
 * @param source absolute path of the place they were found in
 * @param observedAtMs when they were listed, or before
 * @throws {UserError} when one of them cannot be read, or is gone
 */
export async function digestsOf(
  files: readonly FoundFile[],
  source: string,
  observedAtMs: number,
): Promise<readonly FileDigest[]> {
  const memory = SignatureMemory.open(MEMORY, source);
  const known = files.map(({ absolutePath, signature }) => memory.find(absolutePath, signature));
  const unknown = files.filter((_, index) => known[index] === undefined);
  const outcomes = await hashFiles(
    unknown.map(({ absolutePath, linkedPath, signature: { sizeBytes } }) => ({
      // How much of it is looked at depends on its name, whatever a link to it is called.
      file: isKeyBundleName(linkedPath) ? linkedPath : absolutePath,
      sizeBytes,
    })),
  );
  const taken = new Map<FoundFile, FileDigest>();
  for (const [index, file] of unknown.entries()) {
    const outcome = outcomes[index];
    if (outcome?.type !== "hashed") {
      throw unreadable(file, outcome?.error);
    }
    const { type: _, ...digest } = outcome;
    taken.set(file, digest);
    // When it grew meanwhile, its signature is that of another content.
    if (outcome.sizeBytes !== file.signature.sizeBytes) {
      continue;
    }
    const value = [digest.sha256, digest.finding ?? "", digest.imports ?? ""].join(" ").trimEnd();
    memory.keep(file.absolutePath, file.signature, value, observedAtMs);
  }
  const names = new Set(files.map((file) => file.absolutePath));
  memory.keepOnly((name) => names.has(name));
  memory.save();
  return files.map(
    (file, index) =>
      taken.get(file) ?? { ...parseValue(known[index] ?? ""), sizeBytes: file.signature.sizeBytes },
  );
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
