/** Documents of YAML by their text, kept from run to run: to load the parser alone takes longer than to plan a small pipeline. */
import { hash } from "node:crypto";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { cacheDirectory } from "../cache/directory.ts";
import { readVerifiedFile, writeVerifiedFile } from "../cache/verified-file.ts";
import type { YamlSource } from "./parse-yaml.ts";

/** The folder in the cache; another parser, or other values of the same text, are to have another one. */
const FOLDER = "yaml-1";

/** Larger documents are not kept, in characters: they are data. */
const MAX_LENGTH = 1 << 17;

/**
 * See {@link parseYaml}.
 *
 * @param directory the cache; undefined keeps nothing @default {@link cacheDirectory}
 * @throws {UserError} when the text does not parse, or is too deep or too large
 */
export async function parseRememberedYaml(
  text: string,
  source: YamlSource,
  directory: string | undefined = cacheDirectory(),
): Promise<unknown> {
  const isKept = directory !== undefined && text.length <= MAX_LENGTH;
  const file = isKept ? path.join(directory, FOLDER, hash("sha256", text)) : undefined;
  const known = file === undefined ? undefined : readVerifiedFile(file);
  if (known !== undefined) {
    return JSON.parse(known.toString());
  }
  const { parseYaml } = await import("./parse-yaml.ts");
  const value = parseYaml(text, source);
  const json = jsonOf(value);
  if (file !== undefined && json !== undefined && json.length <= MAX_LENGTH) {
    writeVerifiedFile(file, Buffer.from(json));
  }
  return value;
}

/** Undefined for what JSON does not give back the same: infinities, values that hold themselves. */
function jsonOf(value: unknown): string | undefined {
  try {
    const json = JSON.stringify(value);
    return isDeepStrictEqual(JSON.parse(json), value) ? json : undefined;
  } catch {
    return undefined;
  }
}
