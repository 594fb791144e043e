/** Is a pipeline still what was checked? */
import path from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { fileDigests } from "./file-digests.ts";
import type { Manifest } from "./manifest.ts";

/**
 * Refuses a manifest that is not the one that was checked.
 *
 * @param digests part key to full digest, as checked
 * @param shown part key to the file digests that the preview showed
 * @throws {UserError} naming the files that differ
 */
export function assertSameParts(
  manifest: Manifest,
  digests: Readonly<Record<string, string>>,
  shown: Readonly<Record<string, unknown>>,
): void {
  const now = new Map(manifest.parts.map((part) => [part.key, part]));
  const keys = new Set([...now.keys(), ...Object.keys(digests)]);
  const moved: string[] = [];
  for (const key of keys) {
    const part = now.get(key);
    if (part?.digest === digests[key]) {
      continue;
    }
    const files = part === undefined ? {} : fileDigests(part);
    moved.push(...changedFiles(key, shown[key], files));
  }
  if (moved.length === 0) {
    return;
  }
  throw new UserError(
    `Cannot pack the pipeline as it changed after it was checked: ${moved.map((name) => `"${name}"`).join(", ")}; ` +
      "run the command again",
    { argument: "pipeline" },
  );
}

function changedFiles(
  key: string,
  before: unknown,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  const old = new Map<string, unknown>(
    typeof before === "object" && before !== null ? Object.entries(before) : [],
  );
  const names = new Set([...old.keys(), ...Object.keys(after)]);
  const changed = [...names].filter((name) => old.get(name) !== after[name]);
  return changed.length === 0 ? [key] : changed.map((name) => placeOf(key, name));
}

/** A part that is a single file has the file's name in its key already. */
function placeOf(key: string, name: string): string {
  return path.posix.basename(key) === name && !key.endsWith("/")
    ? path.posix.normalize(key)
    : path.posix.join(key, name);
}
