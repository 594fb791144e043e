/**
 * Who runs this process, and where their home is. In a container either may be unknown
 * (`docker run --user 12345`); Node then throws (https://nodejs.org/api/os.html#osuserinfooptions).
 */
import { homedir, userInfo } from "node:os";
import path from "node:path";
import { hasCode } from "./files/file-errors.ts";

/** The user's home directory; undefined when there is none, or `HOME` is no absolute path. */
export function findHomeDirectory(): string | undefined {
  const directory = unlessUnknown(homedir);
  return directory !== undefined && path.isAbsolute(directory) ? directory : undefined;
}

/** The user's name, or their number when the system knows no name for it. */
export function userName(): string {
  return unlessUnknown(() => userInfo().username) ?? String(process.getuid?.() ?? "unknown");
}

function unlessUnknown<Result>(ask: () => Result): Result | undefined {
  try {
    return ask();
  } catch (error) {
    if (!hasCode(error, "ERR_SYSTEM_ERROR")) {
      throw error;
    }
    return undefined;
  }
}
