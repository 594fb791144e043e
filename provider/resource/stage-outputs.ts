/**
 * The output `stages` as a program sees it. State has each file as a path with attributes, as JSON writes one;
 * here it is a text, too, as YTsaurus's Python client and its command line take it.
 */
import type { FilePath, StageCommand, StageCommands } from "./known-outputs.ts";

/** What an operation's specification needs to run a stage. */
export interface StageOperation extends StageCommand {
  /**
   * `filePaths` as texts: `<file_name=source.tar.gz>//home/me/daily/build/versions/…/source.tar.gz`. The Python
   * client's `yt_files` and `file_paths`, the command line's `--file` and any specification take them.
   */
  readonly ytFiles: readonly string[];
}

/** For each stage that can run, for each of its operations; see {@link StageCommands}. */
export type StageOperations = Readonly<Record<string, Readonly<Record<string, StageOperation>>>>;

/** Computed here and not kept in state, so that state of every release has it. */
export function stageOperations(stages: StageCommands): StageOperations {
  return mapValues(stages, (operations) =>
    mapValues(operations, (operation) => ({
      ...operation,
      ytFiles: operation.filePaths.map(annotatedPath),
    })),
  );
}

/** The names of archives and wrappers are YSON's bare words, so that nothing needs quotes. */
function annotatedPath({ $value, $attributes }: FilePath): string {
  const { file_name: name, executable = false } = $attributes;
  return `<file_name=${name}${executable ? ";executable=%true" : ""}>${$value}`;
}

function mapValues<From, To>(
  values: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
