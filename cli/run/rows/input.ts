/** A run's input: checked before anything is built, and later copied into the sandbox. */
import { constants, createReadStream, createWriteStream } from "node:fs";
import { access, copyFile, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isatty } from "node:tty";
import { hasCode, isMissing } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { userPath } from "../../user-directory.ts";
import type { Interrupts } from "../../terminal/interrupts.ts";

/** Where rows come from. */
export type RunInput =
  | { readonly type: "stdin" }
  | { readonly type: "file"; readonly file: string; readonly isRegular: boolean };

/**
 * Finds a run's input.
 *
 * @param given as on the command line; `-` or nothing is standard input
 * @throws {UserError} when it is missing, a directory or unreadable, or nothing was given and
 * standard input is a terminal
 */
export async function findInput(given: string | undefined): Promise<RunInput> {
  if (given === "-") {
    return { type: "stdin" };
  }
  if (given === undefined) {
    if (!isatty(0)) {
      return { type: "stdin" };
    }
    throw new UserError(
      'Cannot run the stage without rows: name a file of JSON lines with --input, or "-" to type them in, or pipe them in',
    );
  }
  const file = userPath(given);
  try {
    const found = await stat(file);
    if (found.isDirectory()) {
      throw new UserError(
        `Cannot read the input "${given}" as it is a directory: name a file of JSON lines`,
      );
    }
    await access(file, constants.R_OK);
    return { type: "file", file, isRegular: found.isFile() };
  } catch (error) {
    if (hasCode(error, "EACCES")) {
      throw new UserError(`Cannot read the input "${given}": permission denied; make it readable`);
    }
    if (!isMissing(error)) {
      throw error;
    }
    throw new UserError(`Cannot read the input "${given}" as there is no such file${hint(given)}`);
  }
}

function hint(given: string): string {
  if (!given.startsWith("//")) {
    return "";
  }
  return (
    " here: a development run reads local files, and a table of the cluster becomes one with " +
    `yt read-table --format '<encode_utf8=%false>json' ${given} > rows.jsonl`
  );
}

/**
 * Copies a run's input to a file, in constant memory.
 *
 * @throws {ExitStatus} when a signal came
 */
export async function copyInput(
  input: RunInput,
  target: string,
  interrupts: Interrupts,
): Promise<void> {
  if (input.type === "file" && input.isRegular && (await cloneFile(input.file, target))) {
    return;
  }
  const source: Readable = input.type === "stdin" ? process.stdin : createReadStream(input.file);
  const copied = pipeline(source, createWriteStream(target), { signal: interrupts.stopRequest });
  try {
    await interrupts.passTo(killOurselves, copied);
  } catch (error) {
    interrupts.assertNone();
    throw error;
  }
}

/** Opening a FIFO that nobody writes to cannot be cancelled, so the second signal ends this process. */
function killOurselves(signal: NodeJS.Signals): void {
  if (signal === "SIGKILL") {
    process.kill(process.pid, signal);
  }
}

/** Shares the blocks of a file where the file system can, which takes no time whatever its size. */
async function cloneFile(source: string, target: string): Promise<boolean> {
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch (error) {
    const isUnable = ["ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EXDEV", "EINVAL", "ENOTTY"].some((code) =>
      hasCode(error, code),
    );
    if (isUnable) {
      return false;
    }
    throw error;
  }
}
