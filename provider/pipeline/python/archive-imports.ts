/** What packed code imports from the archive's own `ytjobs` and `stages`: noticed while files are hashed. */
import { STAGES_FOLDER } from "../stages/stage-root.ts";
import { findImports } from "./find-imports.ts";
import type { PythonImport } from "./find-imports.ts";

/** The top-level names that nothing but the archive has. */
const ROOTS: readonly string[] = ["ytjobs", STAGES_FOLDER];

/** Code that changes where it finds modules knows best. */
const CHANGES_SEARCH = "sys.path";

/**
 * Looks at the start of a file.
 *
 * @param file its path
 * @returns what {@link parseArchiveImports} reads, without spaces; undefined for nearly all files
 */
export function archiveImportsOf(file: string, start: Buffer): string | undefined {
  if (!file.endsWith(".py") || !ROOTS.some((root) => start.includes(root))) {
    return undefined;
  }
  const text = start.toString("latin1").replace(/^\u00EF\u00BB\u00BF/, "");
  if (text.includes(CHANGES_SEARCH)) {
    return undefined;
  }
  const imports = findImports(text, ROOTS);
  return imports.length === 0 ? undefined : imports.map(importText).join(";");
}

function importText({ line, module, names }: PythonImport): string {
  return [line, module, names.filter((name) => /^(?:\w+|\*)$/.test(name)).join(",")].join(":");
}

/** Reads what {@link archiveImportsOf} has written. */
export function parseArchiveImports(text: string): readonly PythonImport[] {
  return text.split(";").map((one) => {
    const [line = "", module = "", names = ""] = one.split(":");
    return { line: Number(line), module, names: names.split(",").filter((name) => name !== "") };
  });
}
