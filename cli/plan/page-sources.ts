/**
 * Reads the page's own sources in `page/`, which browsers understand as they are. Its modules
 * become one script, as an inline script can import nothing from a file.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { packageFile } from "../../common/package-file.ts";

/** An import of names from a module: all the forms there are in `page/` and `common/page/`. */
const IMPORT = /^import \{[^}]*\} from "(\.\.?\/[a-z./-]+\.js)";\n/gm;

/** The pieces of the page. */
export interface PageSources {
  readonly html: string;
  readonly style: string;
  readonly script: string;
}

/** Reads the pieces of the page. */
export async function readPageSources(): Promise<PageSources> {
  const folder = packageFile("cli/plan/page");
  const [html, base, own, script] = await Promise.all([
    readFile(path.join(folder, "page.html"), "utf8"),
    readFile(packageFile("common/page/base.css"), "utf8"),
    readFile(path.join(folder, "page.css"), "utf8"),
    joinModules((name) => readFile(packageFile(name), "utf8"), "cli/plan/page/main.js"),
  ]);
  return { html, style: `${base}\n${own}`, script };
}

/**
 * Joins a module and those it imports to one that imports nothing.
 *
 * All names at the top of the modules come to stand beside each other; two of one name are a
 * syntax error in a browser.
 *
 * @param readModule gives a module's text by its path
 * @param main path of the first
 * @throws {Error} for an import or export of a form that is not used here
 */
export async function joinModules(
  readModule: (name: string) => Promise<string>,
  main: string,
): Promise<string> {
  const joined = new Map<string, string>();
  const add = async (name: string): Promise<void> => {
    if (joined.has(name)) {
      return;
    }
    // Known before its imports are followed, so that a circle of imports ends.
    joined.set(name, "");
    const text = await readModule(name);
    for (const [, imported = ""] of text.matchAll(IMPORT)) {
      await add(path.posix.join(path.posix.dirname(name), imported));
    }
    const body = text
      .replaceAll(IMPORT, "")
      .replaceAll(/^export (?=async |function|class|const)/gm, "");
    const left = /^(?:import|export)\b.*$/m.exec(body);
    if (left !== null) {
      throw new Error(`Cannot join the page's module "${name}": ${left[0]}`);
    }
    joined.delete(name);
    joined.set(name, body);
  };
  await add(main);
  return [...joined.values()].join("\n");
}
