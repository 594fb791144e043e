/** The engine's side of a preview or an update: what a program declares, turned into steps. */
import { UserError } from "../../common/errors/user-error.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { newResourceState } from "../state/resource-state.ts";
import { DYNAMIC_PACKAGE, STACK_REFERENCE_TYPE, STACK_TYPE } from "../state/urn.ts";
import type { PropertyMap } from "../values/property-value.ts";
import { deleteSelected, reportUnknown } from "./unselected.ts";
import type { Goal, ReadGoal } from "./goal.ts";
import { Registrar } from "./registration.ts";
import { applyRead } from "./read.ts";
import type { Run } from "./run.ts";
import { RunStopped } from "./run.ts";

/** Where a deployment gets what is not in the program. */
export interface DeploymentSources {
  /** The configuration, as the inputs of the provider of a package. */
  readonly providerInputs: (packageName: string) => PropertyMap;
  /** The outputs of another stack, by any name that a program may give it. */
  readonly readStackOutputs: (name: string) => Promise<PropertyMap>;
}

/**
 * Turns what a program declares into steps.
 * Registrations may come in at the same time; each returns when its resource is settled.
 */
export class Deployment {
  readonly run: Run;
  readonly #sources: DeploymentSources;
  readonly #registrar: Registrar;
  readonly #goals = new Map<string, Goal>();
  readonly #states = new Map<string, ResourceState>();
  readonly #providers = new Map<string, Promise<ResourceState>>();
  readonly #active = new Set<Promise<unknown>>();
  #stack: ResourceState | undefined;
  #stackOutputs: PropertyMap | undefined;

  constructor(run: Run, sources: DeploymentSources) {
    this.run = run;
    this.#sources = sources;
    this.#registrar = new Registrar(run);
  }

  /**
   * Settles one declared resource.
   *
   * @throws {RunStopped} when it failed (which has been reported then) or the run was stopped
   */
  register(goal: Goal): Promise<ResourceState> {
    return this.#track(this.#register(this.#inherit(goal)));
  }

  /** Reads a resource that the stack does not manage. */
  read(goal: ReadGoal): Promise<ResourceState> {
    return this.#track(this.#read(goal));
  }

  /** Takes the outputs of a component or of the stack, which come after its children. */
  async registerOutputs(urn: string, outputs: PropertyMap): Promise<void> {
    // Those of the stack wait for the end: only then is it known whether they are complete.
    if (urn === this.#stack?.urn) {
      this.#stackOutputs = outputs;
      return;
    }
    const state = this.#states.get(urn);
    if (state === undefined) {
      throw new UserError(`Cannot set outputs of "${urn}": it is not registered`);
    }
    await this.#setOutputs(state, outputs);
    await this.run.componentHooks.get(state)?.();
  }

  /** Waits for the registrations under way, whether they succeed or fail. */
  async settle(): Promise<void> {
    while (this.#active.size > 0) {
      await Promise.allSettled(this.#active);
    }
  }

  /** Whether a registration is under way. */
  get isActive(): boolean {
    return this.#active.size > 0;
  }

  /**
   * Ends the run after the program has: deletes what it no longer declares, unless something went
   * wrong, and sets the stack's outputs.
   *
   * @param options.complete the program has declared everything that it had to
   */
  async finish(options: { readonly complete: boolean }): Promise<void> {
    await this.settle();
    const isRegular =
      options.complete && !this.run.stopped && (!this.run.failed || this.run.goesOnAfterFailure);
    if (options.complete && !this.run.stopped) {
      const known = this.run.before.resources.map(({ urn }) => urn);
      const all = new Set([...known, ...this.run.registered]);
      reportUnknown(this.run, this.run.selection.unknownTargets(all));
    }
    if (isRegular) {
      const { matchedUrns } = this.#registrar;
      const toDelete = this.run.before.resources.filter(
        (resource) =>
          (resource.delete && !this.run.deleted.has(resource)) || !matchedUrns.has(resource.urn),
      );
      await deleteSelected(this.run, toDelete).catch((error: unknown) => {
        if (!(error instanceof RunStopped)) {
          throw error;
        }
      });
    }
    if (this.#stack !== undefined && this.#stackOutputs !== undefined) {
      const before = this.#registrar.stateBefore(this.#stack.urn)?.outputs ?? {};
      const incomplete = !options.complete || this.run.stopped || this.run.failed;
      const outputs = incomplete ? { ...before, ...this.#stackOutputs } : this.#stackOutputs;
      await this.#setOutputs(this.#stack, outputs);
    }
  }

  async #register(goal: Goal): Promise<ResourceState> {
    if (this.run.stopped) {
      throw new RunStopped();
    }
    const state = await this.#registerByKind(goal);
    this.#goals.set(state.urn, goal);
    this.#states.set(state.urn, state);
    if (goal.type === STACK_TYPE) {
      this.#stack = state;
    }
    return state;
  }

  async #registerByKind(goal: Goal): Promise<ResourceState> {
    if (!goal.custom) {
      return this.#registrar.registerComponent(goal);
    }
    const { urn, id } = await this.#providerFor(goal);
    const provider = this.run.options.providerOf(goal.type);
    return this.#registrar.registerCustom(goal, provider, `${urn}::${id}`);
  }

  async #read(goal: ReadGoal): Promise<ResourceState> {
    if (goal.type !== STACK_REFERENCE_TYPE) {
      this.run.fail(
        new UserError(
          `Cannot read resource "${goal.name}" of type "${goal.type}": the embedded engine reads only ` +
            "stack references, install the Pulumi CLI for others",
        ),
      );
    }
    const provider = await this.#provider("pulumi");
    const urn = this.#registrar.claim(goal);
    const after = newResourceState({
      urn,
      type: goal.type,
      custom: true,
      external: true,
      id: goal.id,
      inputs: goal.inputs,
      parent: goal.parent,
      dependencies: goal.dependencies,
      provider: `${provider.urn}::${provider.id}`,
      additionalSecretOutputs: goal.additionalSecretOutputs,
      sourcePosition: goal.sourcePosition,
      stackTrace: goal.stackTrace,
    });
    const before = this.#registrar.stateBefore(urn);
    await applyRead(this.run, before, after, () => this.#sources.readStackOutputs(goal.id));
    return after;
  }

  /** The provider of a custom resource, registered when the first resource needs it. */
  async #providerFor(goal: Goal): Promise<ResourceState> {
    const [packageName = ""] = goal.type.split(":");
    if (packageName !== DYNAMIC_PACKAGE) {
      this.run.fail(
        new UserError(
          `Cannot manage resource "${goal.name}" of type "${goal.type}": the embedded engine runs only ` +
            `dynamic resources ("${DYNAMIC_PACKAGE}:…"), install the Pulumi CLI for others`,
        ),
      );
    }
    return this.#provider(packageName);
  }

  #provider(packageName: string): Promise<ResourceState> {
    const known = this.#providers.get(packageName);
    if (known !== undefined) {
      return known;
    }
    const registered = this.#registrar.registerProvider({
      ...EMPTY_GOAL,
      type: `pulumi:providers:${packageName}`,
      name: "default",
      inputs: this.#sources.providerInputs(packageName),
    });
    this.#providers.set(packageName, registered);
    return registered;
  }

  /** Children are protected, kept and deleted with their parents unless they say otherwise. */
  #inherit(goal: Goal): Goal {
    const parent = goal.parent === undefined ? undefined : this.#goals.get(goal.parent);
    if (parent === undefined) {
      return goal;
    }
    return {
      ...goal,
      protect: goal.protect ?? parent.protect,
      retainOnDelete: goal.retainOnDelete ?? parent.retainOnDelete,
      deletedWith: goal.deletedWith ?? parent.deletedWith,
    };
  }

  async #setOutputs(state: ResourceState, outputs: PropertyMap): Promise<void> {
    const before = this.#registrar.stateBefore(state.urn);
    state.outputs = outputs;
    this.run.options.listener({ type: "outputs-registered", before, after: state });
    await this.run.options.journal.outputsChanged(state, before);
  }

  async #track<T>(work: Promise<T>): Promise<T> {
    this.#active.add(work);
    try {
      return await work;
    } finally {
      this.#active.delete(work);
    }
  }
}

const EMPTY_GOAL: Goal = {
  type: "",
  name: "",
  custom: true,
  inputs: {},
  parent: undefined,
  protect: undefined,
  retainOnDelete: undefined,
  dependencies: [],
  propertyDependencies: {},
  provider: undefined,
  deleteBeforeReplace: undefined,
  ignoreChanges: [],
  replaceOnChanges: [],
  additionalSecretOutputs: [],
  aliases: [],
  deletedWith: undefined,
  replaceWith: [],
  replacementTrigger: null,
  hooks: {},
  sourcePosition: undefined,
  stackTrace: [],
  rest: {},
};
