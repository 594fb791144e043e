/**
 * Answers of interpreters, kept in files between runs. A file that is damaged, of another version
 * or another user counts as none, and one that cannot be written is not missed.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { writeCacheFile } from "../../../common/cache/write-cache-file.ts";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import { parseModules, type PythonModules } from "./answer.ts";
import { SCRIPT } from "./script.ts";
import type { WatchedStates } from "./watch.ts";

/** An answer as it is kept. */
export interface KeptAnswer {
  readonly modules: PythonModules;
  readonly states: WatchedStates;
  /** A hash of all variables, when code of unknown kind ran as the interpreter started. */
  readonly variables: string | undefined;
}

/** To be counted up when the form of the files changes. */
const VERSION = 1;

/** How many are kept: one for each interpreter, environment and working directory. */
const FILES_KEPT = 32;

/** The file of an answer: what it is asked with, the script included, decides its name. */
export function fileOfAnswer(directory: string, asked: readonly string[]): string {
  const key = JSON.stringify([VERSION, SCRIPT, ...asked]);
  return path.join(
    directory,
    `${createHash("sha256").update(key).digest("hex").slice(0, 32)}.json`,
  );
}

/** Reads a kept answer, if there is one that can be used. */
export function readAnswer(file: string): KeptAnswer | undefined {
  return ignoringFileSystemErrors(() => {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined || stats.uid !== (process.getuid?.() ?? stats.uid)) return undefined;
    return parse(readFileSync(file, "utf8"));
  });
}

/** Keeps an answer, and drops the oldest ones when there are too many. */
export function keepAnswer(file: string, answer: KeptAnswer): void {
  const { interpreter, searched, modules } = answer.modules;
  const found = { interpreter, searched, modules: Object.fromEntries(modules) };
  ignoringFileSystemErrors(() => {
    writeCacheFile(file, JSON.stringify({ ...answer, modules: found }));
    dropOldest(path.dirname(file));
  });
}

function dropOldest(directory: string): void {
  const names = readdirSync(directory);
  if (names.length <= FILES_KEPT) return;
  const aged = names.map((name) => {
    const file = path.join(directory, name);
    // Another process may drop the same one.
    return { file, mtimeMs: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
  });
  const oldest = aged.toSorted((a, b) => b.mtimeMs - a.mtimeMs).slice(FILES_KEPT);
  for (const { file } of oldest) rmSync(file, { force: true });
}

function parse(text: string): KeptAnswer | undefined {
  const value = parseJson(text);
  if (!isRecord(value) || !isRecord(value["states"])) return undefined;
  const modules = parseModules(value["modules"]);
  const { whole, kinds, links } = value["states"];
  const { variables } = value;
  if (modules === undefined || !isTextRecord(whole) || !isTextRecord(kinds)) return undefined;
  if (!isTextRecord(links)) return undefined;
  if (variables !== undefined && typeof variables !== "string") return undefined;
  return { modules, states: { whole, kinds, links }, variables };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((item) => typeof item === "string");
}
