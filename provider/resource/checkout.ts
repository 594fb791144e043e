/** The git checkout that a pipeline is in: its commit, and what of the packed files differs from it. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { isInside } from "../../common/files/is-inside.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { IGNORE_FILE } from "../pipeline/ignore/ignore-rules.ts";

/** What git says of a pipeline's files. */
export interface Checkout {
  /** Undefined before the first commit. */
  readonly commit: string | undefined;
  /** Packed files that are changed or not in git, and tracked ones that are gone; relative to the pipeline, sorted. */
  readonly changes: readonly string[];
}

/** Much more than a list of changes takes. */
const MAX_BUFFER = 256 * 1024 * 1024;

/**
 * Asks git, in one process, about the files that a manifest packs.
 *
 * @returns undefined where there is no checkout
 * @throws {Error} when git is missing, or refuses
 */
export async function readCheckout(manifest: Manifest): Promise<Checkout | undefined> {
  const { pipelineDirectory } = manifest;
  const root = findRoot(pipelineDirectory);
  if (root === undefined) {
    return undefined;
  }
  const packed = packedFiles(manifest);
  const outside = [...packed].filter(
    (file) => isInside(root, file) && !isInside(pipelineDirectory, file),
  );
  const places = [pipelineDirectory, ...new Set(outside.map((file) => path.dirname(file)))];
  const options = ["status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all"];
  const { stdout } = await promisify(execFile)("git", [...options, "--", ...places], {
    cwd: root,
    maxBuffer: MAX_BUFFER,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_LITERAL_PATHSPECS: "1" },
  });
  const { commit, entries } = parseStatus(stdout);
  const changes = entries
    .map(({ name, isGone }) => ({ file: path.join(root, name), isGone }))
    .filter(
      ({ file, isGone }) =>
        packed.has(file) || (isGone && isInside(pipelineDirectory, file)) || isRule(file, manifest),
    )
    .map(({ file }) => path.relative(pipelineDirectory, file));
  return { commit, changes: changes.toSorted() };
}

/** The folder with `.git`, which is a file in worktrees and submodules. */
function findRoot(directory: string): string | undefined {
  if (existsSync(path.join(directory, ".git"))) {
    return directory;
  }
  const parent = path.dirname(directory);
  return parent === directory ? undefined : findRoot(parent);
}

function packedFiles({ parts }: Manifest): ReadonlySet<string> {
  const files = parts.flatMap((part) => part.files);
  return new Set(files.flatMap(({ content }) => (content.type === "file" ? [content.file] : [])));
}

/** Whether a file decides what is packed, without being packed. */
function isRule(file: string, { pipelineDirectory, configurationFile }: Manifest): boolean {
  return (
    file === path.resolve(pipelineDirectory, configurationFile) ||
    path.basename(file) === IGNORE_FILE
  );
}

/** A file that is not as the commit has it. */
interface StatusEntry {
  /** Relative to the checkout. */
  readonly name: string;
  readonly isGone: boolean;
}

/** Fields before the name, by the kind of line (git-status, "Porcelain Format Version 2"). */
const FIELDS: Readonly<Record<string, number>> = { "1": 8, "2": 9, u: 10, "?": 1 };

function parseStatus(text: string): {
  readonly commit: string | undefined;
  readonly entries: readonly StatusEntry[];
} {
  let commit: string | undefined;
  const entries: StatusEntry[] = [];
  const lines = text.split("\0").values();
  for (const line of lines) {
    const oid = /^# branch\.oid ([0-9a-f]+)$/.exec(line)?.[1];
    commit = oid ?? commit;
    const [type = "", status = ""] = line.split(" ", 2);
    const fields = FIELDS[type];
    if (fields !== undefined) {
      const name = line.split(" ").slice(fields).join(" ");
      entries.push({ name, isGone: type === "1" && status.includes("D") });
    }
    if (type === "2") {
      // What it is renamed from follows.
      entries.push({ name: String(lines.next().value), isGone: true });
    }
  }
  return { commit, entries };
}
