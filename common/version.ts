/** The version of this package. */
import { createRequire } from "node:module";

/**
 * This package's version, as recorded on what it writes to a cluster.
 *
 * The package finds its manifest by its own name, so this works from the sources and compiled.
 */
export function version(): string {
  const manifest: unknown = createRequire(import.meta.url)("pulumi-yt-code/package.json");
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) {
    return String(manifest.version);
  }
  throw new Error("package.json of pulumi-yt-code has no version");
}
