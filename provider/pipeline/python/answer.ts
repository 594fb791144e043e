/** What the interpreter answers: the places of modules, and what that depends on. */
import { isRecord } from "../../../common/values/is-record.ts";

/** A subpackage or module that an editable install brings into a package from elsewhere. */
export interface MappedEntry {
  readonly directory: string;
  /** The name of the file or directory in it, and in the package. */
  readonly entry: string;
}

/** Where a module's code is. */
export type PythonModule =
  /** A package: one directory, or several for a namespace package (earlier ones win). */
  | {
      readonly type: "package";
      readonly directories: readonly string[];
      /** Looked at after all directories. @default none */
      readonly mapped?: readonly MappedEntry[];
    }
  /** A single-file module. */
  | { readonly type: "file"; readonly file: string }
  /** There, but nothing to pack. The reason is a sentence about "it" that says what to do. */
  | { readonly type: "unpackable"; readonly reason: string }
  | { readonly type: "missing" };

/** What an interpreter knows of some modules. */
export interface PythonModules {
  /** The interpreter's own path and version, for messages: `/usr/bin/python3 3.11.7`. */
  readonly interpreter: string;
  /** The directories and files of `sys.path`, without the current directory. */
  readonly searched: readonly string[];
  readonly modules: ReadonlyMap<string, PythonModule>;
}

/**
 * What ran as the interpreter started (lines of `.pth` files, `sitecustomize`):
 *
 * - `known`: nothing, or tools of which it is known what they depend on;
 * - `unknown`: other code, which left the search for modules as it was;
 * - `changed`: other code that changed the search.
 */
export type StartUp = "known" | "unknown" | "changed";

/** An answer with what it depends on. All paths are absolute. */
export interface PythonAnswer extends PythonModules {
  /** `sys.executable`; in a virtual environment a link to the program. */
  readonly executable: string;
  /** The real path of the program that ran. */
  readonly program: string;
  readonly start: StartUp;
  /** Files and directories of which any change counts. */
  readonly whole: readonly string[];
  /** Paths of which counts only whether a file, a directory or nothing is there. */
  readonly kinds: readonly string[];
}

/**
 * Reads {@link PythonModules} that were written as JSON, `modules` as an object.
 *
 * @returns undefined for anything else
 */
export function parseModules(value: unknown): PythonModules | undefined {
  if (!isRecord(value) || !isRecord(value["modules"])) return undefined;
  const { interpreter, searched } = value;
  if (typeof interpreter !== "string" || !isTexts(searched)) return undefined;
  const modules = new Map<string, PythonModule>();
  for (const [name, found] of Object.entries(value["modules"])) {
    const module = parseModule(found);
    if (module === undefined) return undefined;
    modules.set(name, module);
  }
  return { interpreter, searched, modules };
}

/** Reads an answer as the script writes it, or returns undefined for anything else. */
export function parseAnswer(value: unknown): PythonAnswer | undefined {
  const found = parseModules(value);
  if (found === undefined || !isRecord(value)) return undefined;
  const { executable, program, start, whole, kinds } = value;
  if (typeof executable !== "string" || typeof program !== "string") return undefined;
  if (!isTexts(whole) || !isTexts(kinds)) return undefined;
  if (start !== "known" && start !== "unknown" && start !== "changed") return undefined;
  return { ...found, executable, program, start, whole, kinds };
}

function parseModule(value: unknown): PythonModule | undefined {
  if (!isRecord(value)) return undefined;
  const { type, directories, mapped, file, reason } = value;
  if (type === "missing") return { type };
  if (type === "package" && isTexts(directories) && isMapped(mapped)) {
    return { type, directories, mapped };
  }
  if (type === "file" && typeof file === "string") return { type, file };
  if (type === "unpackable" && typeof reason === "string") return { type, reason };
  return undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isMapped(value: unknown): value is readonly MappedEntry[] {
  return (
    Array.isArray(value) &&
    value.every((item) => isRecord(item) && isTexts([item["directory"], item["entry"]]))
  );
}
