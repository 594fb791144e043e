/** The project's own files with settings. They are read only for promotions and for messages: Pulumi gives the values. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** The files that a stack's settings may be in. */
export interface SettingsFiles {
  /** Absolute path of `Pulumi.yaml`. */
  readonly project: string;
  /** Absolute path of the folder that holds `Pulumi.<stack>.yaml`. */
  readonly directory: string;
}

const EXTENSIONS = ["yaml", "yml", "json"];

/** Finds the project file upwards of a folder; undefined when there is none. */
export function findSettingsFiles(start: string): SettingsFiles | undefined {
  const project = EXTENSIONS.map((extension) => path.join(start, `Pulumi.${extension}`)).find(
    (file) => existsSync(file),
  );
  if (project !== undefined) {
    // Without a parser: this runs in every program that promotes.
    const text = readFileSync(project, "utf8");
    const [, folder = "."] =
      /^(?:stackConfigDir|config)[ \t]*:[ \t]+["']?([^\s"'#,}{[]+)/m.exec(text) ??
      /"stackConfigDir"\s*:\s*"([^"]+)"/.exec(text) ??
      [];
    return { project, directory: path.resolve(start, folder) };
  }
  const parent = path.dirname(start);
  return parent === start ? undefined : findSettingsFiles(parent);
}

/** The file of a stack's settings; undefined when there is none. */
export function findStackFile({ directory }: SettingsFiles, stack: string): string | undefined {
  return EXTENSIONS.map((extension) => path.join(directory, `Pulumi.${stack}.${extension}`)).find(
    (file) => existsSync(file),
  );
}
