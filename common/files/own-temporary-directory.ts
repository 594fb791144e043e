/**
 * A directory of the user's own among the temporary files, for what belongs beside something that cannot be
 * written. It is the same one each time, so that what is there is found again.
 */
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UserError } from "../errors/user-error.ts";
import { findFileErrorReason } from "./file-error-reason.ts";
import { hasCode, isSystemError } from "./file-errors.ts";
import { makeDirectory } from "./make-directory.ts";

/**
 * Makes sure that the directory is there.
 *
 * @param standsFor absolute path of the directory that cannot be written
 * @param purpose what cannot be done without it, for the message: `run a stage`
 * @returns an absolute path
 * @throws {UserError} when it cannot be made, or somebody else may have made it
 */
export function ensureOwnTemporaryDirectory(standsFor: string, purpose: string): string {
  const directory = path.join(ensureOwnFolder(standsFor, purpose), nameFor(standsFor));
  makeDirectory(directory);
  return directory;
}

/** Where {@link ensureOwnTemporaryDirectory} has made it; undefined when there is none, or somebody else may have made it. */
export function findOwnTemporaryDirectory(standsFor: string): string | undefined {
  const folder = ownFolder();
  const directory = path.join(folder, nameFor(standsFor));
  const isThere = lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() === true;
  return isThere && isOurs(folder) ? directory : undefined;
}

function nameFor(standsFor: string): string {
  // A path may hold what others cannot: PYTHONPATH no ":".
  const name = path.basename(standsFor).replace(/[^\p{L}\p{N}._-]/gu, "_");
  const unique = createHash("sha256").update(standsFor).digest("hex").slice(0, 12);
  return `${name}-${unique}`;
}

function ownFolder(): string {
  return path.join(tmpdir(), `ytcode-${process.getuid?.() ?? "user"}`);
}

function isOurs(folder: string): boolean {
  const user = process.getuid?.();
  const stats = lstatSync(folder);
  const isOwn = user === undefined || (stats.uid === user && (stats.mode & 0o022) === 0);
  return stats.isDirectory() && isOwn;
}

/** Everybody may write where it is, so it counts only when nobody else can have made it. */
function ensureOwnFolder(standsFor: string, purpose: string): string {
  const folder = ownFolder();
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!isSystemError(error)) {
      throw error;
    }
    if (!hasCode(error, "EEXIST")) {
      throw new UserError(
        `Cannot ${purpose} as neither "${standsFor}" nor "${tmpdir()}" can be written: ` +
          `${findFileErrorReason(error) ?? error.message}; set TMPDIR to a folder that can be written`,
      );
    }
  }
  if (!isOurs(folder)) {
    throw new UserError(
      `Cannot ${purpose} in "${folder}" as others may write there: remove it, or set TMPDIR to a folder of your own`,
    );
  }
  return folder;
}
