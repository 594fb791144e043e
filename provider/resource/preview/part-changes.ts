/** Which parts of an archive change, and which of their files. */
import { compareBytes } from "../../../common/text/compare-bytes.ts";
import type { LineCounts } from "./line-counts.ts";
import { countLines } from "./line-counts.ts";
import { isByFile } from "./part-contents.ts";
import type { KnownFile, KnownFiles, PartVersion } from "./part-contents.ts";

/** How a file changes. */
export interface FileChange {
  readonly type: "added" | "changed" | "removed" | "renamed";
  readonly name: string;
  /** The name before, of one that is renamed. */
  readonly from?: string;
  /** How many files it stands for. */
  readonly count: number;
  readonly before?: KnownFile;
  readonly after?: KnownFile;
}

/** How a part changes. */
export interface PartChange {
  readonly type: "added" | "changed" | "removed" | "renamed";
  readonly key: string;
  /** The key before, of one that is renamed. */
  readonly from?: string;
  /** Undefined when it is not known which. */
  readonly files: readonly FileChange[] | undefined;
  /** What it has now; undefined when that is not known. */
  readonly filesAfter: KnownFiles | undefined;
}

/** Looks up the files of a part; undefined when they are not known. */
export type FindFiles = (part: PartVersion) => KnownFiles | undefined;

/**
 * Compares the parts of two archives.
 *
 * @returns those that differ, in the order of the archive after; what is removed comes last
 */
export function compareParts(
  before: ReadonlyMap<string, PartVersion>,
  after: ReadonlyMap<string, PartVersion>,
  filesBefore: FindFiles,
  filesAfter: FindFiles,
): readonly PartChange[] {
  const changes: PartChange[] = [];
  for (const [key, part] of after) {
    const old = before.get(key);
    if (old?.digest !== undefined && old.digest === part.digest) {
      continue;
    }
    const files = filesAfter(part);
    if (old === undefined) {
      changes.push({
        type: "added",
        key,
        files: files && allOf(files, "added"),
        filesAfter: files,
      });
    } else {
      const known = compareFiles(filesBefore(old), files);
      changes.push({ type: "changed", key, files: known, filesAfter: files });
    }
  }
  for (const [key, part] of before) {
    if (!after.has(key)) {
      const files = filesBefore(part);
      const removed = files && allOf(files, "removed");
      changes.push({ type: "removed", key, files: removed, filesAfter: undefined });
    }
  }
  return withRenames(changes);
}

function allOf(files: KnownFiles, type: "added" | "removed"): readonly FileChange[] {
  return [...files].map(([name, file]) => ({
    type,
    name,
    count: file.count,
    ...(type === "added" ? { after: file } : { before: file }),
  }));
}

/** Undefined when it is not known which files differ. */
function compareFiles(
  before: KnownFiles | undefined,
  after: KnownFiles | undefined,
): readonly FileChange[] | undefined {
  if (before === undefined || after === undefined || !isByFile(before) || !isByFile(after)) {
    return undefined;
  }
  const changes: FileChange[] = [];
  for (const [name, file] of after) {
    const old = before.get(name);
    if (old === undefined) {
      changes.push({ type: "added", name, count: 1, after: file });
    } else if (old.digest !== file.digest) {
      changes.push({ type: "changed", name, count: 1, before: old, after: file });
    }
  }
  for (const [name, file] of before) {
    if (!after.has(name)) {
      changes.push({ type: "removed", name, count: 1, before: file });
    }
  }
  return withRenamedFiles(changes);
}

/** One file that went and one that came with the same content are one. Where several could be it, none is. */
function withRenamedFiles(changes: readonly FileChange[]): readonly FileChange[] {
  return pairUp(
    changes,
    ({ before, after }) => (before ?? after)?.digest,
    (removed, added): FileChange => ({ ...removed, ...added, type: "renamed", from: removed.name }),
  );
}

/** A part that went and one that came with the same files are one. */
function withRenames(changes: readonly PartChange[]): readonly PartChange[] {
  return pairUp(
    changes,
    ({ files }) => files && canonicalFiles(files),
    (removed, added): PartChange => ({ ...added, type: "renamed", from: removed.key }),
  );
}

function canonicalFiles(files: readonly FileChange[]): string {
  return files
    .map(({ name, before, after }) => JSON.stringify([name, (before ?? after)?.digest]))
    .toSorted(compareBytes)
    .join("\n");
}

/** Makes one change of what is removed and what is added where both have the same content, and no other has. */
function pairUp<Change extends { readonly type: string }>(
  changes: readonly Change[],
  contentOf: (change: Change) => string | undefined,
  join: (removed: Change, added: Change) => Change,
): readonly Change[] {
  const byContent = Map.groupBy(changes, (change) =>
    change.type === "added" || change.type === "removed" ? contentOf(change) : undefined,
  );
  const joined = new Map<Change, Change | undefined>();
  for (const [content, [one, other, ...more]] of byContent) {
    if (content === undefined || one === undefined || other === undefined || more.length > 0) {
      continue;
    }
    const [added, removed] = one.type === "added" ? [one, other] : [other, one];
    if (added.type === "added" && removed.type === "removed") {
      joined.set(added, join(removed, added));
      joined.set(removed, undefined);
    }
  }
  return changes.flatMap((change) => (joined.has(change) ? (joined.get(change) ?? []) : [change]));
}

/** How the lines of a file change; "unknown" when one of its two contents is, or they are too long. */
export function linesOfChange({ before, after }: FileChange): LineCounts | "binary" | "unknown" {
  const [old, now] = [before, after].map((file) => file?.content());
  if (old?.type === "binary" || now?.type === "binary") {
    return "binary";
  }
  if (old?.type === "unknown" || now?.type === "unknown") {
    return "unknown";
  }
  return countLines(old?.text ?? "", now?.text ?? "") ?? "unknown";
}
