/** The pipeline directory as the place that is searched first, as Python does for a script in there. */
import { listNames } from "../../../common/files/list-names.ts";
import type { FirstPlace } from "./interpreter.ts";

/**
 * Looks for what in a directory could be one of some modules. Mostly there is nothing, and then an
 * answer for another directory is as good.
 *
 * @param directory absolute path
 * @param names top-level names of modules
 * @returns undefined when the directory has no say in where they are
 */
export async function findFirstPlace(
  directory: string,
  names: readonly string[],
): Promise<FirstPlace | undefined> {
  const entries = await listNames(directory);
  const isModule = (entry: string): boolean => names.includes(entry.split(".", 1)[0] ?? "");
  const wanted = entries.filter(isModule).toSorted();
  return wanted.length === 0 ? undefined : { directory, entries: wanted };
}
