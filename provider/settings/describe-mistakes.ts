/** Mistakes in settings for people: a line for each, with file and line. Loaded only when there are some. */
import path from "node:path";
import { locate } from "./locate.ts";
import type { Line } from "./locate.ts";
import { placeText } from "./mistakes.ts";
import type { Mistake } from "./mistakes.ts";
import { findStackFile } from "./settings-files.ts";
import type { SettingsFiles } from "./settings-files.ts";

/** Whose settings they are. */
export interface DescribeOptions {
  /** Undefined where the project's files cannot be found. */
  readonly files: SettingsFiles | undefined;
  readonly project: string;
  readonly stack: string;
}

/** Describes each mistake in a line. */
export function describeMistakes(
  mistakes: readonly Mistake[],
  { files, project, stack }: DescribeOptions,
): readonly string[] {
  const stackFile = files === undefined ? undefined : findStackFile(files, stack);
  const candidates = [stackFile, files?.project].filter((file) => file !== undefined);
  const root = files === undefined ? "" : path.dirname(files.project);
  const shown = (file: string): string => `"${path.relative(root, file)}"`;
  const placed = mistakes.map(({ place, problem }) => {
    const line =
      place === undefined ? undefined : findLine(() => locate(place, candidates, project));
    return { place, problem, line };
  });
  return placed
    .toSorted((a, b) => (a.line?.line ?? 0) - (b.line?.line ?? 0))
    .map(({ place, problem, line }) => {
      const file = stackFile === undefined ? "the settings" : shown(stackFile);
      const where = line === undefined ? file : `${shown(line.file)}, line ${line.line},`;
      return `Cannot use ${where} as ${place === undefined ? "it" : placeText(place)} ${problem}`;
    });
}

/** A file that Pulumi has read and this cannot: the message goes without a line then. */
function findLine(find: () => Line | undefined): Line | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}
