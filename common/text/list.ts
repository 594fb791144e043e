/** Lists in messages: the first few items by name, the others by number. */

/**
 * Joins items: `"a, b, c"`, or `"a, b, c and 4 more"` when there are more than are shown.
 *
 * @param items how each is written, quotes and all
 * @param shown how many are written, at least 1
 */
export function listSome(items: readonly string[], shown: number): string {
  const more = items.length - shown;
  return `${items.slice(0, shown).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
