/** One operation under way: its limits, its failures, its end. */
import { keepYoungGenerationSmall } from "../../common/young-generation.ts";
import { debugStep } from "../../common/debug-log.ts";
import { messageOf } from "../../common/errors/message-of.ts";
import type { ResourceState, StackState } from "../state/resource-state.ts";
import type { StackIdentity } from "../state/urn.ts";
import { isDefaultProvider } from "../state/urn.ts";
import type { DeploymentListener, Severity } from "./events.ts";
import type { Journal } from "./journal.ts";
import { Hooks } from "./hooks.ts";
import { Limiter } from "../../common/concurrency/limiter.ts";
import type { ResourceProvider } from "./resource-provider.ts";
import { Selection } from "./selection.ts";
import type { Operation, Step } from "./step.ts";

/** What a run works with. */
export interface RunOptions {
  readonly identity: StackIdentity;
  /** Only say what would be done. */
  readonly preview: boolean;
  readonly before: StackState;
  readonly journal: Journal;
  /** The provider of a type of resource; throws a UserError for types that the engine does not support. */
  readonly providerOf: (type: string) => ResourceProvider;
  readonly listener: DeploymentListener;
  /** How many steps at a time. */
  readonly parallel: number;
  /** What it is about. @default everything */
  readonly selection?: Selection;
  /** After a step that failed, those that do not need it may still begin. @default false */
  readonly continueOnError?: boolean;
}

/** Thrown after a failure that has been reported already, or because the run was stopped. */
export class RunStopped extends Error {
  override readonly name = "RunStopped";

  constructor() {
    super("The operation was stopped");
  }
}

/** One operation under way: what all its steps share. */
export class Run {
  readonly options: RunOptions;
  readonly selection: Selection;
  /** The state that the steps begin with: after a refresh that came first, what that has found. */
  before: StackState;
  /** The functions of the program that steps call. */
  readonly hooks = new Hooks();
  /** The calls that wait for a component's outputs. */
  readonly componentHooks = new Map<ResourceState, () => Promise<void>>();
  /** The URNs that the program has registered. */
  readonly registered = new Set<string>();
  /** States that this run has deleted already, to replace them. */
  readonly deleted = new Set<ResourceState>();
  /** The URNs whose steps failed, or were left out as they need one that did, in a run that goes on after failures. */
  readonly errored = new Set<string>();
  /** The URNs that are replaced, in either order. */
  readonly replaced = new Set<string>();
  /** How often each operation was done (or, in a preview, would be done). */
  readonly counts = new Map<Operation, number>();
  readonly #limiter: Limiter;
  #failed = false;
  #stopped = false;
  #cancelled = false;
  #killed = false;
  /** The steps that were under way when the provider was killed. */
  readonly #cutShort: Step[] = [];

  constructor(options: RunOptions) {
    this.options = options;
    this.before = options.before;
    this.selection = options.selection ?? new Selection();
    this.#limiter = new Limiter(options.parallel);
  }

  /** After a failure, or when the user asked to stop: no new step begins. */
  get stopped(): boolean {
    return this.#stopped;
  }

  get failed(): boolean {
    return this.#failed;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Whether there was a failure that other steps need not stop for. */
  get goesOnAfterFailure(): boolean {
    return this.#failed && !this.#stopped && this.options.continueOnError === true;
  }

  /** Lets the steps under way finish and begins no others. */
  cancel(): void {
    this.#cancelled = true;
    this.#stopped = true;
  }

  /** As {@link Run.cancel}, when the steps under way are not let to finish. That each of them fails by it needs no saying. */
  kill(): void {
    this.cancel();
    this.#killed = true;
  }

  /** The steps that were under way when the run was killed. */
  get cutShort(): readonly Step[] {
    return this.#cutShort;
  }

  /**
   * Shows the user a message.
   *
   * @param options.continueOnError after an error: whether other steps may still begin
   */
  report(
    severity: Severity,
    message: string,
    urn?: string,
    options: { readonly continueOnError: boolean } = { continueOnError: false },
  ): void {
    this.options.listener({ type: "diagnostic", severity, message, urn });
    if (severity !== "error") {
      return;
    }
    this.#failed = true;
    if (!options.continueOnError) {
      this.#stopped = true;
    }
  }

  /** Stops after a failure that the SDK has told the user about. */
  stopAfterFailure(): void {
    this.#failed = true;
    this.#stopped = true;
  }

  /** Reports an error, unless it has been reported, and stops the run. */
  fail(error: unknown, urn?: string): never {
    if (!(error instanceof RunStopped)) {
      this.report("error", messageOf(error), urn);
    }
    throw new RunStopped();
  }

  /**
   * Takes a step: waits for its turn, tells the listener, and reports its failure.
   *
   * @param options.counted whether it appears in the summary
   * @param options.continueOnError whether other steps may still begin when this one fails
   * @throws {RunStopped} when the run was stopped before its turn came, or the step failed
   */
  async perform(
    step: Step,
    action: () => Promise<Step | void>,
    options: { readonly counted?: boolean; readonly continueOnError?: boolean } = {},
  ): Promise<void> {
    await this.#limiter.run(async () => {
      if (this.stopped) {
        throw new RunStopped();
      }
      this.options.listener({ type: "step-started", step });
      let done: Step;
      try {
        done = (await debugStep(`engine: ${step.operation} ${step.urn}`, action)) ?? step;
      } catch (error) {
        if (this.#killed) {
          this.#cutShort.push(step);
          this.#failed = true;
        } else if (!(error instanceof RunStopped)) {
          // What went wrong is told before what it means for the step.
          const { continueOnError = this.options.continueOnError ?? false } = options;
          this.report("error", messageOf(error), step.urn, { continueOnError });
        }
        this.options.listener({ type: "step-failed", step });
        throw new RunStopped();
      }
      this.options.listener({ type: "step-finished", step: done });
      if (options.counted !== false) {
        this.count(done);
      }
    });
  }

  /** Counts a step for the summary; providers that the engine made by itself are not counted. */
  count({ operation, urn }: Pick<Step, "operation" | "urn">): void {
    // With hundreds of steps what is new would take more than all that is kept.
    keepYoungGenerationSmall();
    if (isDefaultProvider(urn)) {
      return;
    }
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
  }
}
