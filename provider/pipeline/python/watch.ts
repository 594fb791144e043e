/**
 * Tells by a few cheap calls whether files and directories are as they were. As in git's index, a
 * state is not to be relied on when it is so young that a change just after it would not show.
 */
import { realpathSync, type Stats, statSync } from "node:fs";
import { isSettled, signatureOf } from "../../../common/cache/file-signature.ts";

/** What to watch. All paths are absolute. */
export interface Watched {
  /** Files and directories of which any change counts, also that they come or go. */
  readonly whole: readonly string[];
  /** Paths of which counts only whether a file, a directory or nothing is there. */
  readonly kinds: readonly string[];
  /** Paths of which counts only where their links lead. */
  readonly links: readonly string[];
}

/** The states of what is watched, by path. */
export interface WatchedStates {
  readonly whole: Readonly<Record<string, string>>;
  readonly kinds: Readonly<Record<string, string>>;
  readonly links: Readonly<Record<string, string>>;
}

/**
 * Takes the states of what is watched.
 *
 * @param before when the result began to be made that depends on them, in ms
 * @returns undefined when something changed since then, or so shortly before that a further
 * change might leave no trace
 */
export function takeStates(watched: Watched, before: number): WatchedStates | undefined {
  for (const file of [...watched.whole, ...watched.kinds]) {
    const stats = look(file);
    if (typeof stats === "object" && !isSettled(signatureOf(stats), before)) return undefined;
  }
  return {
    whole: recordOf(watched.whole, wholeState),
    kinds: recordOf(watched.kinds, kindState),
    links: recordOf(watched.links, linkState),
  };
}

/** Whether all is as it was. */
export function isUnchanged({ whole, kinds, links }: WatchedStates): boolean {
  return (
    Object.entries(links).every(([file, state]) => linkState(file) === state) &&
    Object.entries(whole).every(([file, state]) => wholeState(file) === state) &&
    Object.entries(kinds).every(([file, state]) => kindState(file) === state)
  );
}

function recordOf(
  files: readonly string[],
  stateOf: (file: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries([...new Set(files)].map((file) => [file, stateOf(file)]));
}

function wholeState(file: string): string {
  const stats = look(file);
  if (typeof stats === "string") return stats;
  const { dev, ino, mode, size, mtimeMs, ctimeMs } = stats;
  return [dev, ino, mode, size, mtimeMs, ctimeMs].join(" ");
}

function kindState(file: string): string {
  const stats = look(file);
  if (typeof stats === "string") return stats;
  return stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "other";
}

function linkState(file: string): string {
  try {
    return realpathSync.native(file);
  } catch (error) {
    return codeOf(error);
  }
}

/** The stats of what a path leads to, or in a word why there are none. */
function look(file: string): Stats | string {
  try {
    return statSync(file, { throwIfNoEntry: false }) ?? "missing";
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
