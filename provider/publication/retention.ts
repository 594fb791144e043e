/** Removes old versions, and decides which. */
import { joinYPath, LockConflictError } from "../yt/index.ts";
import type { LightCommands } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { listVersions } from "./folder.ts";
import { versionsPathOf } from "./layout.ts";
import { recordOwner } from "./owner-record.ts";
import { isOwn } from "./ownership.ts";
import type { Publisher } from "./types.ts";

/** How long a version stays after an earlier release, which left no marks, promoted it from here. */
const PROMOTION_GRACE_DAYS = 30;

/** What decides whether a version may go. */
export interface RetainedVersion {
  /** Name of its directory, the digest. */
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly creationTime: string;
  /** ISO 8601, UTC; when it was last promoted from here. */
  readonly promotedAt: string | undefined;
  /** Whether somebody runs or pins it elsewhere: a mark, which has no end but its removal. @default false */
  readonly isMarked?: boolean;
}

export interface RetentionPolicy {
  /** How many of the newest stay. */
  readonly keepVersions: number;
  /** Name of the live version, which always stays. */
  readonly live: string;
  readonly now: Date;
}

/** The versions that may go: neither live, nor among the newest, nor in use elsewhere, nor promoted lately. */
export function selectExpired(
  versions: readonly RetainedVersion[],
  { keepVersions, live, now }: RetentionPolicy,
): readonly string[] {
  const graceStart = now.getTime() - PROMOTION_GRACE_DAYS * 24 * 60 * 60 * 1000;
  return versions
    .toSorted(newestFirst)
    .slice(keepVersions)
    .filter(({ name, isMarked = false }) => name !== live && !isMarked)
    .filter(({ promotedAt }) => promotedAt === undefined || !(Date.parse(promotedAt) >= graceStart))
    .map(({ name }) => name);
}

/** @throws {UserError} for a number that is no count */
export function assertKeepVersions(keepVersions: number): void {
  if (!Number.isSafeInteger(keepVersions) || keepVersions < 1) {
    throw new UserError(`Cannot keep ${keepVersions} versions: keepVersions must be 1 or more`, {
      argument: "keepVersions",
    });
  }
}

/** What expires in a build folder, and of whom. */
export interface ExpiryPolicy extends RetentionPolicy {
  readonly publisher: Publisher;
  /** Whether archives there were put together of pieces. */
  readonly hasPieces: boolean;
}

/**
 * Removes the publisher's versions that have expired, and pieces that only those were put together of. One that
 * another transaction has locked stays until the next publication. What others wrote is left alone. Those of the
 * publisher's that stay bear its present name and id.
 */
export async function removeExpiredVersions(
  transaction: LightCommands,
  buildFolder: string,
  { publisher, hasPieces, ...policy }: ExpiryPolicy,
  log: (line: string) => void,
): Promise<void> {
  const versionsPath = versionsPathOf(buildFolder);
  const folder = await listVersions(transaction, versionsPath);
  const own = [...folder.values()].filter(
    // A copy that somebody keeps under another name has our attributes too.
    ({ type, name, record }) =>
      type === "map_node" && record?.digest === name && isOwn(record.publisher, publisher),
  );
  const versions = own.map(({ name, creationTime, record, marks }) => ({
    name,
    creationTime,
    promotedAt: record?.promotedAt,
    isMarked: marks.length > 0,
  }));
  const expired = selectExpired(versions, policy);
  const kept = own.filter(({ name }) => !expired.includes(name));
  await recordOwner(transaction, versionsPath, kept, publisher);
  for (const name of expired) {
    const path = joinYPath(versionsPath, name);
    try {
      await transaction.remove(path, { recursive: true, force: true });
    } catch (error) {
      if (!(error instanceof LockConflictError)) {
        throw error;
      }
      log(`[Upload] Keeping old version "${path}" for now: ${error.innermostMessage}`);
    }
  }
  if (hasPieces) {
    const { removeUnneededPieces } = await import("./pieces/remove-pieces.ts");
    const staying = [...folder.values()].filter(({ name }) => !expired.includes(name));
    const needed = new Set(staying.flatMap(({ pieces }) => pieces));
    await removeUnneededPieces(transaction, buildFolder, needed, publisher);
  }
}

/** The cluster's times sort as text; equal ones by name, so that the order is always the same. */
function newestFirst(a: RetainedVersion, b: RetainedVersion): number {
  if (a.creationTime !== b.creationTime) {
    return a.creationTime < b.creationTime ? 1 : -1;
  }
  return a.name < b.name ? 1 : -1;
}
