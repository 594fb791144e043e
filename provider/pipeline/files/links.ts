/** Symbolic links in a source: followed when they stay inside it, refused when they do not. */
import { readlinkSync, realpathSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import path from "node:path";
import { hasCode, isMissing } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { isInside } from "../../../common/files/is-inside.ts";

/** A link, and where it stands. */
export interface Link {
  /** Absolute path of the link itself. */
  readonly absolute: string;
  /** Relative to the source, with `/`. */
  readonly relative: string;
  /** Absolute path of the source. */
  readonly source: string;
  /** The real path of the source. */
  readonly realSource: string;
  /** The directories that lead to the link, outermost first: a link to one of them is a loop. */
  readonly ancestors: readonly string[];
}

/**
 * Finds where a link leads.
 *
 * @returns a real path and what is there
 * @throws {UserError} for a link that leads outside, dangles or loops, with where it leads
 */
export function followLink(link: Link): { readonly target: string; readonly stats: Stats } {
  const target = resolve(link);
  if (!isInside(link.realSource, target)) {
    throw linkError(link, `leads outside "${path.basename(link.source)}"`);
  }
  const stats = statSync(target);
  const isLoop =
    stats.isDirectory() && link.ancestors.some((directory) => realPath(directory) === target);
  if (isLoop) {
    throw linkError(link, "loops");
  }
  return { target, stats };
}

function resolve(link: Link): string {
  try {
    return realPath(link.absolute);
  } catch (error) {
    if (isMissing(error)) {
      throw linkError(link, "leads nowhere");
    }
    if (hasCode(error, "ELOOP")) {
      throw linkError(link, "loops");
    }
    throw error;
  }
}

function realPath(file: string): string {
  return realpathSync.native(file);
}

function linkError({ absolute, relative }: Link, problem: string): UserError {
  return new UserError(
    `Cannot pack the link "${relative}" as it ${problem}: "${absolute}" -> "${readlinkSync(absolute)}"`,
    { argument: "pipeline" },
  );
}
