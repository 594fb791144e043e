/**
 * States that could not be saved, as the disk was full or could not be written. They are kept apart, in a folder
 * of the user's own among the temporary files, until the stack is read again.
 */
import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { writeAtomically } from "../../common/files/atomic-write.ts";
import { isMissing, isSystemError } from "../../common/files/file-errors.ts";
import {
  ensureOwnTemporaryDirectory,
  findOwnTemporaryDirectory,
} from "../../common/files/own-temporary-directory.ts";
import { isRecord } from "../../common/values/is-record.ts";

/** A state that was kept apart. */
export interface UnsavedState {
  readonly path: string;
  /** The text of its checkpoint. */
  readonly checkpoint: string;
  /** Of which saved state it is the continuation, see {@link stateDigest}. */
  readonly follows: string;
}

const NAME = "unsaved.json";

/** Names a saved state by its content. @param bytes undefined while there is none */
export function stateDigest(bytes: Buffer | undefined): string {
  return bytes === undefined ? "none" : createHash("sha256").update(bytes).digest("hex");
}

/**
 * Keeps a state that could not be saved.
 *
 * @param file where it should have been saved
 * @returns where it is; undefined when no place can be written
 */
export async function keepUnsaved(
  file: string,
  state: Pick<UnsavedState, "checkpoint" | "follows">,
): Promise<string | undefined> {
  try {
    const directory = ensureOwnTemporaryDirectory(file, "keep a state");
    const kept = path.join(directory, NAME);
    await writeAtomically(kept, JSON.stringify(state), { mode: 0o600, flush: true });
    return kept;
  } catch (error) {
    if (!isSystemError(error) && !(error instanceof UserError)) {
      throw error;
    }
    return undefined;
  }
}

/** The state that could not be saved in a file; undefined when there is none. */
export async function findUnsaved(file: string): Promise<UnsavedState | undefined> {
  const kept = keptFile(file);
  if (kept === undefined) {
    return undefined;
  }
  try {
    const content: unknown = JSON.parse(await readFile(kept, "utf8"));
    const { checkpoint, follows } = isRecord(content) ? content : {};
    if (typeof checkpoint === "string" && typeof follows === "string") {
      return { path: kept, checkpoint, follows };
    }
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  throw new UserError(
    `Cannot read "${kept}", which should hold the state that could not be saved: remove it, then run refresh`,
  );
}

/** Forgets it, once the state is saved. */
export async function forgetUnsaved(file: string): Promise<void> {
  const directory = findOwnTemporaryDirectory(file);
  if (directory !== undefined) {
    await rm(directory, { recursive: true, force: true });
  }
}

function keptFile(file: string): string | undefined {
  const directory = findOwnTemporaryDirectory(file);
  return directory === undefined ? undefined : path.join(directory, NAME);
}
