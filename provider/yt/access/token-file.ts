/** Tokens in files, where YTsaurus's own tools keep them. */
import { readFile, stat } from "node:fs/promises";
import { findFileErrorReason } from "../../../common/files/file-error-reason.ts";
import { hasCode, isSystemError } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import type { Token } from "./token.ts";

/**
 * Reads the token in a file.
 *
 * @param options.mayBeMissing nobody has named the file: it is only where one is looked for
 * @returns undefined when there is no file, and need not be
 * @throws {UserError} when there is no token in it, or it cannot be read
 */
export async function readTokenFile(
  file: string,
  { mayBeMissing }: { readonly mayBeMissing: boolean },
): Promise<Token | undefined> {
  const text = await readText(file, mayBeMissing);
  if (text === undefined) {
    return undefined;
  }
  const token = text.trim();
  if (token === "") {
    throw new UserError(`Cannot read the token from "${file}": the file is empty`);
  }
  return { text: token, origin: `"${file}"` };
}

async function readText(file: string, mayBeMissing: boolean): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (mayBeMissing && !(await isThere(file))) {
      return undefined;
    }
    throw new UserError(`Cannot read the token from "${file}": ${reasonOf(error)}`);
  }
}

/** Not where the way there is closed, either: a container's user may have another one's home. */
async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** @throws {unknown} what does not come from the file system */
function reasonOf(error: unknown): string {
  if (!isSystemError(error)) {
    throw error;
  }
  return hasCode(error, "EISDIR")
    ? "it is a directory"
    : (findFileErrorReason(error) ?? error.code);
}
