/** Reads the files of a Pulumi project, as its CLI would: `Pulumi.yaml`, `Pulumi.dev.json` and so on. */
import { extname } from "node:path";
import { messageOf } from "../../common/errors/message-of.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { parseYaml } from "../../common/yaml/parse-yaml.ts";
import { readYamlText } from "../../common/yaml/read-yaml-file.ts";
import { nameKey, scalarReader } from "./yaml-scalars.ts";
import type { DateForm } from "./yaml-scalars.ts";

/** The endings that the Pulumi CLI knows, in the order in which it looks for them (`sdk/go/common/encoding` of pulumi/pulumi). */
export const EXTENSIONS = [".json", ".yaml", ".yml"] as const;

/** A file of settings. */
export interface SettingsFile {
  readonly path: string;
  /** What it is, for messages: `project file`. */
  readonly what: string;
  readonly text: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * Reads a file of settings.
 *
 * @param what what it is, for messages: `project file`
 * @param dates what becomes of dates
 * @returns undefined when there is no such file; without content when it is empty
 * @throws {UserError} when it cannot be read, does not parse, or is no mapping
 */
export async function readSettingsFile(
  path: string,
  what: string,
  dates: DateForm,
): Promise<SettingsFile | undefined> {
  const name = `the ${what} "${path}"`;
  const text = await readYamlText(path, name);
  if (text === undefined) {
    return undefined;
  }
  return { path, what, text, content: parseSettings(text, path, name, dates) };
}

/**
 * Parses the text of a file of settings.
 *
 * @param path tells by its ending whether it is JSON
 * @param name what the file is, for messages
 * @throws {UserError} when it does not parse, or is no mapping
 */
export function parseSettings(
  text: string,
  path: string,
  name: string,
  dates: DateForm,
): Readonly<Record<string, unknown>> {
  const content =
    extname(path) === ".json"
      ? parseJson(text, name)
      : (parseYaml(text, { name }, scalarReader(dates), nameKey) ?? {});
  if (!isRecord(content)) {
    throw new UserError(`Cannot read ${name}: wanted a mapping`);
  }
  return content;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`Cannot parse ${name}: ${messageOf(error)}`);
  }
}

/** A problem in a file of settings. */
export interface SettingsProblem {
  /** What cannot be done: `read`, `use`. */
  readonly verb: "read" | "use";
  /** The keys that lead to what is wrong, from the top. */
  readonly keys: readonly string[];
  readonly problem: string;
}

/** An error that says what is wrong in a file, with the line where that can be told. */
export async function settingsError(
  file: SettingsFile,
  { verb, keys, problem }: SettingsProblem,
): Promise<UserError> {
  // Loaded here, as it is needed only for what fails.
  const { findLine } = await import("./find-line.ts");
  const line = extname(file.path) === ".json" ? undefined : findLine(file.text, keys);
  const place = line === undefined ? "" : `, line ${line}`;
  return new UserError(`Cannot ${verb} the ${file.what} "${file.path}"${place}: ${problem}`);
}
