/** Reads a stack's settings file, `Pulumi.<stack>.yaml`. */
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { textOr } from "../values/text.ts";
import type { Project } from "./project.ts";
import { isMissing } from "../../common/files/file-errors.ts";
import { listNames } from "../../common/files/list-names.ts";
import { makeDirectory } from "../../common/files/make-directory.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { readYamlFile } from "../../common/yaml/read-yaml-file.ts";

/** A stack's settings file, `Pulumi.<stack>.yaml`. */
export interface StackSettings {
  readonly path: string;
  /** Whether there is such a file. */
  readonly exists: boolean;
  readonly encryptionSalt: string | undefined;
  /** Keys as they are written, values as YAML has them. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Reads a stack's settings.
 *
 * @throws {UserError} when they do not parse, or name a secrets provider other than the passphrase
 */
export async function readStackSettings(project: Project, stack: string): Promise<StackSettings> {
  const path = stackSettingsPath(project, stack);
  const content = await readYamlFile(path, "stack settings");
  if (content === undefined) {
    return { path, exists: false, encryptionSalt: undefined, config: {} };
  }
  if (!isRecord(content)) {
    throw new UserError(`Cannot read the stack settings "${path}": wanted a mapping`);
  }
  const { encryptionsalt, secretsprovider, config = {} } = content;
  if (
    secretsprovider !== undefined &&
    secretsprovider !== "passphrase" &&
    secretsprovider !== "default"
  ) {
    throw new UserError(
      `Cannot use the stack settings "${path}": its secrets provider is "${textOr(secretsprovider, "?")}", and ` +
        "the embedded engine knows only the passphrase, install the Pulumi CLI for others",
    );
  }
  if (!isRecord(config)) {
    throw new UserError(`Cannot read the stack settings "${path}": "config" must be a mapping`);
  }
  return {
    path,
    exists: true,
    encryptionSalt: typeof encryptionsalt === "string" ? encryptionsalt : undefined,
    config,
  };
}

/** Where a stack's settings are kept. */
export function stackSettingsPath(project: Project, stack: string): string {
  return join(project.settingsDirectory, `Pulumi.${stack}.yaml`);
}

/** The names of the stacks that have a settings file, sorted. */
export async function listStackSettings(project: Project): Promise<readonly string[]> {
  const names = await listNames(project.settingsDirectory);
  return names
    .map((name) => /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
    .toSorted();
}

/**
 * Notes a new salt in a stack's settings, where Pulumi looks for it, leaving the rest of the file as it is.
 */
export async function writeEncryptionSalt(path: string, salt: string): Promise<void> {
  let text = "";
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
    makeDirectory(dirname(path));
  }
  await writeFile(path, `encryptionsalt: ${salt}\n${text}`);
}
