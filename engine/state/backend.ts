/** Where Pulumi's file backend keeps the files of a stack. */
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../common/errors/user-error.ts";
import { ignoringFileSystemErrors } from "../../common/files/file-errors.ts";
import { findHomeDirectory } from "../../common/user.ts";
import type { StackIdentity } from "./urn.ts";

/**
 * Where the state lives: Pulumi's file backend in its project-scoped layout (`.pulumi/meta.yaml` says
 * version 1; facts from pkg/backend/diy of pulumi/pulumi).
 */
export interface StackPaths {
  /** `.pulumi` itself. */
  readonly directory: string;
  readonly meta: string;
  /** The folder of the project's stacks. */
  readonly stacks: string;
  readonly checkpoint: string;
  readonly backups: string;
  readonly history: string;
  readonly locks: string;
}

/** Whether a backend is a folder, by its URL. */
export function isFolderUrl(url: string): boolean {
  return url.startsWith("file://");
}

/**
 * Finds the folder of a backend, which must be there: one that is not mounted would look like one without stacks.
 *
 * @param url as Pulumi has it: `file:///path`, `file://~/path`, `file://path`
 * @param root what a relative path is relative to
 * @throws {UserError} when the backend is not a folder, or is gone
 */
export function backendFolder(url: string, root: string): string {
  if (!isFolderUrl(url)) {
    throw new UserError(
      `Cannot use the backend "${url}": the embedded engine keeps state only in folders (file://…), ` +
        "install the Pulumi CLI for others",
    );
  }
  const folder = pathOf(url, root);
  if (ignoringFileSystemErrors(() => statSync(folder).isDirectory()) !== true) {
    throw new UserError(
      `Cannot use the backend "${url}": there is no folder "${folder}", mount it, or make it if it is to be a new one`,
    );
  }
  return folder;
}

function pathOf(url: string, root: string): string {
  const path = url.slice("file://".length).replace(/\?.*$/, "");
  if (path === "~" || path.startsWith("~/")) {
    const home = findHomeDirectory();
    if (home !== undefined) {
      return join(home, path.slice(1));
    }
    throw new UserError(`Cannot use the backend "${url}" as you have no home directory: set HOME`);
  }
  if (path.startsWith("/")) {
    return fileURLToPath(`file://${path}`);
  }
  return resolve(root, path);
}

/**
 * All the paths of one stack.
 *
 * @throws {UserError} when a name would lead elsewhere
 */
export function stackPaths(backend: string, { project, stack }: StackIdentity): StackPaths {
  assertName("project", project);
  assertName("stack", stack);
  const directory = join(backend, ".pulumi");
  return {
    directory,
    meta: join(directory, "meta.yaml"),
    stacks: join(directory, "stacks", project),
    checkpoint: join(directory, "stacks", project, `${stack}.json`),
    backups: join(directory, "backups", project, stack),
    history: join(directory, "history", project, stack),
    locks: join(directory, "locks", "organization", project, stack),
  };
}

/** As Pulumi has it (`ValidateProjectName` and `ParseStackName` in sdk/go/common/tokens of pulumi/pulumi), and no dots alone. */
function assertName(of: "project" | "stack", name: string): void {
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(name) || /^\.{1,2}$/.test(name)) {
    throw new UserError(
      `Cannot use ${of} "${name}": a ${of}'s name has only letters, digits, "-", "_" and ".", at most 100`,
    );
  }
}
