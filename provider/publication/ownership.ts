/**
 * Whose the nodes in a build folder are, and whether they may be replaced: an archive belongs to a
 * resource of a stack of a project, its content to nobody in particular.
 */
import { joinYPath } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import type { Folder, FolderEntry } from "./folder.ts";
import { ARCHIVE_NAME } from "./layout.ts";
import type { Publisher } from "./types.ts";
import type { VersionFile } from "./version-source.ts";

/** What decides whether a publication may replace what is there. */
export interface OwnershipOptions {
  readonly buildFolder: string;
  readonly digest: string;
  readonly publisher: Publisher;
  /** Take over what belongs to others, or was not written by this tool, and say so. */
  readonly adopt: boolean;
  /**
   * Whether a resource has left the build folder for another one, so that what it has here is about to
   * be removed: it need not be asked for. @default none has
   */
  readonly hasLeft?: ((owner: Publisher) => boolean) | undefined;
  /** MD5 of the archive that the publisher's state says it has published. @default not known */
  readonly publishedMd5?: string | undefined;
  /** As `publishedMd5`, of an archive that the cluster has put together. @default not known */
  readonly publishedChunks?: string | undefined;
  readonly log: (line: string) => void;
}

/** What somebody else has at a path that the publication wants. */
interface Claim {
  readonly path: string;
  /** Undefined for what this tool did not write. */
  readonly owner: Publisher | undefined;
}

const ADVICE = `set "adopt: true" to take it over, or choose another build folder`;

/**
 * Checks that the stable names are free, or belong to the publisher, or that the user wants them
 * taken over. What has the same content and no owner is taken over without asking.
 *
 * @param folder what is in the build folder now
 * @param wrappers what the publication will put into the build folder beside the archive
 * @throws {UserError} that names the node and its owner
 */
export function assertMayReplace(
  options: OwnershipOptions,
  folder: Folder,
  wrappers: readonly Pick<VersionFile, "name" | "md5">[],
): void {
  const { buildFolder, publisher } = options;
  const entries = [ARCHIVE_NAME, ...wrappers.map(({ name }) => name)]
    .map((name) => folder.get(name))
    .filter((entry) => entry !== undefined);
  for (const { name, type } of entries) {
    if (type !== "file" && type !== "link") {
      // Replacing it would remove everything below it, which `adopt` does not ask for.
      throw wrongType(options, name, type);
    }
  }
  const live = folder.get(ARCHIVE_NAME)?.record;
  // A wrapper of ours that somebody replaced by hand is still ours to repair.
  const isKnown = ({ name }: FolderEntry): boolean =>
    live !== undefined && live.wrappers[name] !== undefined && isOwn(live.publisher, publisher);
  const isStripped = findStripped(options, folder, wrappers);
  const claimed = entries.filter(
    // Behind a link that leads nowhere is nothing to lose.
    (entry) =>
      !entry.isBrokenLink && !isStripped(entry) && !isKnown(entry) && isClaimed(entry, options),
  );
  takeOver(
    options,
    claimed.map(({ name, record }) => ({
      path: joinYPath(buildFolder, name),
      owner: record?.publisher,
    })),
  );
}

/**
 * Finds what is the publisher's although somebody has stripped its attributes: the archive has the bytes that the
 * publisher's state tells, the wrappers beside it those that are wanted.
 */
function findStripped(
  { publishedMd5, publishedChunks }: OwnershipOptions,
  folder: Folder,
  wrappers: readonly Pick<VersionFile, "name" | "md5">[],
): (entry: FolderEntry) => boolean {
  const archive = folder.get(ARCHIVE_NAME);
  const isArchiveOwn =
    (publishedMd5 !== undefined && archive?.md5 === publishedMd5) ||
    (publishedChunks !== undefined && archive?.chunks === publishedChunks);
  const expected = new Map(wrappers.map(({ name, md5 }) => [name, md5]));
  return ({ name, record, md5 }) =>
    isArchiveOwn &&
    record === undefined &&
    (name === ARCHIVE_NAME || (md5 !== undefined && expected.get(name) === md5));
}

/**
 * Checks that a version that is there already is the publisher's, or may be taken over.
 *
 * @param directory its path
 * @param files what is in it
 * @throws {UserError} that names it and its owner
 */
export function assertMayUseVersion(
  options: OwnershipOptions,
  directory: string,
  files: Folder,
): void {
  const claimed = [...files.values()].filter(
    // What this tool did not write is no part of the version, or is put right.
    (entry) => entry.record !== undefined && isClaimed(entry, options),
  );
  takeOver(
    options,
    claimed.map(({ record }) => ({ path: directory, owner: record?.publisher })),
  );
}

/** Whether a node is somebody else's: the same content of nobody is free. */
function isClaimed({ record }: FolderEntry, { digest, publisher }: OwnershipOptions): boolean {
  if (record === undefined) {
    return true;
  }
  const isFree = isNobody(record.publisher) && record.digest === digest;
  return !isFree && !isOwn(record.publisher, publisher);
}

/** Says once of each owner what is taken over. @throws {UserError} when that is not wanted */
function takeOver(options: OwnershipOptions, claims: readonly Claim[]): void {
  const { publisher, adopt, hasLeft = () => false, log } = options;
  const refused = claims.find(({ owner }) => owner === undefined || !hasLeft(owner));
  if (refused !== undefined && !adopt) {
    throw refusal(options, `"${refused.path}" ${describeClaim(refused, publisher)}`);
  }
  const told = new Set<string>();
  for (const { path, owner } of claims) {
    const from = describeFormerOwner(owner);
    if (!told.has(from)) {
      told.add(from);
      log(`[Upload] Taking over "${path}", which ${from}`);
    }
  }
}

function describeClaim({ owner }: Claim, publisher: Publisher): string {
  if (owner === undefined) {
    return `was not written by this tool: ${ADVICE}`;
  }
  if (isNobody(owner)) {
    return `has other content, and no owner is recorded: ${ADVICE}`;
  }
  const isRenamed = owner.project === publisher.project && owner.stack === publisher.stack;
  const advice = isRenamed
    ? `if it was renamed, give it the alias "${owner.resource}", else ${ADVICE}`
    : ADVICE;
  return `belongs to ${describePublisher(owner)}, and this is ${describePublisher(publisher)}: ${advice}`;
}

function describeFormerOwner(owner: Publisher | undefined): string {
  if (owner === undefined) {
    return "was not written by this tool";
  }
  return isNobody(owner) ? "had no owner" : `belonged to ${describePublisher(owner)}`;
}

function wrongType(options: OwnershipOptions, name: string, type: string): UserError {
  return refusal(
    options,
    `"${joinYPath(options.buildFolder, name)}" is a node of type "${type}": ` +
      `remove it, or choose another build folder`,
  );
}

function refusal({ buildFolder }: OwnershipOptions, reason: string): UserError {
  return new UserError(`Cannot publish to "${buildFolder}" as ${reason}`, {
    argument: "buildFolder",
  });
}

/**
 * Whether what one publisher wrote is the other's: the resource keeps its id when it, its stack or
 * its project is renamed, and its name when its state is lost.
 */
export function isOwn(owner: Publisher, publisher: Publisher): boolean {
  return (
    (owner.resourceId !== "" && owner.resourceId === publisher.resourceId) ||
    isSameResource(owner, publisher)
  );
}

/** By name, not by id: a resource that lost its state comes back with a new id. */
export function isSameResource(a: Publisher, b: Publisher): boolean {
  return a.resource === b.resource && a.project === b.project && a.stack === b.stack;
}

/** Whether no owner is recorded at all. */
export function isNobody({ resource, project, stack, resourceId }: Publisher): boolean {
  return [resource, project, stack, resourceId].every((field) => field === "");
}

/** In words: `resource "daily" of stack "dev" (project "sales")`. */
export function describePublisher({ resource, stack, project }: Publisher): string {
  return `resource "${resource}" of stack "${stack}" (project "${project}")`;
}
