/**
 * What previews have said, in the cache: an `up` shows a preview and then does it, in two processes, and need not say
 * the same twice. Without a cache it does.
 */
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { cacheDirectory } from "../../../common/cache/directory.ts";
import { writeCacheFile } from "../../../common/cache/write-cache-file.ts";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import { sha256 } from "../../manifest/digests.ts";

/** The folder in the cache. */
const FOLDER = "previewed";

/**
 * Whether a line is to be said: in a preview always, and in an update unless a preview has said it that this update,
 * as the first one, follows.
 *
 * @param key tells the resource from those of other stacks and projects
 */
export function isToBeSaid(
  key: string,
  line: string,
  isPreview: boolean,
  directory: string | undefined = cacheDirectory(),
): boolean {
  if (directory === undefined) {
    return true;
  }
  const file = path.join(directory, FOLDER, sha256(JSON.stringify([key, line])));
  const isSaid = ignoringFileSystemErrors(() => {
    if (isPreview) {
      writeCacheFile(file, "");
      return false;
    }
    const wasPreviewed = existsSync(file);
    rmSync(file, { force: true });
    return wasPreviewed;
  });
  return isSaid !== true;
}
