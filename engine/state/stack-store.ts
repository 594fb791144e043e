/** The files of one stack: its checkpoint, history and backups. */
import { existsSync } from "node:fs";
import { copyFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { replaceAtomically, writeAtomically } from "../../common/files/atomic-write.ts";
import type { AtomicWriteOptions } from "../../common/files/atomic-write.ts";
import { isMissing } from "../../common/files/file-errors.ts";
import { listNames } from "../../common/files/list-names.ts";
import { makeDirectory } from "../../common/files/make-directory.ts";
import type { SecretsManager } from "../secrets/secrets-manager.ts";
import type { StackPaths } from "./backend.ts";
import { stackPaths } from "./backend.ts";
import type { RawCheckpoint } from "./checkpoint.ts";
import { parseCheckpoint, writeState } from "./checkpoint.ts";
import type { StackState } from "./resource-state.ts";
import type { StackIdentity } from "./urn.ts";

/**
 * The modes that Pulumi's own file backend gives (gocloud.dev, blob/fileblob, `createTemp` and
 * `DirFileMode`). Flushed, as a state that is lost leaves resources that nobody knows of.
 */
const STATE_FILE: AtomicWriteOptions = { mode: 0o666, directoryMode: 0o777, flush: true };

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

  /** @param backend the folder that holds `.pulumi` */
  constructor(backend: string, identity: StackIdentity) {
    this.identity = identity;
    this.paths = stackPaths(backend, identity);
  }

  /**
   * Reads the stack's checkpoint.
   *
   * @returns undefined when the stack has none yet
   * @throws {UserError} when it cannot be understood
   */
  async read(): Promise<RawCheckpoint | undefined> {
    let text: string;
    try {
      text = await readFile(this.paths.checkpoint, "utf8");
    } catch (error) {
      if (!isMissing(error)) {
        throw error;
      }
      await this.#refuseCompressed();
      return undefined;
    }
    return parseCheckpoint(text, this.paths.checkpoint);
  }

  /** Replaces the stack's checkpoint, keeping the one before as `.bak`. */
  async write(state: StackState, secrets: SecretsManager): Promise<void> {
    const text = await writeState(state, this.identity, secrets);
    const { checkpoint, backup } = this.paths;
    // Where people share a folder of states, the one before may be somebody else's, and is replaced.
    await replaceAtomically(backup, (temporary) => copyFile(checkpoint, temporary)).catch(
      async (error: unknown) => {
        if (!isMissing(error)) {
          throw error;
        }
        await this.#initialize();
      },
    );
    await writeAtomically(checkpoint, text, STATE_FILE);
  }

  /**
   * Stores what a finished operation leaves: its record, a copy of its checkpoint, and a backup. It leaves nothing
   * where it has written no state, as when a stack that was never brought up is destroyed.
   */
  async addToHistory(entry: HistoryEntry): Promise<void> {
    if (!existsSync(this.paths.checkpoint)) {
      return;
    }
    const { stack } = this.identity;
    const stamp = process.hrtime.bigint() % 1_000_000n;
    const nanoseconds = `${Date.now()}${stamp.toString().padStart(6, "0")}`;
    const prefix = join(this.paths.history, `${stack}-${nanoseconds}`);
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
    await writeAtomically(`${prefix}.history.json`, JSON.stringify(record), STATE_FILE);
    await copyFile(this.paths.checkpoint, `${prefix}.checkpoint.json`);
    makeDirectory(this.paths.backups);
    await copyFile(this.paths.checkpoint, join(this.paths.backups, `${stack}.${nanoseconds}.json`));
  }

  /** Removes all of the stack's files: checkpoint, history, backups. */
  async remove(): Promise<void> {
    const { checkpoint, backup, backups, history } = this.paths;
    await Promise.all(
      [checkpoint, backup, backups, history].map((path) =>
        rm(path, { recursive: true, force: true }),
      ),
    );
  }

  /** The names of the project's stacks that have a checkpoint, sorted. */
  async list(): Promise<readonly string[]> {
    const names = await listNames(this.paths.stacks);
    return names
      .filter((name) => name.endsWith(".json"))
      .map((name) => name.slice(0, -".json".length))
      .toSorted();
  }

  async #initialize(): Promise<void> {
    await readFile(this.paths.meta).catch(async (error: unknown) => {
      if (!isMissing(error)) {
        throw error;
      }
      await writeAtomically(this.paths.meta, "version: 1\n", STATE_FILE);
    });
  }

  async #refuseCompressed(): Promise<void> {
    for (const extension of [".gz", ".zst"]) {
      const path = `${this.paths.checkpoint}${extension}`;
      const exists = await readFile(path).then(
        () => true,
        () => false,
      );
      if (exists) {
        throw new UserError(
          `Cannot read the stack's state "${path}": the embedded engine does not read compressed state, ` +
            "run the Pulumi CLI once without PULUMI_DIY_BACKEND_GZIP",
        );
      }
    }
  }
}
