/**
 * One line of an ignore file as a rule. Reads and matches it as git's dir.c does, step by step:
 * where gitignore(5) is vague, what git does is the specification. See docs/ignore.md.
 */
import { compilePattern } from "./pattern.ts";
import type { Matcher } from "./pattern.ts";

/** A rule of an ignore file. */
export interface IgnoreRule {
  /** As it stands in the file, without its line end. */
  readonly text: string;
  /** Whether it takes back (`!`) what an earlier rule excludes. */
  readonly isNegation: boolean;
  /** Whether it ends in a slash: only directories are meant. */
  readonly isDirectoryOnly: boolean;
  /** Whether it is matched against an entry's name, at any level, and not against its path. */
  readonly isForNames: boolean;
  /** Takes an entry's name, or its path relative to the ignore file; one character for each byte. */
  readonly matches: Matcher;
}

/**
 * Reads a line.
 *
 * @param line without its line feed
 * @returns undefined for a comment or an empty line
 */
export function parseLine(line: string): IgnoreRule | undefined {
  if (line.startsWith("#")) {
    return undefined;
  }
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  const rule = trimEnd(asBytes(upToNul(text)));
  const isNegation = rule.startsWith("!");
  const isDirectoryOnly = rule.length > Number(isNegation) && rule.endsWith("/");
  const pattern = rule.slice(Number(isNegation), isDirectoryOnly ? -1 : undefined);
  if (pattern === "") {
    return undefined;
  }
  const isForNames = !pattern.includes("/");
  const matches = compilePattern(pattern.replace(/^\//, ""));
  return { text, isNegation, isDirectoryOnly, isForNames, matches };
}

/** One character for each byte of UTF-8: git's `?` and `[…]` match a byte, not a letter. */
export function asBytes(text: string): string {
  return isAscii(text) ? text : Buffer.from(text).toString("latin1");
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0x7f) {
      return false;
    }
  }
  return true;
}

/** A line is a C string to git. */
function upToNul(line: string): string {
  const end = line.indexOf("\0");
  return end === -1 ? line : line.slice(0, end);
}

/** Without trailing spaces; one behind a backslash stays, and nothing else is a space. */
function trimEnd(line: string): string {
  let end = line.length;
  while (line[end - 1] === " ") {
    end--;
  }
  if (end === line.length) {
    return line;
  }
  let backslashes = 0;
  while (line[end - backslashes - 1] === "\\") {
    backslashes++;
  }
  return line.slice(0, backslashes % 2 === 0 ? end : end + 1);
}
