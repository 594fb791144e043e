/** Keeps the stack's state up to date while an operation runs. */
import { debugStep } from "../../common/debug-log.ts";
import type {
  PendingOperation,
  PendingOperationType,
  ResourceState,
  StackState,
} from "../state/resource-state.ts";
import { equalValues } from "../values/equality.ts";
import { renameAliased } from "./aliased-urns.ts";

/**
 * The state of a stack while an operation runs: every change is written before anything that follows
 * depends on it. What the operation has produced comes first, in the order in which it was produced
 * (so always after what it depends on), then what is left of the state before.
 */
export class Journal {
  readonly #write: (state: StackState) => Promise<void>;
  readonly #base: ResourceState[];
  readonly #inherited: PendingOperation[];
  readonly #produced: ResourceState[] = [];
  readonly #gone = new Set<ResourceState>();
  readonly #pending = new Map<ResourceState, PendingOperationType>();
  #lastWrite: Promise<void> = Promise.resolve();
  /** The write that waits for the one under way. */
  #nextWrite: Promise<void> | undefined;
  #dirty = false;

  /**
   * @param before the state at the start
   * @param write persists a state; a preview gives one that does nothing
   */
  constructor(before: StackState, write: (state: StackState) => Promise<void>) {
    this.#write = write;
    this.#base = [...before.resources];
    // An interrupted creation may have left an object of which the state does not know: the entry stays until a
    // person clears it, also when the resource is created again. The other kinds are settled by running again.
    this.#inherited = before.pendingOperations.filter(({ type }) => type === "creating");
    this.#dirty = this.#inherited.length !== before.pendingOperations.length;
  }

  /** The state as it is now. */
  get state(): StackState {
    const resources = [...this.#produced, ...this.#base].filter(
      (resource) => !this.#gone.has(resource),
    );
    const pending = [...this.#pending].map(([resource, type]) => ({ resource, type }));
    return renameAliased({ resources, pendingOperations: [...pending, ...this.#inherited] });
  }

  /** Notes that an operation on a resource begins. What cannot be noted must not begin. */
  async begin(resource: ResourceState, type: PendingOperationType): Promise<void> {
    this.#pending.set(resource, type);
    try {
      await this.save();
    } catch (error) {
      this.#pending.delete(resource);
      throw error;
    }
  }

  /** Notes that the operation failed; when it is not known whether it was carried out, it stays pending. */
  async abandon(resource: ResourceState, options: { readonly unknown: boolean }): Promise<void> {
    if (!options.unknown) {
      this.#pending.delete(resource);
    }
    await this.save();
  }

  /**
   * Notes a resource's new state.
   *
   * @param before the state that it takes the place of
   * @param options.changed whether the new state is worth writing out at once
   */
  async produce(
    after: ResourceState,
    before: ResourceState | undefined,
    options: { readonly changed: boolean } = { changed: true },
  ): Promise<void> {
    this.#pending.delete(after);
    if (before !== undefined) {
      this.#gone.add(before);
    }
    this.#produced.push(after);
    if (options.changed) {
      await this.save();
    } else {
      this.#dirty = true;
    }
  }

  /** Notes that a resource is deleted. */
  async remove(resource: ResourceState): Promise<void> {
    this.#pending.delete(resource);
    this.#gone.add(resource);
    await this.save();
  }

  /** Notes that a resource got its outputs after it was produced itself. */
  async outputsChanged(after: ResourceState, before: ResourceState | undefined): Promise<void> {
    if (before !== undefined && equalValues(before.outputs, after.outputs)) {
      return;
    }
    await this.save();
  }

  /** Replaces all resources. */
  async replaceAll(resources: readonly ResourceState[]): Promise<void> {
    this.#base.splice(0, this.#base.length, ...resources);
    await this.save();
  }

  /**
   * Forgets the creations that earlier operations left unfinished.
   *
   * @returns them
   */
  async clearPendingCreations(): Promise<readonly PendingOperation[]> {
    const cleared = this.#inherited.splice(0);
    await this.save();
    return cleared;
  }

  /**
   * Writes the state out, with everything that was noted before. What is noted while a write is under way shares the
   * next one: of many resources, each would write all of them twice.
   */
  save(): Promise<void> {
    this.#dirty = false;
    this.#nextWrite ??= this.#startWrite();
    return this.#nextWrite;
  }

  #startWrite(): Promise<void> {
    const write = this.#lastWrite.then(() => {
      this.#nextWrite = undefined;
      return debugStep("engine: write the state", () => this.#write(this.state));
    });
    // The caller reports a failed write; the next one is tried all the same, and once more in the end.
    this.#lastWrite = write.catch(() => {
      this.#dirty = true;
    });
    return write;
  }

  /** Writes what was not worth a write of its own. */
  async close(): Promise<void> {
    if (this.#dirty) {
      await this.save();
    }
    await this.#lastWrite;
  }
}
