/** Changes single values of a project's files and leaves all else in them as it is: comments, order, spelling. */
import { realpath, stat } from "node:fs/promises";
import { extname } from "node:path";
import { isCollection, isMap, isNode } from "yaml";
import type { Document, Node } from "yaml";
import { UserError } from "../../common/errors/user-error.ts";
import { writeAtomically } from "../../common/files/atomic-write.ts";
import { fileErrorWords } from "../../common/files/file-error-reason.ts";
import { isMissing } from "../../common/files/file-errors.ts";
import { messageOf } from "../../common/errors/message-of.ts";
import { toGoJson } from "./go-json.ts";
import type { PropertyPath } from "./property-path.ts";
import { parseSettings, readSettingsFile } from "./settings-file.ts";
import { withoutValueAt, withValueAt } from "./value-tree.ts";

/** One change: a value to set, or none to remove what is there. */
export interface SettingsEdit {
  readonly path: PropertyPath;
  /** A tree of plain values; undefined removes. */
  readonly value: unknown;
}

/** Files of settings may be read by all, as the Pulumi CLI writes them; what is secret in them is encrypted. */
const MODE = 0o644;

/**
 * Changes a file of settings, which is made when it is not there.
 *
 * @throws {UserError} when it does not parse, or a change cannot be made without touching something else
 */
export async function editSettings(
  path: string,
  what: string,
  edits: readonly SettingsEdit[],
): Promise<void> {
  const before = await readSettingsFile(path, what, "described");
  const text = before?.text ?? "";
  let wanted: unknown = before?.content ?? {};
  for (const { path: place, value } of edits) {
    wanted =
      value === undefined ? withoutValueAt(wanted, place) : withValueAt(wanted, place, value);
  }
  const isJson = extname(path) === ".json";
  const edited = isJson ? `${toJson(wanted)}\n` : await editYaml(text, edits, path);
  const after = parseSettings(edited, path, `the ${what} "${path}"`, "described");
  if (toGoJson(after) !== toGoJson(wanted)) {
    throw new UserError(
      `Cannot change the ${what} "${path}" without changing something else in it, such as what an alias repeats: edit it by hand`,
    );
  }
  await replaceSettings(path, edited);
}

/**
 * Writes a file of settings anew, atomically.
 *
 * @throws {UserError} when the file system refuses
 */
export async function replaceSettings(path: string, text: string): Promise<void> {
  try {
    // A link stays one.
    const file = await realpath(path);
    const { mode } = await stat(file);
    await writeAtomically(file, text, { mode: mode & 0o777, flush: true });
  } catch (error) {
    if (!isMissing(error)) {
      throw new UserError(
        `Cannot write "${path}": ${error instanceof Error ? fileErrorWords(error) : messageOf(error)}`,
      );
    }
    await writeAtomically(path, text, { mode: MODE, directoryMode: 0o777, flush: true });
  }
}

function toJson(content: unknown): string {
  return JSON.stringify(
    content,
    (_key, value: unknown) => (typeof value === "bigint" ? Number(value) : value),
    4,
  );
}

async function editYaml(
  text: string,
  edits: readonly SettingsEdit[],
  path: string,
): Promise<string> {
  // Loaded here: this part of the library is needed only to write.
  const { formatOf, makeNode, parseAsWritten } = await import("./yaml-document.ts");
  const document = parseAsWritten(text);
  for (const { path: place, value } of edits) {
    if (value === undefined) {
      removeAt(document, place);
    } else {
      setAt(document, place, value, makeNode);
    }
  }
  try {
    return formatOf(text).write(document);
  } catch (error) {
    throw new UserError(`Cannot change "${path}": ${messageOf(error)}`);
  }
}

function setAt(
  document: Document,
  path: PropertyPath,
  value: unknown,
  makeNode: (value: unknown) => Node,
): void {
  // The deepest list or map on the way is where something is put; what is below is made whole.
  let depth = path.length - 1;
  while (depth > 0 && !isCollectionAt(document, path.slice(0, depth))) {
    depth--;
  }
  const below = withValueAt(undefined, path.slice(depth + 1), value);
  const parent: unknown =
    depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
  if (isMap(parent) && parent.items.length === 0) {
    // "config: {}" goes on as lines.
    parent.flow = false;
  }
  const place = path.slice(0, depth + 1);
  const node = makeNode(below);
  keepComments(document.getIn(place, true), node);
  document.setIn(place, node);
}

/** Gives a value the comments of the one whose place it takes: beside a scalar, above the lines of a list or map. */
function keepComments(before: unknown, after: Node): void {
  if (!isNode(before)) {
    return;
  }
  const { commentBefore, comment } = before;
  if (isCollection(before) === isCollection(after)) {
    Object.assign(after, { commentBefore, comment });
    return;
  }
  const comments = [commentBefore, comment].filter((text) => typeof text === "string");
  if (comments.length > 0) {
    after[isCollection(after) ? "commentBefore" : "comment"] = comments.join("\n");
  }
}

function removeAt(document: Document, path: PropertyPath): void {
  if (document.hasIn(path)) {
    document.deleteIn(path);
  }
}

function isCollectionAt(document: Document, path: PropertyPath): boolean {
  return isCollection(document.getIn(path, true));
}
