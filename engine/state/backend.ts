/** Where Pulumi's file backend keeps the files of a stack. */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../common/errors/user-error.ts";
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
  readonly backup: string;
  readonly backups: string;
  readonly history: string;
  readonly locks: string;
}

/**
 * Finds the folder of a backend.
 *
 * @param urls in order of precedence: the environment's, the project file's
 * @param root the project's root, which is also the default
 * @throws {UserError} when the backend is not a folder
 */
export function backendDirectory(urls: readonly (string | undefined)[], root: string): string {
  const url = urls.find((candidate) => candidate !== undefined && candidate !== "");
  if (url === undefined) {
    return root;
  }
  if (!url.startsWith("file://")) {
    throw new UserError(
      `Cannot use the backend "${url}": the embedded engine keeps state only in folders (file://…), ` +
        "install the Pulumi CLI for others",
    );
  }
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

/** All the paths of one stack. */
export function stackPaths(backend: string, { project, stack }: StackIdentity): StackPaths {
  const directory = join(backend, ".pulumi");
  const checkpoint = join(directory, "stacks", project, `${stack}.json`);
  return {
    directory,
    meta: join(directory, "meta.yaml"),
    stacks: join(directory, "stacks", project),
    checkpoint,
    backup: `${checkpoint}.bak`,
    backups: join(directory, "backups", project, stack),
    history: join(directory, "history", project, stack),
    locks: join(directory, "locks", "organization", project, stack),
  };
}
