/** The version of this package. */
import { readFileSync } from "node:fs";
import { packageFile } from "./package-file.ts";
import { isRecord } from "./values/is-record.ts";

let known: string | undefined;

/** This package's version, as recorded on what it writes to a cluster; each request names it. */
export function version(): string {
  known ??= readVersion();
  return known;
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(packageFile("package.json"), "utf8"));
  if (isRecord(manifest) && typeof manifest["version"] === "string") {
    return manifest["version"];
  }
  throw new Error("package.json of pulumi-yt-code has no version");
}
