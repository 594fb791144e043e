/** Locks of stacks, in the files of Pulumi's own file backend, so that the CLI and this engine respect each other. */
import { randomUUID } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { textOr } from "../values/text.ts";
import { findFileErrorReason } from "../../common/files/file-error-reason.ts";
import { isMissing, isSystemError } from "../../common/files/file-errors.ts";
import { listNames } from "../../common/files/list-names.ts";
import { makeDirectory } from "../../common/files/make-directory.ts";
import { isAlive, startClockTimeOf, startTimeOf } from "../../common/files/process-identity.ts";
import type { ProcessIdentity } from "../../common/files/process-identity.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { userName } from "../../common/user.ts";
import type { StackStore } from "./stack-store.ts";

/**
 * By how much a clock may be set forward between a lock and a look at it, as NTP does, before its holder
 * is taken for another process, milliseconds. It must be short: the ids of processes are given again
 * soon after a container starts anew.
 */
const CLOCK_MARGIN_MS = 10_000;

/**
 * Who holds a lock, as Pulumi writes it (`lockContent` in pkg/backend/diy/lock.go of pulumi/pulumi),
 * and one field of this engine's own, which the CLI does not mind.
 */
interface Holder extends ProcessIdentity {
  readonly path: string;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/** A stack that is locked; {@link StackLock.release} lets others have it. */
export interface StackLock {
  /** The locks of processes that have ended, in words; they were removed. */
  readonly staleLocks: readonly string[];
  release(): Promise<void>;
}

/**
 * Locks a stack against a second operation, in the way Pulumi's file backend does: everyone writes a
 * file of their own and then looks whether there is another. Locks of dead processes of this machine are removed.
 *
 * @throws {UserError} that names the holder when the stack is locked
 */
export async function lockStack(store: StackStore): Promise<StackLock> {
  const directory = store.paths.locks;
  const own = join(directory, `${randomUUID()}.json`);
  const seenBefore = await assertNoOtherHolder(store, own);
  await writeLock(own, store.identity.stack);
  const release = () => rm(own, { force: true });
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
  };
  try {
    makeDirectory(dirname(own));
    await writeFile(own, JSON.stringify(holder));
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
    const lines = alive.map(
      ({ path, username, hostname: host, pid, timestamp }) =>
        `\n  ${path}: held by ${username}@${host} (pid ${pid}) since ${timestamp}`,
    );
    throw new UserError(
      `Cannot change stack "${store.identity.stack}": another operation has locked it, ` +
        `wait for it to end, or delete the lock when its process is gone${lines.join("")}`,
    );
  }
  for (const { path } of dead) {
    await rm(path, { force: true });
  }
  return dead.map(({ pid, timestamp }) => `process ${pid}, which took it at ${timestamp}`);
}

async function readHolders(directory: string, own: string): Promise<readonly Holder[]> {
  const names = await listNames(directory);
  const paths = names.filter((name) => name.endsWith(".json")).map((name) => join(directory, name));
  const holders = await Promise.all(paths.filter((path) => path !== own).map(readHolder));
  return holders.filter((holder) => holder !== undefined);
}

async function readHolder(path: string): Promise<Holder | undefined> {
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
    timestamp: textOr(fields["timestamp"], "unknown"),
  };
}

/** Whether a holder's process may still run. */
function mayRun(holder: Holder): boolean {
  // Process ids mean something on one machine only.
  if (holder.hostname !== hostname()) {
    return true;
  }
  if (!isAlive(holder)) {
    return false;
  }
  if (holder.started !== undefined) {
    return true;
  }
  // Pulumi's own locks do not tell when their process started, but that was before they were written.
  const started = startClockTimeOf(holder.pid);
  const locked = Date.parse(holder.timestamp);
  return started === undefined || Number.isNaN(locked) || started <= locked + CLOCK_MARGIN_MS;
}
