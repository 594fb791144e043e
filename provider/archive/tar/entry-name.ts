/**
 * Names of tar entries. They are bytes that anybody may have written: not always UTF-8, with
 * escape sequences, or leading out of the folder they are extracted to.
 */
import { isUtf8 } from "node:buffer";
import { posix } from "node:path";
import { ESCAPED_BYTES } from "../../../common/text/shown-name.ts";

/** The name that bytes spell. Every name has one spelling: {@link encodeName} gives the bytes back. */
export function decodeName(bytes: Buffer): string {
  if (isUtf8(bytes)) {
    return bytes.toString("utf8");
  }
  let name = "";
  for (let at = 0; at < bytes.length;) {
    const length = CHARACTER_LENGTHS.find((count) => isUtf8(bytes.subarray(at, at + count)));
    name +=
      length === undefined
        ? String.fromCharCode(ESCAPED_BYTES + bytes.readUInt8(at))
        : bytes.toString("utf8", at, at + length);
    at += length ?? 1;
  }
  return name;
}

/** How many bytes a character takes in UTF-8. */
const CHARACTER_LENGTHS = [1, 2, 3, 4];

/** The bytes of a name that {@link decodeName} has made. */
export function encodeName(name: string): Buffer {
  const characters = Array.from(name, (character) =>
    character.isWellFormed()
      ? Buffer.from(character)
      : Buffer.from([character.charCodeAt(0) - ESCAPED_BYTES]),
  );
  return Buffer.concat(characters);
}

/**
 * Where an entry lands when it is extracted: `"./a//b/"` lands in `"a/b"`, the root in `""`.
 * A path that leads outside is left as it is.
 */
export function landingName(path: string): string {
  if (leadsOutside(path)) {
    return path;
  }
  const components = path.split("/").filter((part) => part !== "" && part !== ".");
  return components.join("/");
}

/** Whether extracting a path, without the care that tar programs take, leaves the folder. */
export function leadsOutside(path: string): boolean {
  return path.startsWith("/") || path.split("/").includes("..");
}

/** Whether a symbolic link leads out of the folder that the archive is extracted to. */
export function linkLeadsOutside(path: string, target: string): boolean {
  return target.startsWith("/") || leadsOutside(posix.join(posix.dirname(path), target));
}
