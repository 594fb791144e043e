/** The differences between two archives as a patch that `git apply` and `patch -p1` take. */
import path from "node:path";
import { encodeName } from "../../../provider/archive/tar/entry-name.ts";
import { formatSize } from "../../../common/text/format-size.ts";
import { isKeyFileName, isSecretFileName } from "../../../provider/pipeline/files/secret-files.ts";
import { afterOf, beforeOf } from "../compare/compare-archives.ts";
import type { Change } from "../compare/compare-archives.ts";
import { findHunks } from "./hunks.ts";
import { isFile, packedMode, staysInside } from "../items.ts";
import type { Item } from "../items.ts";
import type { OpenedArchive } from "../open/opened-archive.ts";

/** Files larger than this are listed as not in the patch. In bytes. */
export const MAX_FILE_BYTES: number = 1 << 20;

/** The files in a patch are not larger than this together; the others are listed. In bytes. */
export const MAX_TOTAL_BYTES: number = 64 << 20;

/** Git takes a file for binary when it has a zero in its first so many bytes. */
const BINARY_PROBE = 8000;

/**
 * Writes a patch. Changes that cannot be in it are listed in comments before it, which both programs skip.
 *
 * @param changes sorted
 * @returns bytes, one a character: files need not be UTF-8, and come out as they are
 * @throws {UserError} when an archive changed since it was compared
 */
export async function makePatch(
  changes: readonly Change[],
  before: OpenedArchive,
  after: OpenedArchive,
): Promise<Buffer> {
  const plan = planPatch(changes);
  const old = await before.readContents(contentsOf(plan.shown.map(beforeOf)));
  const now = await after.readContents(contentsOf(plan.shown.map(afterOf)));
  const pieces: string[] = [];
  const notes = [...plan.notes];
  for (const change of plan.shown) {
    const bytes = {
      before: contentIn(old, beforeOf(change)),
      after: contentIn(now, afterOf(change)),
    };
    if (isBinary(bytes.before) || isBinary(bytes.after)) {
      notes.push(note(change, "binary"));
    } else {
      const hunks = findHunks(bytes.before.toString("latin1"), bytes.after.toString("latin1"));
      pieces.push(fileHeader(change), nameLines(change, hunks.length > 0), ...hunks);
    }
  }
  return Buffer.from([...notes, ...pieces].join(""), "latin1");
}

/** Which changes can be in a patch, as far as is known without their contents, and notes about the others. */
function planPatch(changes: readonly Change[]): {
  readonly shown: readonly Change[];
  readonly notes: readonly string[];
} {
  const shown: Change[] = [];
  const notes: string[] = [];
  let totalBytes = 0;
  for (const change of changes) {
    const sizeBytes = needsContent(change)
      ? (beforeOf(change)?.sizeBytes ?? 0) + (afterOf(change)?.sizeBytes ?? 0)
      : 0;
    const reason = findObstacle(change, totalBytes + sizeBytes);
    if (reason === undefined) {
      shown.push(change);
      totalBytes += sizeBytes;
    } else {
      notes.push(note(change, reason));
    }
  }
  return { shown, notes };
}

/** Why a change cannot be in a patch, in a few words; `undefined` when it can. */
function findObstacle(change: Change, totalBytes: number): string | undefined {
  const items = [beforeOf(change), afterOf(change)].filter((item) => item !== undefined);
  const special = items.find((item) => !isFile(item));
  if (special !== undefined) {
    return special.type.replaceAll("-", " ");
  }
  if (!items.every(staysInside)) {
    return "its name leads outside";
  }
  if (!needsContent(change)) {
    return undefined;
  }
  const names = items.map((item) => path.posix.basename(item.name));
  if (names.some((name) => isSecretFileName(name) || isKeyFileName(name))) {
    return "looks like a secret";
  }
  if (items.some((item) => item.sizeBytes > MAX_FILE_BYTES)) {
    return "large";
  }
  return totalBytes > MAX_TOTAL_BYTES ? "the patch is large enough" : undefined;
}

/** A rename, and a change of the mode alone, need no content. */
function needsContent(change: Change): boolean {
  return beforeOf(change)?.sha256 !== afterOf(change)?.sha256;
}

function contentsOf(items: readonly (Item | undefined)[]): ReadonlyMap<string, number> {
  const files = items.filter((item) => item !== undefined).filter(isFile);
  return new Map(
    files
      .filter((item) => item.sizeBytes <= MAX_FILE_BYTES)
      .map((item) => [item.sha256, item.sizeBytes]),
  );
}

function contentIn(contents: ReadonlyMap<string, Buffer>, item: Item | undefined): Buffer {
  return contents.get(item?.sha256 ?? "") ?? Buffer.alloc(0);
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, BINARY_PROBE).includes(0);
}

/** What git calls the content of an empty file; without it GNU patch asks before it removes one. */
const EMPTY_BLOB = "e69de29";

/** A line about a change that is not in the patch. */
function note(change: Change, reason: string): string {
  const [before, after] = [beforeOf(change), afterOf(change)];
  const name = quoted("", after ?? before);
  const old = change.type === "renamed" ? `, was ${quoted("", before)}` : "";
  const sizes = [before, after].map((item) =>
    item === undefined ? "nothing" : formatSize(item.sizeBytes),
  );
  return `# Not in this patch: ${name} ${change.type}${old} (${reason}; ${sizes.join(" to ")})\n`;
}

/** Git's header of one file, up to the names that `patch` knows too. */
function fileHeader(change: Change): string {
  const lines = [`diff --git ${gitNames(change)}`];
  switch (change.type) {
    case "added":
      lines.push(`new file mode ${gitMode(change.after)}`);
      if (change.after.sizeBytes === 0) {
        lines.push(`index 0000000..${EMPTY_BLOB}`);
      }
      break;
    case "removed":
      lines.push(`deleted file mode ${gitMode(change.before)}`);
      if (change.before.sizeBytes === 0) {
        lines.push(`index ${EMPTY_BLOB}..0000000`);
      }
      break;
    case "changed":
    case "renamed":
      if (packedMode(change.before) !== packedMode(change.after)) {
        lines.push(`old mode ${gitMode(change.before)}`, `new mode ${gitMode(change.after)}`);
      }
  }
  if (change.type === "renamed") {
    lines.push(
      "similarity index 100%",
      `rename from ${quoted("", change.before)}`,
      `rename to ${quoted("", change.after)}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function gitNames(change: Change): string {
  const before = beforeOf(change) ?? afterOf(change);
  const after = afterOf(change) ?? beforeOf(change);
  return `${quoted("a/", before)} ${quoted("b/", after)}`;
}

function nameLines(change: Change, hasHunks: boolean): string {
  if (!hasHunks) {
    return "";
  }
  const [before, after] = [beforeOf(change), afterOf(change)];
  const old = before === undefined ? "/dev/null" : quoted("a/", before);
  const now = after === undefined ? "/dev/null" : quoted("b/", after);
  return `--- ${old}\n+++ ${now}\n`;
}

function gitMode(item: Item): string {
  return `100${packedMode(item).toString(8)}`;
}

/**
 * A name as git reads it: in quotes, with octal escapes, when it is not plain ASCII. Git itself
 * would leave a space alone, but GNU patch takes it for the end of the name.
 */
function quoted(prefix: string, item: Item | undefined): string {
  const bytes = encodeName(prefix + (item?.name ?? ""));
  const isPlain = bytes.every(
    (byte) => byte > 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c,
  );
  if (isPlain) {
    return bytes.toString("latin1");
  }
  const characters = Array.from(bytes, (byte) => {
    if (byte === 0x22 || byte === 0x5c) {
      return `\\${String.fromCharCode(byte)}`;
    }
    const isShown = byte >= 0x20 && byte < 0x7f;
    return isShown ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `"${characters.join("")}"`;
}
