import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { textOr } from "../values/text.ts";
import { isMissing } from "../../common/files/file-errors.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { userName } from "../../common/user.ts";
import type { StackStore } from "./stack-store.ts";

/** Who holds a lock, as Pulumi writes it. */
interface Holder {
  readonly path: string;
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/** A stack that is locked; {@link StackLock.release} lets others have it. */
export interface StackLock {
  /** What was found and taken over: locks of processes that are no more. */
  readonly takenOver: readonly string[];
  release(): Promise<void>;
}

/**
 * Locks a stack against a second operation, in the way Pulumi's file backend does: everyone writes a
 * file of their own and then looks whether there is another. Locks of dead processes of this machine are removed.
 *
 * @throws UserError that names the holder when the stack is locked
 */
export async function lockStack(store: StackStore): Promise<StackLock> {
  const directory = store.paths.locks;
  const own = join(directory, `${randomUUID()}.json`);
  const takenOver = await refuseOthers(store, own);
  await mkdir(directory, { recursive: true });
  await writeFile(
    own,
    JSON.stringify({
      pid: process.pid,
      username: userName(),
      hostname: hostname(),
      timestamp: new Date().toISOString(),
    }),
  );
  const release = () => rm(own, { force: true });
  try {
    await refuseOthers(store, own);
  } catch (error) {
    await release();
    throw error;
  }
  return { takenOver, release };
}

async function refuseOthers(store: StackStore, own: string): Promise<readonly string[]> {
  const holders = await readHolders(store.paths.locks, own);
  const dead = holders.filter((holder) => holder.hostname === hostname() && !isAlive(holder.pid));
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
  for (const { path } of dead) await rm(path, { force: true });
  return dead.map(({ pid, timestamp }) => `process ${pid}, which took it at ${timestamp}`);
}

async function readHolders(directory: string, own: string): Promise<readonly Holder[]> {
  let names: readonly string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
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
    if (isMissing(error)) return undefined;
    throw error;
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // Its owner is just writing it: held, by someone not known.
    content = {};
  }
  const fields = isRecord(content) ? content : {};
  return {
    path,
    pid: Number(fields["pid"] ?? 0),
    username: textOr(fields["username"], "unknown"),
    hostname: textOr(fields["hostname"], "unknown"),
    timestamp: textOr(fields["timestamp"], "unknown"),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is such a process, and it is someone else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
