/** The bytes of a YAML file as text: UTF-8, as every other reader of these files expects. */
import { UserError } from "../errors/user-error.ts";
import type { YamlSource } from "./parse-yaml.ts";

/**
 * Decodes a file.
 *
 * @param source what the file is, for messages
 * @returns its text, without a byte order mark
 * @throws {UserError} when it is not UTF-8 text; UTF-16 is named, as shells of Windows write it
 */
export function decodeYaml(bytes: Uint8Array, { name, argument }: YamlSource): string {
  const text = findText(bytes);
  // Plain letters in UTF-16 without a byte order mark are UTF-8 too, with a NUL in each.
  if (text !== undefined && !text.includes("\0")) {
    return text;
  }
  const hint = looksLikeUtf16(bytes) ? " (it looks like UTF-16)" : "";
  throw new UserError(
    `Cannot read ${name} as it is not UTF-8 text: save the file as UTF-8${hint}`,
    argument === undefined ? {} : { argument },
  );
}

function findText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** By its byte order mark, or a NUL in one half of its first character. */
function looksLikeUtf16([first, second]: Uint8Array): boolean {
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isMarked || (first === 0) !== (second === 0);
}
