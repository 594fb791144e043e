/** JSON documents that are printed. */
import { escapeUnshowable } from "./shown-name.ts";

/**
 * A document as indented JSON, without a line end, and with nothing in it that acts on a terminal:
 * such characters are escaped, so that any reader gives the same strings.
 */
export function jsonText(document: unknown): string {
  return escapeUnshowable(
    JSON.stringify(document, undefined, 2),
    "\n",
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
