/** Commands as a user whom the system does not know and who owns nothing, as in a container with `--user 54321`. */
import { spawnSync } from "node:child_process";
import { chmod, lchown, readdir } from "node:fs/promises";
import path from "node:path";

/** A user id, and a group id, that no system gives to anybody. */
const UNKNOWN_ID = "54321";

/** A program and its first arguments, to start another one through as that user. */
export const AS_OTHER_USER: readonly string[] = [
  "setpriv",
  `--reuid=${UNKNOWN_ID}`,
  `--regid=${UNKNOWN_ID}`,
  "--clear-groups",
];

/** Whether that user can run Node on a file of this checkout, which may stand where only its owner may look. */
function canRun(): boolean {
  const [program = "", ...args] = AS_OTHER_USER;
  const { status } = spawnSync(program, [
    ...args,
    process.execPath,
    "--check",
    import.meta.filename,
  ]);
  return status === 0;
}

/** Options of a test that needs to become another user. */
export const NEEDS_OTHER_USER =
  process.getuid?.() === 0 && canRun()
    ? {}
    : {
        skip: "NOT RUN: only root can become another user, who must be able to read this checkout",
      };

/** Makes everything below a folder, and itself, what everybody may read and nobody write: modes 0555 and 0444. */
export async function makeReadOnly(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) {
      await lchown(file, 0, 0);
    } else {
      await chmod(file, entry.isDirectory() ? 0o555 : 0o444);
    }
  }
  await chmod(folder, 0o555);
}
