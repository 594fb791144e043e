/** What a version was packed from, in words. */
import type { Revision } from "./types.ts";

/** The commit, and whether what was packed is just that. */
export function revisionText({ commit, dirty }: Revision): string {
  return dirty ? `${commit}, with changes that were not committed` : commit;
}
