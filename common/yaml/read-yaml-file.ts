/** Reads YAML files of the user's that may be missing, such as `Pulumi.yaml`. */
import { readFile } from "node:fs/promises";
import { messageOf } from "../errors/message-of.ts";
import { UserError } from "../errors/user-error.ts";
import { isMissing } from "../files/file-errors.ts";
import { decodeYaml } from "./decode-yaml.ts";
import { parseYaml } from "./parse-yaml.ts";

/**
 * Reads the text of a YAML file.
 *
 * @param name what the file is, for messages: `the project file "/projects/Pulumi.yaml"`
 * @returns undefined when there is no such file
 * @throws {UserError} when it cannot be read, or is not UTF-8
 */
export async function readYamlText(path: string, name: string): Promise<string | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw new UserError(`Cannot read ${name}: ${messageOf(error)}`);
  }
  return decodeYaml(bytes, { name });
}

/**
 * Reads a YAML file.
 *
 * @param what what the file is, for messages: `project file`
 * @returns undefined when there is no such file, an empty map when there is nothing in it
 * @throws {UserError} when it cannot be read, or is not UTF-8, or does not parse
 * (see {@link parseYaml})
 */
export async function readYamlFile(path: string, what: string): Promise<unknown> {
  const name = `the ${what} "${path}"`;
  const text = await readYamlText(path, name);
  return text === undefined ? undefined : (parseYaml(text, { name }) ?? {});
}
