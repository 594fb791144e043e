/**
 * Random directory trees with random ignore files, for the comparison with git. Most rules are
 * made of the path of an entry, a little altered, so that they meet something.
 */
import fc from "fast-check";
import type { IgnoreCase } from "./git-check-ignore.ts";

// Some look like patterns themselves.
const NAMES = [
  ["a", "b", "ab", "a.b", "A", "aB", "b-", "0", "_", "aab", "ba", "abab", "data", "a..", "..."],
  ["c d", "a ", " a", "d ", "a\t", "a\r", "a\nb"],
  ["é", "à", "e\u0301", "日本", "🙂", "ß"],
  ["[a]", "*", "**", "?", "!a", "#a", "a\\b", "\\", "-", "]", "^", "a!"],
].flat();

const BUILT_IN = ["x.pyc", "venv", ".hg", ".DS_Store", "a.egg-info", "__pycache__"];

const CLASSES = [
  ["[ab]", "[!a]", "[^b]", "[a-c]", "[c-a]", "[]a]", "[!]a]", "[a-]", "[-a]", "[a-b-d]"],
  ["[*]", "[?]", "[[]", "[a", "[", "[]", "[!]", "[\\]]", "[\\a]", "[a\\]", "[a-\\c]"],
  [
    "[/]",
    "[!/]",
    "[a/]",
    "[+-b]",
    "[!--b]",
    "[!x]",
    "[!x][!x]",
    "[[:alpha:]]",
    "[![:alpha:]]",
    "[[:digit:]_]",
    "[é]",
  ],
  ["[[:upper:]]", "[[:space:]]", "[[:punct:]]", "[[:nope:]]", "[[:alpha:]-z]"],
  ["[[:alpha]", "[[:]", "[[:]]", "[[::]]", "[a-[:alpha:]]", "[[:ALPHA:]]", "[![:ALPHA:]]"],
  ["[[:a[:alpha:]]", "[![:a[:alpha:]]", "[[:x]y:]]", "[[:-b]", "[![: :]]"],
].flat();

const TOKENS = [
  ["a", "b", "ab", ".", "c", "d", "é", "à", "A", "-", "\\", "!", "#", " ", "\t", "\0"],
  ["*", "*", "**", "***", "?", "/", "/", "/**/", "**/", "/**", "\\a", "\\*", "\\/", "\\ "],
].flat();

const token = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TOKENS) },
  { weight: 1, arbitrary: fc.constantFrom(...CLASSES) },
);

/** A character of a path, as a pattern might write it. */
function alteredCharacter(character: string): fc.Arbitrary<string> {
  const plain = { weight: 12, arbitrary: fc.constant(character) };
  if (character === "/") {
    const slashes = fc.constantFrom("/**/", "/**/**/", "**/", "/**", "/*/", "\\/", "**\\/", "*/");
    return fc.oneof(plain, { weight: 4, arbitrary: slashes });
  }
  const others = fc.constantFrom("*", "?", "**", `\\${character}`, `[${character}]`, "", "/");
  return fc.oneof(
    plain,
    { weight: 3, arbitrary: others },
    { weight: 1, arbitrary: fc.constantFrom(...CLASSES) },
    { weight: 1, arbitrary: token },
  );
}

/** The path of an entry, or a piece of it, altered. */
function alteredPath(entry: string): fc.Arbitrary<string> {
  const components = entry.split("/");
  return fc.nat(components.length - 1).chain((first) => {
    const piece = components.slice(first).join("/");
    return fc.tuple(...Array.from(piece, alteredCharacter)).map((all) => all.join(""));
  });
}

function ruleFor(entries: readonly string[]): fc.Arbitrary<string> {
  const pattern = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...entries).chain(alteredPath) },
    {
      weight: 1,
      arbitrary: fc.array(token, { maxLength: 5 }).map((tokens) => tokens.join("")),
    },
  );
  const pieces = fc.tuple(
    oftenNothing("!", "!", "!", "!", "#", "\\!", "\\#", " ", "!!"),
    oftenNothing("/", "/", "**/", "//"),
    pattern,
    oftenNothing("/", "/", "/**", "//", "*"),
    oftenNothing(" ", "  ", "\\ ", "\\  ", "\t", " \t", "\\"),
    oftenNothing("\r", "\r\r"),
  );
  return pieces.map((all) => all.join(""));
}

function oftenNothing(...choices: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...Array.from({ length: choices.length * 2 }, () => ""), ...choices);
}

function ignoreFileFor(entries: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(
      oftenNothing("\uFEFF"),
      fc.array(ruleFor(entries), { minLength: 1, maxLength: 6 }),
      fc.constantFrom("", "\n"),
    )
    .map(([mark, rules, end]) => `${mark}${rules.join("\n")}${end}`);
}

/** Paths of files that share a few names, so that patterns for one meet another. */
const files = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 2, maxLength: 4 }),
    oftenNothing(...BUILT_IN),
  )
  .chain(([names, builtIn]) => {
    const name = fc.constantFrom(...names, ...(builtIn === "" ? [] : [builtIn]));
    const file = fc.array(name, { minLength: 1, maxLength: 4 }).map((all) => all.join("/"));
    return fc.uniqueArray(file, { minLength: 1, maxLength: 8 });
  });

/** A case: directories, ignore files in some of them, and every directory and file to ask about. */
export const ignoreCase: fc.Arbitrary<IgnoreCase> = files.chain((found) => {
  const directories = [...new Set(found.map(directoryOf).flatMap(withAncestors))];
  const entries = [...new Set([...directories, ...found])];
  const below = (place: string): string[] =>
    entries.filter((entry) => entry.startsWith(`${place}/`)).map((e) => e.slice(place.length + 1));
  const ignoreFiles = ["", ...directories].map((place) => {
    const text = ignoreFileFor(place === "" ? entries : below(place));
    return fc.option(fc.tuple(fc.constant(place), text), { nil: undefined, freq: 2 });
  });
  return fc.tuple(...ignoreFiles).map((all) => ({
    directories,
    ignoreFiles: Object.fromEntries(all.filter((one) => one !== undefined)),
    entries,
  }));
});

function directoryOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf("/")));
}

/** `"a/b"` → `["a", "a/b"]`. */
function withAncestors(directory: string): readonly string[] {
  if (directory === "") {
    return [];
  }
  return [...withAncestors(directoryOf(directory)), directory];
}
