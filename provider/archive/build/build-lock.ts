/**
 * One process at a time builds in a folder, or removes it: two stacks may be brought up from one pipeline directory.
 * The lock is among the temporary files, as the folder itself comes and goes.
 */
import { lockDirectory } from "../../../common/files/directory-lock.ts";
import type { DirectoryLock } from "../../../common/files/directory-lock.ts";
import { ensureOwnTemporaryDirectory } from "../../../common/files/own-temporary-directory.ts";
import { isSystemError } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";

/** Longer than any build takes, in milliseconds. */
const WAIT_MS = 3_600_000;

/**
 * Waits until no other process builds in a folder, and works in it then.
 *
 * @param folder absolute path of the build's folder
 * @throws {DirectoryInUseError} when another has been at it for an hour
 * @throws {unknown} what the work throws
 */
export async function withBuildLock<Result>(
  folder: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const directory = findLockFolder(folder);
  if (directory === undefined) {
    return work();
  }
  const lock = await takeLock(directory, folder);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Without a place for the lock it is as if there were one process only, as on most machines. */
function findLockFolder(folder: string): string | undefined {
  try {
    return ensureOwnTemporaryDirectory(folder, "lock a build");
  } catch (error) {
    if (!(error instanceof UserError) && !isSystemError(error)) {
      throw error;
    }
    return undefined;
  }
}

function takeLock(directory: string, folder: string): Promise<DirectoryLock> {
  return lockDirectory(directory, {
    purpose: `build in "${folder}"`,
    timeoutMs: WAIT_MS,
    inUse: (owner) =>
      `Cannot build in "${folder}" as another process has been building there for an hour: end process ${owner}`,
  });
}
