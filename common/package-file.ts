/** Files that the package brings besides its code, wherever it is installed. */
import { createRequire } from "node:module";
import path from "node:path";

/**
 * The absolute path of a file of this package.
 *
 * @param name its path from the folder of `package.json`
 */
export function packageFile(name: string): string {
  // By the package's own name, as compiled files are one folder deeper than their sources.
  const manifest = createRequire(import.meta.url).resolve("pulumi-yt-code/package.json");
  return path.join(path.dirname(manifest), name);
}
