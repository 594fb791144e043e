/** Patterns of names: `*` stands for any text, `?` for one character. */

/** Whether a name fits a pattern. */
export function matchesName(name: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(name);
}
