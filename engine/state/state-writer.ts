/** Saves a stack's state while an operation runs, and knows what was done since it could last be saved. */
import { messageOf } from "../../common/errors/message-of.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { findFileErrorReason } from "../../common/files/file-error-reason.ts";
import { isSystemError } from "../../common/files/file-errors.ts";
import type { SecretsManager } from "../secrets/secrets-manager.ts";
import type { StackState } from "./resource-state.ts";
import type { StackStore } from "./stack-store.ts";
import { nameOf } from "./urn.ts";

/** What a state has that providers manage, by URN and id: when it changed last, and whether it is to be replaced. */
type Objects = ReadonlyMap<string, string>;

/** Stands for the time of the last change of what is deleted, and whose replacement has yet to be created. */
const DELETED = "deleted";

/** What an operation could not save. */
export interface UnsavedWork {
  /** Why, what was done since the state was saved, where it is kept, and what to do. */
  readonly message: string;
  /** Whether anything was done since then. */
  readonly isDone: boolean;
}

/** Saves the states of one operation. */
export class StateWriter {
  readonly #store: StackStore;
  readonly #secrets: SecretsManager;
  #saved: Objects;
  #unsaved: UnsavedWork | undefined;

  /** @param before the state as it is saved */
  constructor(store: StackStore, secrets: SecretsManager, before: StackState) {
    this.#store = store;
    this.#secrets = secrets;
    this.#saved = objectsOf(before);
  }

  /**
   * Saves a state. One that cannot be saved is kept apart if anything was done.
   *
   * @throws {UserError} when the file system refuses, or there is no key for its secrets
   */
  async write(state: StackState): Promise<void> {
    try {
      await this.#store.write(state, this.#secrets);
    } catch (error) {
      const failure = isSystemError(error) ? this.#failure(error) : error;
      const done = describeChanges(this.#saved, objectsOf(state));
      const kept =
        done !== "" && isSystemError(error)
          ? await this.#store.keep(state, this.#secrets)
          : undefined;
      this.#unsaved = {
        message: `${messageOf(failure)}; ${describeWork(done, kept)}`,
        isDone: done !== "",
      };
      throw failure;
    }
    this.#saved = objectsOf(state);
    this.#unsaved = undefined;
  }

  /** Undefined when all is saved. */
  get unsaved(): UnsavedWork | undefined {
    return this.#unsaved;
  }

  #failure(error: Error): UserError {
    return new UserError(
      `Cannot save the stack's state "${this.#store.paths.checkpoint}": ${findFileErrorReason(error) ?? error.message}`,
    );
  }
}

function describeWork(done: string, kept: string | undefined): string {
  if (done === "") {
    return "nothing was done since it was saved";
  }
  return kept === undefined
    ? `what was done since is in no file: ${done}: remove by hand what was created, then run refresh`
    : `what was done since is kept in "${kept}", which the next operation reads: ${done}: make room, then run up`;
}

function objectsOf({ resources }: StackState): Objects {
  const objects = resources.filter(({ custom, external }) => custom && !external);
  return new Map(
    objects.map(({ urn, id, modified = "", pendingReplacement }) => [
      `${urn}\n${id}`,
      pendingReplacement ? DELETED : modified,
    ]),
  );
}

/** `created "a" (id "1"), updated "b" (id "2"), deleted "c" (id "3")`. */
function describeChanges(before: Objects, after: Objects): string {
  const changes: string[] = [];
  for (const [key, modified] of after) {
    const earlier = before.get(key);
    if (modified === DELETED && earlier !== DELETED) {
      changes.push(`deleted ${describe(key)}`);
    } else if (earlier !== modified) {
      changes.push(`${earlier === undefined ? "created" : "updated"} ${describe(key)}`);
    }
  }
  for (const [key, modified] of before) {
    if (!after.has(key) && modified !== DELETED) {
      changes.push(`deleted ${describe(key)}`);
    }
  }
  return changes.join(", ");
}

function describe(key: string): string {
  const [urn = "", id = ""] = key.split("\n");
  return `"${nameOf(urn)}" (id "${id}")`;
}
