/** Which of an archive's parts a file in it belongs to. */
import { parseWrapperName } from "../pipeline/stages/wrappers.ts";
import { rootOfKey, WRAPPERS_KEY } from "./part-key.ts";

/** A function from a file's name in the archive to the key of its part; undefined when none of them has it. */
export function knownPartFinder(keys: readonly string[]): (name: string) => string | undefined {
  // Wrappers are recognised by their own names; a folder "wrappers" is the user's.
  const places = keys.filter((key) => key !== WRAPPERS_KEY);
  const roots = new Map(places.map((key) => [rootOfKey(key), key]));
  return (name) => {
    if (!name.includes("/") && parseWrapperName(name) !== undefined) {
      return WRAPPERS_KEY;
    }
    for (let end = name.length; end > 0; end = name.lastIndexOf("/", end - 1)) {
      const key = roots.get(name.slice(0, end));
      if (key !== undefined) {
        return key;
      }
    }
    return undefined;
  };
}
