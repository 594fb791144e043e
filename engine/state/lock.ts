/** Locks of stacks, in the files of Pulumi's own file backend, so that the CLI and this engine respect each other. */
import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { writeAtomically } from "../../common/files/atomic-write.ts";
import { textOr } from "../values/text.ts";
import { findFileErrorReason } from "../../common/files/file-error-reason.ts";
import { isMissing, isSystemError } from "../../common/files/file-errors.ts";
import { listNames } from "../../common/files/list-names.ts";
import { isAlive, processSpace, startTimeOf } from "../../common/files/process-identity.ts";
import type { ProcessIdentity } from "../../common/files/process-identity.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { userName } from "../../common/user.ts";
import type { StackStore } from "./stack-store.ts";

/**
 * Who holds a lock, as Pulumi writes it (`lockContent` in pkg/backend/diy/lock.go of pulumi/pulumi),
 * and two fields of this engine's own, which the CLI does not mind.
 */
export interface LockHolder extends ProcessIdentity {
  /** The file. */
  readonly path: string;
  readonly username: string;
  readonly hostname: string;
  /** Since when, RFC 3339. */
  readonly timestamp: string;
  /** See `processSpace()`. */
  readonly space: string | undefined;
}

/** A stack that is locked; {@link StackLock.release} lets others have it. */
export interface StackLock {
  /** The locks of processes that have ended, in words; they were removed. */
  readonly staleLocks: readonly string[];
  release(): Promise<void>;
}

/**
 * Removes the locks of a stack, whoever holds them, as `pulumi cancel` does.
 *
 * @returns whose they were
 * @throws {Error} what the file system refuses
 */
export async function cancelLocks(store: StackStore): Promise<readonly LockHolder[]> {
  const holders = await readHolders(store.paths.locks, undefined);
  for (const { path } of holders) {
    await rm(path, { force: true });
  }
  return holders;
}

/** Who holds a lock, in words: `someone@host (pid 12) since 2026-01-02T03:04:05Z`. */
export function describeHolder({ username, hostname: host, pid, timestamp }: LockHolder): string {
  return `${username}@${host} (pid ${pid}) since ${timestamp}`;
}

/**
 * Locks a stack against a second operation, in the way Pulumi's file backend does: everyone writes a
 * file of their own and then looks whether there is another. Locks of processes that have surely ended are removed.
 *
 * @throws {UserError} that names the holder when the stack is locked
 */
export async function lockStack(store: StackStore): Promise<StackLock> {
  const directory = store.paths.locks;
  const own = join(directory, `${randomUUID()}.json`);
  const seenBefore = await assertNoOtherHolder(store, own);
  await writeLock(own, store.identity.stack);
  // One that cannot be removed is that of a process that has ended, soon.
  const release = () => rm(own, { force: true }).catch(ignoreSystemErrors);
  try {
    // Another process may have written its lock since the first look. Then both may give way.
    const seenAfter = await assertNoOtherHolder(store, own);
    return { staleLocks: [...seenBefore, ...seenAfter], release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function writeLock(own: string, stack: string): Promise<void> {
  const holder = {
    pid: process.pid,
    username: userName(),
    hostname: hostname(),
    timestamp: new Date().toISOString(),
    started: startTimeOf(process.pid),
    space: processSpace(),
  };
  try {
    // Others must be able to read who holds it, and it tells no more than that.
    await writeAtomically(own, JSON.stringify(holder), { mode: 0o666, directoryMode: 0o700 });
  } catch (error) {
    if (!isSystemError(error)) {
      throw error;
    }
    throw new UserError(
      `Cannot lock stack "${stack}" as its state cannot be written: ` +
        `${findFileErrorReason(error) ?? error.message}: directory is "${dirname(own)}"; ` +
        "name a place that can be written in PULUMI_BACKEND_URL (file:///path)",
    );
  }
}

async function assertNoOtherHolder(store: StackStore, own: string): Promise<readonly string[]> {
  const holders = await readHolders(store.paths.locks, own);
  const dead = holders.filter((holder) => !mayRun(holder));
  const alive = holders.filter((holder) => !dead.includes(holder));
  if (alive.length > 0) {
    const { stack } = store.identity;
    throw new UserError(
      `Cannot change stack "${stack}": it is locked, held by ${alive.map(describeHolder).join(" and by ")}: ` +
        `wait for that to end, or run "ytcode cancel --stack ${stack}" when it is gone`,
    );
  }
  for (const { path } of dead) {
    await rm(path, { force: true });
  }
  return dead.map(({ pid, timestamp }) => `process ${pid}, which took it at ${timestamp}`);
}

async function readHolders(
  directory: string,
  own: string | undefined,
): Promise<readonly LockHolder[]> {
  const names = await listNames(directory);
  const paths = names.filter((name) => name.endsWith(".json")).map((name) => join(directory, name));
  const holders = await Promise.all(paths.filter((path) => path !== own).map(readHolder));
  return holders.filter((holder) => holder !== undefined);
}

async function readHolder(path: string): Promise<LockHolder | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    // Released since the folder was listed.
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // Its holder is just writing it, so that it is not known who that is.
    content = {};
  }
  const fields = isRecord(content) ? content : {};
  return {
    path,
    pid: Number(fields["pid"] ?? 0),
    started: typeof fields["started"] === "string" ? fields["started"] : undefined,
    username: textOr(fields["username"], "unknown"),
    hostname: textOr(fields["hostname"], "unknown"),
    space: typeof fields["space"] === "string" ? fields["space"] : undefined,
    timestamp: textOr(fields["timestamp"], "unknown"),
  };
}

/**
 * Whether a holder's process may still run. It has surely ended only where it could be seen from here: the locks of
 * other machines, of other containers, of before a restart, and of the CLI, which do not tell, are a person's to remove.
 */
function mayRun(holder: LockHolder): boolean {
  const isNeighbour =
    holder.hostname === hostname() && holder.space !== undefined && holder.space === processSpace();
  return !isNeighbour || isAlive(holder);
}

function ignoreSystemErrors(error: unknown): void {
  if (!isSystemError(error)) {
    throw error;
  }
}
