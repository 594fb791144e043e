/** Where a run's rows go when they are complete. */
import { constants, createReadStream, createWriteStream } from "node:fs";
import { access, copyFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { replaceAtomically } from "../../../common/files/atomic-write.ts";
import { findFileErrorReason } from "../../../common/files/file-error-reason.ts";
import { hasCode, isMissing, isSystemError } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { shownPath, userPath } from "../../user-directory.ts";

/** A run's output. */
export type RunOutput =
  /** Only in the sandbox. */
  | { readonly type: "sandbox" }
  /** Standard output, unbuffered, and no file. */
  | { readonly type: "stdout" }
  /** In the sandbox, and in this file when the run has succeeded. */
  | { readonly type: "file"; readonly file: string; readonly isReplaceable: boolean };

/**
 * Finds where a run's output goes, before anything is built.
 *
 * @param given as on the command line; `-` is standard output
 * @throws {UserError} when the file cannot be written
 */
export async function findOutput(given: string | undefined): Promise<RunOutput> {
  if (given === undefined) {
    return { type: "sandbox" };
  }
  if (given === "-") {
    return { type: "stdout" };
  }
  const refuse = (reason: string): UserError =>
    new UserError(`Cannot write the output "${given}" as ${reason}`);
  const file = await followLink(userPath(given));
  const folder = path.dirname(file);
  try {
    const found = await stat(file);
    if (found.isDirectory()) {
      throw refuse("it is a directory: name a file");
    }
    if (!found.isFile()) {
      return { type: "file", file, isReplaceable: false };
    }
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
  }
  try {
    if (!(await stat(folder)).isDirectory()) {
      throw refuse(`"${folder}" is not a directory`);
    }
    await access(folder, constants.W_OK);
  } catch (error) {
    if (isMissing(error)) {
      throw refuse(`there is no directory "${folder}": make it first`);
    }
    if (!hasCode(error, "EACCES") && !hasCode(error, "EROFS")) {
      throw error;
    }
    throw refuse(`the directory "${folder}" cannot be written to`);
  }
  return { type: "file", file, isReplaceable: true };
}

/** A link stays: the file that it leads to is replaced. */
async function followLink(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (isMissing(error)) {
      return file;
    }
    throw error;
  }
}

/**
 * Copies a finished run's rows to the named file: all of them, or none.
 *
 * @throws {UserError} when the file system refuses
 */
export async function deliverOutput(source: string, output: RunOutput): Promise<void> {
  if (output.type !== "file") {
    return;
  }
  const { file, isReplaceable } = output;
  try {
    await (isReplaceable
      ? replaceAtomically(file, (temporary) =>
          copyFile(source, temporary, constants.COPYFILE_FICLONE),
        )
      : pipeline(createReadStream(source), createWriteStream(file)));
  } catch (error) {
    if (!isSystemError(error)) {
      throw error;
    }
    throw new UserError(
      `Cannot write the output "${shownPath(file)}": ${findFileErrorReason(error) ?? error.message}`,
    );
  }
}
