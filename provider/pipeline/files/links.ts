/**
 * Symbolic links in a source: followed where they lead to something inside the pipeline directory,
 * and in installed modules wherever they lead, as Python does.
 */
import { readlinkSync, realpathSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import path from "node:path";
import { hasCode, isMissing } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { isInside } from "../../../common/files/is-inside.ts";
import { IGNORE_FILE } from "../ignore/ignore-rules.ts";

/** How many steps of a link that leads to further links are shown. */
const STEPS_SHOWN = 8;

/** A link, and where it stands. */
export interface Link {
  /** Absolute path of the link itself. */
  readonly absolute: string;
  /** Relative to the source, with `/`. */
  readonly relative: string;
  /** Real path of the pipeline directory, which it must not leave; undefined for an installed module. */
  readonly within: string | undefined;
  /** Real paths of the directories that lead to the link, outermost first: a link to one of them is a loop. */
  readonly ancestors: readonly string[];
}

/**
 * Finds where a link leads.
 *
 * @returns a real path and what is there
 * @throws {UserError} for a link that leads out of the pipeline directory, dangles or loops, with where it leads
 */
export function followLink(link: Link): { readonly target: string; readonly stats: Stats } {
  const target = resolve(link);
  const { within, ancestors } = link;
  if (within !== undefined && !isInside(within, target)) {
    const advice =
      "put a copy in its place, or copy it into the pipeline directory and list that under pipeline.upload_paths";
    throw linkError(link, `leads out of the pipeline directory "${within}"`, advice, target);
  }
  const stats = statSync(target);
  // From a directory around one of these, the way down comes back to the link.
  const isLoop = stats.isDirectory() && ancestors.some((directory) => isInside(target, directory));
  if (isLoop) {
    throw loop(link);
  }
  return { target, stats };
}

function resolve(link: Link): string {
  try {
    return realpathSync.native(link.absolute);
  } catch (error) {
    if (isMissing(error)) {
      throw linkError(link, "leads nowhere", "mend it");
    }
    if (hasCode(error, "ELOOP")) {
      throw loop(link);
    }
    throw error;
  }
}

function loop(link: Link): UserError {
  return linkError(link, "loops", "remove it");
}

/** @param end where it leads in the end, when that is to be shown */
function linkError(link: Link, problem: string, advice: string, end?: string): UserError {
  const { absolute, relative, within } = link;
  const whatToDo =
    within === undefined
      ? "install the module again"
      : `${advice}, or exclude it in "${IGNORE_FILE}"`;
  return new UserError(
    `Cannot pack the link "${relative}" as it ${problem}: ${linkSteps(absolute, end)}; ${whatToDo}`,
    { argument: "pipeline" },
  );
}

/**
 * A link, what is written in it, and in the links that this leads to: `"/p/a" -> "b" -> "../c"`.
 *
 * @param absolute absolute path of the link
 * @param end its real path, to be shown when the steps do not say it
 */
export function linkSteps(absolute: string, end?: string): string {
  const steps = [absolute];
  const seen = new Set<string>();
  let place = absolute;
  while (steps.length <= STEPS_SHOWN && !seen.has(place)) {
    seen.add(place);
    let text: string;
    try {
      text = readlinkSync(place);
    } catch {
      break;
    }
    steps.push(text);
    place = path.resolve(path.dirname(place), text);
  }
  const shown = end === undefined || end === place ? steps : [...steps, end];
  return shown.map((step) => `"${step}"`).join(" -> ");
}
