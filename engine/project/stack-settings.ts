/** Finds and reads a stack's settings file, `Pulumi.<stack>.yaml`. */
import { basename, join, relative } from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { exists } from "../../common/files/exists.ts";
import { listNames } from "../../common/files/list-names.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { textOr } from "../values/text.ts";
import type { Project } from "./project.ts";
import type { SettingsFile } from "./settings-file.ts";
import { EXTENSIONS, readSettingsFile, settingsError } from "./settings-file.ts";

const WHAT = "stack settings";

/** A stack's settings file, `Pulumi.<stack>.yaml`. */
export interface StackSettings {
  readonly path: string;
  /** Whether there is such a file. */
  readonly exists: boolean;
  readonly file: SettingsFile;
  readonly encryptionSalt: string | undefined;
  /** Keys as they are written, values as the file has them. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Reads a stack's settings.
 *
 * @param given an absolute path: the settings are in that file, which need not be there
 * @throws {UserError} when they do not parse, name a secrets provider other than the passphrase, or are where the
 * Pulumi CLI does not look for them
 */
export async function readStackSettings(
  project: Project,
  stack: string,
  given?: string,
): Promise<StackSettings> {
  const path = given ?? stackSettingsPath(project, stack);
  const file = await readSettingsFile(path, WHAT, "described");
  if (file === undefined) {
    if (given === undefined) {
      await assertNotElsewhere(project, stack);
    }
    const empty = { path, what: WHAT, text: "", content: {} };
    return { path, exists: false, file: empty, encryptionSalt: undefined, config: {} };
  }
  const { encryptionsalt, secretsprovider } = file.content;
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
  const config = file.content["config"] ?? {};
  if (!isRecord(config)) {
    throw new UserError(`Cannot read the stack settings "${path}": "config" must be a mapping`);
  }
  return {
    path,
    exists: true,
    file,
    encryptionSalt: typeof encryptionsalt === "string" ? encryptionsalt : undefined,
    config,
  };
}

/**
 * Makes sure that a stack's settings have nothing that the embedded engine does not do.
 *
 * @throws {UserError} when they have
 */
export async function assertSupportedSettings({ file }: StackSettings): Promise<void> {
  const environment = file.content["environment"] ?? [];
  if (Array.isArray(environment) && environment.length === 0) {
    return;
  }
  throw await settingsError(file, {
    verb: "use",
    keys: ["environment"],
    problem:
      '"environment" takes configuration from Pulumi ESC, which the embedded engine does not have and the Pulumi CLI ' +
      'only with state on Pulumi Cloud, write the values under "config"',
  });
}

/** Where a stack's settings are kept. */
export function stackSettingsPath(project: Project, stack: string): string {
  return join(project.settingsDirectory, `Pulumi.${stack}${project.extension}`);
}

/** A file that is not found is no configuration to the CLI, and a stack without it is another one: rather nothing is done. */
async function assertNotElsewhere(project: Project, stack: string): Promise<void> {
  const wanted = stackSettingsPath(project, stack);
  for (const directory of new Set([project.settingsDirectory, project.root])) {
    for (const extension of EXTENSIONS) {
      const found = join(directory, `Pulumi.${stack}${extension}`);
      if (await exists(found)) {
        throw new UserError(
          `Cannot find the settings of stack "${stack}": the Pulumi CLI looks for "${wanted}" ` +
            `(beside "${basename(project.file.path)}"${describeDirectory(project)}), and there is "${found}", move it there`,
        );
      }
    }
  }
}

function describeDirectory({ root, settingsDirectory }: Project): string {
  const directory = relative(root, settingsDirectory);
  return directory === "" ? "" : ` with "stackConfigDir: ${directory}"`;
}

/** The names of the stacks that have a settings file, sorted. */
export async function listStackSettings(project: Project): Promise<readonly string[]> {
  const { settingsDirectory, extension } = project;
  const names = await listNames(settingsDirectory);
  return names
    .filter((name) => name.startsWith("Pulumi.") && name.endsWith(extension))
    .map((name) => name.slice("Pulumi.".length, -extension.length))
    .filter((name) => name !== "")
    .toSorted();
}

/** Notes a new salt in a stack's settings, where Pulumi looks for it, leaving the rest of the file as it is. */
export async function writeEncryptionSalt(path: string, salt: string): Promise<void> {
  const { editSettings, replaceSettings } = await import("./edit-settings.ts");
  const { text } = (await readSettingsFile(path, WHAT, "described")) ?? { text: "" };
  if (path.endsWith(".json") || /^(---|%)/.test(text)) {
    await editSettings(path, WHAT, [{ path: ["encryptionsalt"], value: salt }]);
  } else {
    await replaceSettings(path, `encryptionsalt: ${salt}\n${text}`);
  }
}
