/** What an interpreter answers: where modules are, and what that depends on. */
import { isRecord } from "../../../common/values/is-record.ts";

/**
 * The `*.dist-info` or `*.egg-info` of the distributions that bring a module, absolute paths; left
 * out when there are none. An old `*.egg-info` may be a file.
 */
type Metadata = readonly string[];

/** Where a module's code is. */
export type PythonModule =
  /** A package: one directory, or several for a namespace package (earlier ones win). */
  | {
      readonly type: "package";
      readonly directories: readonly string[];
      /** Subpackages and modules of it that are elsewhere; looked at after all directories. */
      readonly mapped: readonly { readonly directory: string; readonly entry: string }[];
      readonly metadata?: Metadata;
    }
  /** A single-file module. */
  | { readonly type: "file"; readonly file: string; readonly metadata?: Metadata }
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

/** An answer with what it depends on. */
export interface PythonAnswer extends PythonModules {
  /**
   * Absolute paths, some with nothing there: as long as they, the variables and the working
   * directory stay as they are, so does the answer. Null when that cannot be told.
   */
  readonly dependsOn: readonly string[] | null;
}

/** Reads an answer as `query.py` writes it, or returns undefined for anything else. */
export function parseAnswer(value: unknown): PythonAnswer | undefined {
  const { interpreter, searched, modules, dependsOn } = fieldsOf(value);
  return typeof interpreter === "string" &&
    isTexts(searched) &&
    isModules(modules) &&
    (dependsOn === null || isTexts(dependsOn))
    ? { interpreter, searched, modules: new Map(Object.entries(modules)), dependsOn }
    : undefined;
}

/** Leaves of an answer only the modules of these names. */
export function onlyModules(
  { interpreter, searched, modules }: PythonModules,
  names: readonly string[],
): PythonModules {
  const wanted = new Set(names);
  const found = [...modules].filter(([name]) => wanted.has(name));
  return { interpreter, searched, modules: new Map(found) };
}

function isModules(value: unknown): value is Readonly<Record<string, PythonModule>> {
  return isRecord(value) && Object.values(value).every(isModule);
}

function isModule(value: unknown): value is PythonModule {
  const { type, directories, mapped, file, reason, metadata } = fieldsOf(value);
  if (metadata !== undefined && !isTexts(metadata)) {
    return false;
  }
  return (
    type === "missing" ||
    (type === "file" && typeof file === "string") ||
    (type === "unpackable" && typeof reason === "string") ||
    (type === "package" && isTexts(directories) && Array.isArray(mapped) && mapped.every(isMapped))
  );
}

function isMapped(value: unknown): boolean {
  const { directory, entry } = fieldsOf(value);
  return typeof directory === "string" && typeof entry === "string";
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
