/** Finds programs that would declare nothing, without a word: Pulumi calls a default export only in an ES module. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { isRecord } from "../../common/values/is-record.ts";
import type { Project } from "./project.ts";

const DEFAULT_FUNCTION = /^export default (?:async\b|function\b|\()/m;

/**
 * Makes sure that a program's default export is called. Whether it is follows from `type` in the nearest `package.json`
 * alone (`runProgram` in sdk/nodejs/cmd/run/run.ts of pulumi/pulumi), whatever Node finds in the file.
 *
 * @throws {UserError} when it is not
 */
export async function assertDefaultExportIsCalled({ program, runtime }: Project): Promise<void> {
  const { directory, entry } = program;
  const file = runtime === "nodejs" ? await findDefaultFunction(directory, entry) : undefined;
  if (file === undefined) {
    return;
  }
  const found = await findPackage(directory);
  if (found !== undefined && !found.isModule) {
    throw new UserError(
      `Cannot run "${file}" as Pulumi does not call its default export: "${found.path}" does not say "type": "module", ` +
        'run "npm pkg set type=module"',
    );
  }
}

/** The program's file, when its default export is a function. */
async function findDefaultFunction(directory: string, entry: string): Promise<string | undefined> {
  for (const name of entry === "." ? ["index.js", "index.ts"] : [entry]) {
    const file = join(directory, name);
    const text = await readText(file);
    if (text !== undefined) {
      return DEFAULT_FUNCTION.test(text) ? file : undefined;
    }
  }
  return undefined;
}

/** The nearest `package.json`; undefined when there is none, or it cannot be read: the run says what is wrong then. */
async function findPackage(
  directory: string,
): Promise<{ readonly path: string; readonly isModule: boolean } | undefined> {
  const path = join(directory, "package.json");
  const text = await readText(path);
  if (text !== undefined) {
    try {
      const content: unknown = JSON.parse(text);
      return { path, isModule: isRecord(content) && content["type"] === "module" };
    } catch {
      return undefined;
    }
  }
  const above = dirname(directory);
  return above === directory ? undefined : findPackage(above);
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
