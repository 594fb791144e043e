/** Whose the nodes in a build folder are, and whether they may be replaced. */
import { joinYPath } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import type { Folder } from "./folder.ts";
import { ARCHIVE_NAME } from "./layout.ts";
import type { Publisher } from "./types.ts";

export interface OwnershipOptions {
  readonly buildFolder: string;
  /** What is in the build folder now. */
  readonly folder: Folder;
  readonly digest: string;
  /** Names that the publication will put into the build folder beside the archive. */
  readonly wrapperNames: readonly string[];
  readonly publisher: Publisher;
  readonly adopt: boolean;
}

const ADVICE = `set "adopt: true" to take it over, or choose another build folder`;

/**
 * Checks that the stable names are free, or belong to the publisher, or that the user wants them
 * taken over. An archive with the same content is taken over without asking: nothing is lost by that.
 *
 * @throws {UserError} that names the node and its owner
 */
export function assertMayReplace(options: OwnershipOptions): void {
  const { buildFolder, folder, digest, wrapperNames, publisher, adopt } = options;
  const live = folder.get(ARCHIVE_NAME);
  for (const name of [ARCHIVE_NAME, ...wrapperNames]) {
    const type = folder.get(name)?.type;
    if (type !== undefined && type !== "file" && type !== "link") {
      // Replacing it would remove everything below it, which `adopt` does not ask for.
      throw refuse(
        `"${joinYPath(buildFolder, name)}" is a node of type "${type}": ` +
          `remove it, or choose another build folder`,
      );
    }
  }
  if (adopt) {
    return;
  }
  const foreign = [ARCHIVE_NAME, ...wrapperNames].find((name) => {
    const entry = folder.get(name);
    // A wrapper of ours that somebody replaced by hand is still ours to repair.
    const known = live?.record?.wrappers[name] !== undefined;
    return entry !== undefined && entry.record === undefined && !known;
  });
  if (foreign !== undefined) {
    throw refuse(`"${joinYPath(buildFolder, foreign)}" was not written by this tool: ${ADVICE}`);
  }
  const owner = live?.record?.publisher;
  if (owner !== undefined && live?.record?.digest !== digest && !isSameResource(owner, publisher)) {
    throw refuse(
      `"${joinYPath(buildFolder, ARCHIVE_NAME)}" belongs to ${describePublisher(owner)}, ` +
        `and this is ${describePublisher(publisher)}: ${ADVICE}`,
    );
  }

  function refuse(reason: string): UserError {
    return new UserError(`Cannot publish to "${buildFolder}" as ${reason}`, {
      argument: "buildFolder",
    });
  }
}

/** By name, not by id: a resource that lost its state comes back with a new id. */
export function isSameResource(a: Publisher, b: Publisher): boolean {
  return a.resource === b.resource && a.project === b.project && a.stack === b.stack;
}

/** In words: `resource "daily" of stack "dev" (project "sales")`. */
export function describePublisher({ resource, stack, project }: Publisher): string {
  return `resource "${resource}" of stack "${stack}" (project "${project}")`;
}
