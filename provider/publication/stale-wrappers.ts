/** Wrappers of earlier versions, which the present one does not have. */
import type { Folder } from "./folder.ts";
import { ARCHIVE_NAME, isStableName } from "./layout.ts";
import { isOwn } from "./ownership.ts";
import type { Publisher } from "./types.ts";

/**
 * The wrappers in a folder that a publication has to remove: what its publisher wrote, and what belongs to the
 * archive that it replaces. Those that somebody else made, with a record or without, are not its to remove.
 * A copy of one under such a name goes, too: jobs could take it for a wrapper of the present version. Deletion, after
 * which no job runs from here, leaves it (`remove.ts`).
 *
 * @param wrapperNames those that stay
 * @returns their names
 */
export function findStaleWrappers(
  folder: Folder,
  wrapperNames: readonly string[],
  publisher: Publisher,
): readonly string[] {
  const live = folder.get(ARCHIVE_NAME)?.record;
  return [...folder.values()]
    .filter(({ name }) => name !== ARCHIVE_NAME && isStableName(name))
    .filter(({ name }) => !wrapperNames.includes(name))
    .filter(({ name, record }) => {
      const owner = record?.publisher;
      const isLive = live?.wrappers[name] !== undefined;
      return (
        owner !== undefined && (isOwn(owner, publisher) || (isLive && isOwn(owner, live.publisher)))
      );
    })
    .map(({ name }) => name);
}
