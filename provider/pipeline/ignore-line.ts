/**
 * One line of an ignore file as rules for the library `ignore`, which matches all paths from one
 * top directory and lacks two readings of `**` that git has.
 */

/**
 * Rewrites a line of a directory's ignore file into rules relative to the base of a walk.
 *
 * A rule with a slash before its end belongs to its directory, any other to every level below
 * it (gitignore(5)). One matcher with rebased rules then decides as git does, where a matcher
 * per directory would let a directory excluded above hide what a deeper file takes back.
 *
 * @param line without its line end
 * @param directory where the ignore file is, relative to the base, with `/`; `""` is the base
 * @returns none for a comment or an empty line
 */
export function rulesOfLine(line: string, directory: string): readonly string[] {
  if (line.startsWith("#")) return [];
  const rule = trimEnd(line);
  const negation = rule.startsWith("!") ? "!" : "";
  const isDirectoryOnly = rule.endsWith("/");
  const pattern = rule.slice(negation.length, isDirectoryOnly ? -1 : undefined);
  // A lone "/" matches nothing; with a directory before it, it would match that directory.
  if (pattern === "") return [];
  const end = isDirectoryOnly ? "/" : "";
  if (!pattern.includes("/")) {
    const start = directory === "" ? "" : `/${escapeGlob(directory)}/**/`;
    return [`${negation}${start}${pattern}${end}`];
  }
  const start = directory === "" ? "/" : `/${escapeGlob(directory)}/`;
  return expandStars(pattern.replace(/^\//, "")).map(
    (expanded) => `${negation}${start}${plainSlashes(expanded)}${end}`,
  );
}

/** Without trailing spaces, of which a backslash keeps one. */
function trimEnd(line: string): string {
  const trimmed = line.replace(/ +$/, "");
  const backslashes = trimmed.length - trimmed.replace(/\\+$/, "").length;
  return backslashes % 2 === 1 && trimmed !== line ? `${trimmed} ` : trimmed;
}

/**
 * git compares what stands before the first wildcard as plain text and matches only the rest
 * (dir.c, match_pathname), so a `**` right behind plain text begins a pattern and crosses
 * slashes: behind `a`, two stars and `/b` take `ab`, `ax/b` and `ax/y/b`. The library sees one star.
 */
function expandStars(pattern: string): readonly string[] {
  const found = /^(?<plain>[^*?[\\]*[^*?[\\/])\*{2,}(?:\/(?<rest>.*))?$/s.exec(pattern)?.groups;
  if (found === undefined) return [pattern];
  const { plain = "", rest } = found;
  if (rest === undefined) return [`${plain}*`, `${plain}*/**`];
  // Only stars that begin what is left begin a pattern again.
  const joined = `${plain}${rest}`;
  return [...(rest.startsWith("**") ? expandStars(joined) : [joined]), `${plain}*/**/${rest}`];
}

/** A slash needs no backslash, and next to one the library does not know a `**` for itself. */
function plainSlashes(pattern: string): string {
  return pattern.replace(/\\(.)/gs, (escaped, character) => (character === "/" ? "/" : escaped));
}

function escapeGlob(literal: string): string {
  return literal.replaceAll("\\", "\\\\").replace(/[*?[]/g, (char) => `[${char}]`);
}
