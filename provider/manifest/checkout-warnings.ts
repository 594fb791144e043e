/** What is odd about the checkout that a pipeline is in: files that stand for others, and rules that do not count. */
import { existsSync } from "node:fs";
import path from "node:path";
import { listSome } from "../../common/text/list.ts";
import { hasRules } from "../pipeline/ignore/ignore-file.ts";
import { IGNORE_FILE } from "../pipeline/ignore/ignore-rules.ts";
import type { ManifestWarning, Part } from "./manifest.ts";

/** How many names a message holds before it only counts. */
const NAMES_SHOWN = 5;

/**
 * Warns of pointers of Git LFS, part by part, and of ignore files above the pipeline directory.
 *
 * @param pipelineDirectory absolute, real path
 */
export function checkoutWarnings(
  parts: readonly Part[],
  pipelineDirectory: string,
): readonly ManifestWarning[] {
  return [...parts.flatMap(pointerWarnings), ...ignoreFileWarnings(pipelineDirectory)];
}

function pointerWarnings({ key, lfsPointers = [] }: Part): readonly ManifestWarning[] {
  if (lfsPointers.length === 0) {
    return [];
  }
  const names = listSome(lfsPointers, NAMES_SHOWN);
  const are =
    lfsPointers.length === 1
      ? "is a Git LFS pointer, not the file"
      : "are Git LFS pointers, not the files";
  return [{ type: "lfs-pointer", part: key, message: `${names} ${are}: run git lfs pull` }];
}

function ignoreFileWarnings(pipelineDirectory: string): readonly ManifestWarning[] {
  const files = ignoreFilesAbove(pipelineDirectory);
  if (files.length === 0) {
    return [];
  }
  const names = files.map((file) => `"${file}"`).join(", ");
  const [count, its] =
    files.length === 1
      ? ["does not count, as it is", "its"]
      : ["do not count, as they are", "their"];
  const own = path.join(pipelineDirectory, IGNORE_FILE);
  const message = `${names} ${count} above the pipeline directory: put ${its} rules for the pipeline into "${own}"`;
  return [{ type: "ignore-file-above", part: undefined, message }];
}

/** Those with rules, up to the root of the repository, or else of the file system; nearest first. */
function ignoreFilesAbove(pipelineDirectory: string): readonly string[] {
  const files: string[] = [];
  let directory = pipelineDirectory;
  while (path.dirname(directory) !== directory && !existsSync(path.join(directory, ".git"))) {
    directory = path.dirname(directory);
    const file = path.join(directory, IGNORE_FILE);
    if (existsSync(file) && hasRules(file)) {
      files.push(file);
    }
  }
  return files;
}
