/** The files of one stack: its checkpoint, history and backups. */
import { readFile, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf } from "../../common/errors/message-of.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { writeAtomically } from "../../common/files/atomic-write.ts";
import type { AtomicWriteOptions } from "../../common/files/atomic-write.ts";
import { findFileErrorReason } from "../../common/files/file-error-reason.ts";
import { isMissing, isSystemError } from "../../common/files/file-errors.ts";
import { listNames } from "../../common/files/list-names.ts";
import { removeTogether } from "../../common/files/remove-together.ts";
import type { SecretsManager } from "../secrets/secrets-manager.ts";
import type { StackPaths } from "./backend.ts";
import { stackPaths } from "./backend.ts";
import type { RawCheckpoint } from "./checkpoint.ts";
import { checkpointText, parseCheckpoint, writeState } from "./checkpoint.ts";
import type { Compression } from "./compression.ts";
import { compress, COMPRESSIONS, decompress } from "./compression.ts";
import { findIntegrityFault } from "./integrity.ts";
import type { StackState } from "./resource-state.ts";
import { findUnsaved, forgetUnsaved, keepUnsaved, stateDigest } from "./unsaved-state.ts";
import type { StackIdentity } from "./urn.ts";

/**
 * For the user alone, as a state holds configuration; the folders too, where they are made. Flushed, as a state that
 * is lost leaves resources that nobody knows of.
 */
export const STATE_FILE: AtomicWriteOptions = { mode: 0o600, directoryMode: 0o700, flush: true };

/** What an operation leaves in a stack's history. */
export interface HistoryEntry {
  readonly kind: "update" | "refresh" | "destroy";
  /** Seconds since 1970. */
  readonly startTime: number;
  readonly endTime: number;
  /** What the user says of it; may be empty. */
  readonly message: string;
  readonly result: "succeeded" | "failed";
  /** Numbers of resources by what happened to them. */
  readonly resourceChanges: Readonly<Record<string, number>>;
}

/** The files of one stack in Pulumi's file backend. */
export class StackStore {
  readonly identity: StackIdentity;
  readonly paths: StackPaths;
  readonly #compression: Compression;
  /** The state file's content as it was last read or written. */
  #saved: Buffer | undefined;

  /**
   * @param backend the folder that holds `.pulumi`
   * @param compression how state is written; it is read in any way
   * @throws {UserError} when the names of stack and project are none
   */
  constructor(backend: string, identity: StackIdentity, compression: Compression = "") {
    this.identity = identity;
    this.paths = stackPaths(backend, identity);
    this.#compression = compression;
  }

  /** Whether the stack has a state. */
  async exists(): Promise<boolean> {
    return (await this.#findCheckpoint()) !== undefined;
  }

  /**
   * Reads the stack's checkpoint, or the one that could not be saved after it.
   *
   * @returns undefined when the stack has none yet
   * @throws {UserError} when it cannot be understood
   */
  async read(): Promise<RawCheckpoint | undefined> {
    const { checkpoint: file } = this.paths;
    const path = await this.#findCheckpoint();
    const bytes = path === undefined ? undefined : await this.#readBytes(path);
    this.#saved = bytes;
    const unsaved = await findUnsaved(file);
    if (unsaved !== undefined) {
      if (unsaved.follows !== stateDigest(bytes)) {
        throw new UserError(
          `Cannot read the stack's state "${file}": it was changed after an operation that could not save what it did, ` +
            `which is in "${unsaved.path}": compare the two, then remove that file`,
        );
      }
      return { ...parseCheckpoint(unsaved.checkpoint, unsaved.path), isUnsaved: true };
    }
    return path === undefined || bytes === undefined
      ? undefined
      : parseCheckpoint(decompressed(path, bytes), path);
  }

  /**
   * Replaces the stack's checkpoint, keeping the one before as `.bak`.
   *
   * @throws {Error} what the file system refuses; the checkpoint is as it was then
   */
  async write(state: StackState, secrets: SecretsManager): Promise<void> {
    await this.#writeText(await writeState(state, this.identity, secrets));
    await forgetUnsaved(this.paths.checkpoint);
  }

  /**
   * Puts a deployment in place of the stack's, as `pulumi stack import` does. The stack must be locked.
   *
   * @param deployment as `pulumi stack export` has it under that name
   * @throws {UserError} when it does not hold together
   */
  async replaceDeployment(deployment: Readonly<Record<string, unknown>>): Promise<void> {
    const fault = findIntegrityFault(deployment);
    if (fault !== undefined) {
      throw new UserError(`Cannot import the state of stack "${this.identity.stack}": ${fault}`);
    }
    await this.#writeText(checkpointText(this.identity, deployment));
    await forgetUnsaved(this.paths.checkpoint);
  }

  /**
   * Keeps a state apart that could not be written, until the next one is.
   *
   * @returns where it is; undefined when no place can be written
   */
  async keep(state: StackState, secrets: SecretsManager): Promise<string | undefined> {
    return keepUnsaved(this.paths.checkpoint, {
      checkpoint: await writeState(state, this.identity, secrets),
      follows: stateDigest(this.#saved),
    });
  }

  /**
   * Stores what a finished operation leaves: its record, a copy of its checkpoint, and a backup. It leaves nothing
   * where it has written no state, as when a stack that was never brought up is destroyed.
   *
   * @throws {UserError} when the file system refuses
   */
  async addToHistory(entry: HistoryEntry): Promise<void> {
    const path = await this.#findCheckpoint();
    if (path === undefined) {
      return;
    }
    const { stack } = this.identity;
    const stamp = process.hrtime.bigint() % 1_000_000n;
    const nanoseconds = `${Date.now()}${stamp.toString().padStart(6, "0")}`;
    const prefix = join(this.paths.history, `${stack}-${nanoseconds}`);
    const extension = path.slice(this.paths.checkpoint.length);
    const { kind, startTime, endTime, message, result, resourceChanges } = entry;
    const record = {
      kind,
      startTime,
      message,
      environment: {},
      config: {},
      result,
      endTime,
      resourceChanges,
    };
    const backup = join(this.paths.backups, `${stack}.${nanoseconds}.json${extension}`);
    try {
      const state = await readFile(path);
      await writeAtomically(`${prefix}.history.json`, JSON.stringify(record), STATE_FILE);
      await writeAtomically(`${prefix}.checkpoint.json${extension}`, state, STATE_FILE);
      await writeAtomically(backup, state, STATE_FILE);
    } catch (error) {
      if (!isSystemError(error)) {
        throw error;
      }
      throw new UserError(
        `Cannot write the history of stack "${stack}": ${findFileErrorReason(error) ?? error.message}: ` +
          `directory is "${dirname(prefix)}"; its state is saved, make room there`,
      );
    }
  }

  /**
   * Removes all of the stack's files, or none: checkpoint, history, backups.
   *
   * @param others paths of files that go with them
   * @throws {Error} what the file system refuses
   */
  async remove(others: readonly string[] = []): Promise<void> {
    const { checkpoint, backups, history } = this.paths;
    const states = COMPRESSIONS.map((compression) => `${checkpoint}${compression}`);
    // The CLI keeps notes beside each file that it writes.
    const files = states.flatMap((path) => [path, `${path}.bak`]);
    const notes = files.map((path) => `${path}.attrs`);
    await removeTogether([history, backups, ...notes, ...others, ...files.toReversed()]);
    await forgetUnsaved(checkpoint);
  }

  /** Removes what operations that were killed have left half written. The stack must be locked. */
  async removeLeftovers(): Promise<void> {
    const own = `.${basename(this.paths.checkpoint)}`;
    for (const name of await listNames(this.paths.stacks)) {
      if (name.startsWith(`${own}.`) && name.endsWith(".tmp")) {
        await rm(join(this.paths.stacks, name), { force: true });
      }
    }
  }

  /** The names of the project's stacks that have a checkpoint, sorted. */
  async list(): Promise<readonly string[]> {
    const names = (await listNames(this.paths.stacks)).flatMap(
      (name) => /^(.+)\.json(\.gz|\.zst)?$/.exec(name)?.[1] ?? [],
    );
    return [...new Set(names)].toSorted();
  }

  async #writeText(text: string): Promise<void> {
    const { checkpoint, meta } = this.paths;
    const before = await this.#findCheckpoint();
    if (before === undefined) {
      await this.#initialize(meta);
    } else {
      await this.#backUp(before);
    }
    const path = `${checkpoint}${this.#compression}`;
    const bytes = compress(text, this.#compression);
    await writeAtomically(path, bytes, STATE_FILE);
    this.#saved = bytes;
    if (before !== undefined && before !== path) {
      await rm(before, { force: true });
    }
  }

  /** Without room for it, the one from before stays: what counts is the state itself. */
  async #backUp(path: string): Promise<void> {
    try {
      await writeAtomically(`${path}.bak`, await readFile(path), STATE_FILE);
    } catch (error) {
      if (!isSystemError(error)) {
        throw error;
      }
    }
  }

  async #initialize(meta: string): Promise<void> {
    await readFile(meta).catch(async (error: unknown) => {
      if (!isMissing(error)) {
        throw error;
      }
      await writeAtomically(meta, "version: 1\n", STATE_FILE);
    });
  }

  /** The checkpoint that was written last, if it was written in several ways. */
  async #findCheckpoint(): Promise<string | undefined> {
    const paths = COMPRESSIONS.map((compression) => `${this.paths.checkpoint}${compression}`);
    const times = await Promise.all(
      paths.map((path) =>
        stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          (error: unknown) => {
            if (isMissing(error)) {
              return -1;
            }
            throw this.#unreadable(path, error);
          },
        ),
      ),
    );
    const newest = Math.max(...times);
    return newest < 0 ? undefined : paths[times.lastIndexOf(newest)];
  }

  #readBytes(path: string): Promise<Buffer> {
    return readFile(path).catch((error: unknown) => {
      throw this.#unreadable(path, error);
    });
  }

  #unreadable(path: string, error: unknown): unknown {
    return isSystemError(error)
      ? new UserError(
          `Cannot read the stack's state "${path}": ${findFileErrorReason(error) ?? error.message}`,
        )
      : error;
  }
}

function decompressed(path: string, bytes: Buffer): string {
  try {
    return decompress(bytes);
  } catch (error) {
    throw new UserError(`Cannot read the stack's state "${path}": ${messageOf(error)}`);
  }
}
