/** Names of files that hold secrets, and are never packed unless the pipeline says so. */
import path from "node:path";
import { UserError } from "../user-error.ts";
import type { FoundFile } from "./file-list.ts";

/**
 * Names that give a secret away. Deliberately broad: a wrong refusal costs one line of
 * configuration, a wrong upload costs a key.
 */
const SECRET_NAMES: readonly RegExp[] = [
  /^secrets\.env$/,
  /^\.env$/,
  /^\.env\../,
  /\.(pem|key|p12|pfx|jks|keystore)$/i,
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /^\.(netrc|pypirc|pgpass|htpasswd)$/,
];

/** How many names a message holds before it only counts. */
const NAMES_SHOWN = 5;

/** Whether a file of that name is taken for a secret. */
export function isSecretFileName(name: string): boolean {
  return SECRET_NAMES.some((pattern) => pattern.test(name));
}

/**
 * Refuses files that look like secrets.
 *
 * @param files what a part would pack
 * @param archivePath the path of a file in the archive
 * @param pipelineDirectory absolute path
 * @param allowed `pipeline.allow_secrets`: paths in the archive or relative to the pipeline
 * @throws {UserError} naming every such file, and how to allow or leave it out
 */
export function assertNoSecrets(
  files: readonly FoundFile[],
  archivePath: (file: FoundFile) => string,
  pipelineDirectory: string,
  allowed: readonly string[],
): void {
  const allowedPaths = new Set(allowed.map((name) => path.posix.normalize(name)));
  const refused = files.filter((file) => {
    // A secret behind a link of another name is a secret all the same.
    const places = [file.absolutePath, file.linkedPath];
    if (!places.some((place) => isSecretFileName(path.basename(place)))) return false;
    const names = places.map((place) => path.relative(pipelineDirectory, place));
    return ![archivePath(file), ...names].some((name) => allowedPaths.has(name));
  });
  if (refused.length === 0) return;
  const names = refused.slice(0, NAMES_SHOWN).map((file) => `"${archivePath(file)}"`);
  const more = refused.length - names.length;
  throw new UserError(
    `Cannot pack ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""} as ${refused.length === 1 ? "it looks" : "they look"} like a secret: ` +
      "leave it out with a line in .ytignore, or, if it is meant to be on the cluster, list it under pipeline.allow_secrets",
    { argument: "pipeline" },
  );
}
