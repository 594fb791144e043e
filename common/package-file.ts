/** Files that the package brings besides its code, wherever it is installed. */
import { existsSync } from "node:fs";
import path from "node:path";

/**
 * The absolute path of a file of this package.
 *
 * @param name its path from the folder of `package.json`
 */
export function packageFile(name: string): string {
  // Compiled, this file is one folder deeper. Looking the package up by its name takes 10 ms.
  const above = path.resolve(import.meta.dirname, "..");
  const isRoot = existsSync(path.join(above, "package.json"));
  return path.resolve(above, isRoot ? "." : "..", name);
}
