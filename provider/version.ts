import { createRequire } from "node:module";

/** This package's version, as recorded on what it writes to a cluster. */
export const version: string = readVersion();

function readVersion(): string {
  // The package names itself (package.json "exports"), so this works from the sources and from dist/.
  const manifest: unknown = createRequire(import.meta.url)("pulumi-yt-code/package.json");
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) {
    return String(manifest.version);
  }
  throw new Error("package.json of pulumi-yt-code has no version");
}
