/** From what a program declares of one resource to the step that is taken. */
import { randomUUID } from "node:crypto";
import { Limiter } from "../../common/concurrency/limiter.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { allDependencies, newResourceState } from "../state/resource-state.ts";
import { makeUrn } from "../state/urn.ts";
import { equalValues } from "../values/equality.ts";
import { containsUnknown } from "../values/property-value.ts";
import { aliasUrns } from "./aliases.ts";
import { applyCreate, applySame, applyUpdate } from "./apply.ts";
import { decide, forcedReplacement, ignoreChanges } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { Goal } from "./goal.ts";
import { createAfterDeletion, replaceCreatingFirst, replaceDeletingFirst } from "./replacement.ts";
import { applyUnselected, refuseSkippedDependencies } from "./unselected.ts";
import type { CheckFailure, ResourceProvider } from "./resource-provider.ts";
import type { Run } from "./run.ts";
import { RunStopped } from "./run.ts";

/** A resource before and after its registration. */
interface Prepared {
  readonly after: ResourceState;
  readonly before: ResourceState | undefined;
  /** Another resource has its state, or its alias. */
  readonly conflict: Error | undefined;
}

/**
 * About how many resources the provider is asked at a time. It answers one after another: with all of them before it,
 * the program would get no answer until each was checked, and have all its work with them after that.
 */
const QUESTIONS = 16;

/** Applies what a program declares, resource by resource. Shared by all registrations of a run. */
export class Registrar {
  readonly #run: Run;
  readonly #before: ReadonlyMap<string, ResourceState>;
  /** For each URN that an alias led to: the URN in the state. */
  readonly #usedAliases = new Map<string, string>();
  readonly #questions = new Limiter(QUESTIONS);

  constructor(run: Run) {
    this.#run = run;
    // States that wait for their deletion share their URN with their successors.
    this.#before = new Map(
      run.before.resources
        .filter((resource) => !resource.delete)
        .map((resource) => [resource.urn, resource]),
    );
  }

  /** The state that a URN had at the start of the run. */
  stateBefore(urn: string): ResourceState | undefined {
    return this.#before.get(this.#usedAliases.get(urn) ?? urn);
  }

  /** The URNs in the old state that resources of this run were found under, by their own name or by an alias. */
  get matchedUrns(): ReadonlySet<string> {
    return new Set([...this.#run.registered, ...this.#usedAliases.values()]);
  }

  /** Claims a URN for one resource of this run. */
  claim(goal: Pick<Goal, "parent" | "type" | "name">): string {
    const urn = makeUrn(this.#run.options.identity, goal.parent, goal.type, goal.name);
    if (this.#run.registered.has(urn)) {
      this.#run.fail(
        new Error(`Cannot register resource "${urn}" twice: give one of the two another name`),
        urn,
      );
    }
    this.#run.registered.add(urn);
    return urn;
  }

  /** A component: it has no provider, only children. */
  async registerComponent(goal: Goal): Promise<ResourceState> {
    const { after, before, conflict } = this.#prepare(goal, undefined);
    if (conflict !== undefined) {
      this.#run.fail(conflict, after.urn);
    }
    if (!this.#run.selection.includes(after)) {
      return applyUnselected(this.#run, before, after);
    }
    refuseSkippedDependencies(this.#run, after);
    if (before === undefined) {
      await applyCreate(this.#run, undefined, after);
      return after;
    }
    const forced = this.#forcedReplacement(before, after);
    if (forced !== undefined) {
      this.#refuseProtected(before, after);
      await replaceCreatingFirst(this.#run, undefined, before, after, forced);
    } else if (equalValues(before.inputs, after.inputs)) {
      await applySame(this.#run, before, after);
    } else {
      await applyUpdate(this.#run, undefined, before, after);
    }
    return after;
  }

  /** A default provider, which the engine registers itself. Its outputs are its inputs. */
  async registerProvider(goal: Goal): Promise<ResourceState> {
    const { after, before } = this.#prepare(goal, undefined);
    const outputs = goal.inputs;
    const provisioned = async () => ({ id: before?.id ?? randomUUID(), outputs, initErrors: [] });
    const provider = { create: provisioned, update: provisioned };
    if (before === undefined) {
      await applyCreate(this.#run, provider, after);
    } else if (equalValues(before.outputs, outputs)) {
      await applySame(this.#run, before, after);
    } else {
      await applyUpdate(this.#run, provider, before, after);
    }
    // The preview of a creation gives no id, and resources must refer to their provider by one.
    if (after.id === "") {
      after.id = randomUUID();
    }
    return after;
  }

  /** A resource that a provider manages. */
  async registerCustom(
    goal: Goal,
    provider: ResourceProvider,
    providerReference: string,
  ): Promise<ResourceState> {
    const { after, before, conflict } = this.#prepare(goal, providerReference);
    if (conflict !== undefined) {
      return this.#refuseConflict(goal, provider, { after, before, conflict });
    }
    if (!this.#run.selection.includes(after)) {
      return applyUnselected(this.#run, before, after);
    }
    refuseSkippedDependencies(this.#run, after);
    const { errored } = this.#run;
    if ([...allDependencies(after)].some((urn) => errored.has(urn))) {
      errored.add(after.urn);
      return after;
    }
    try {
      await this.#applyChange(goal, provider, before, after);
    } catch (error) {
      if (!(error instanceof RunStopped) || !this.#run.goesOnAfterFailure) {
        this.#run.fail(error, after.urn);
      }
      errored.add(after.urn);
    }
    return after;
  }

  /** Refuses a conflict. The Pulumi CLI lets the provider check the resource first. */
  async #refuseConflict(
    goal: Goal,
    provider: ResourceProvider,
    { after, before, conflict }: Prepared,
  ): Promise<never> {
    try {
      await this.#check(goal, provider, after, before?.inputs ?? {});
    } catch (error) {
      this.#run.fail(error, after.urn);
    }
    this.#run.fail(conflict, after.urn);
  }

  async #applyChange(
    goal: Goal,
    provider: ResourceProvider,
    before: ResourceState | undefined,
    after: ResourceState,
  ): Promise<void> {
    const run = this.#run;
    // What was deleted so that another resource could be replaced is created from scratch, without its old inputs.
    const recreated = before !== undefined && run.deleted.has(before);
    if (before === undefined || recreated || before.external) {
      await this.#inTurn(() => this.#check(goal, provider, after, {}));
      if (before === undefined) {
        return applyCreate(run, provider, after);
      }
      if (recreated) {
        return createAfterDeletion(run, provider, before, after, []);
      }
      return replaceCreatingFirst(run, provider, before, after, []);
    }
    const decision = await this.#inTurn(() => this.#decide(goal, provider, before, after));
    // Meanwhile it may have been deleted as part of replacing another resource.
    if (run.deleted.has(before)) {
      return createAfterDeletion(run, provider, before, after, []);
    }
    switch (decision.type) {
      case "same":
        return applySame(run, before, after);
      case "update":
        return applyUpdate(run, provider, before, after);
      case "replace": {
        this.#refuseProtected(before, after);
        // A new resource must not get what the check has derived from the old inputs.
        after.inputs = goal.inputs;
        await this.#check(goal, provider, after, {});
        return decision.deleteFirst || before.pendingReplacement
          ? replaceDeletingFirst(run, provider, before, after, decision.keys)
          : replaceCreatingFirst(run, provider, before, after, decision.keys);
      }
    }
  }

  /** Asks the provider of a resource when there is room. */
  #inTurn<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    return this.#questions.run(async () => {
      if (this.#run.cancelled) {
        throw new RunStopped();
      }
      return ask();
    });
  }

  async #decide(
    goal: Goal,
    provider: ResourceProvider,
    before: ResourceState,
    after: ResourceState,
  ): Promise<Decision> {
    const isReplaced = this.#run.selection.isReplaced(after.urn);
    if (!isReplaced) {
      this.#ignoreChanges(goal, before, after);
      await this.#check(goal, provider, after, before.inputs);
    }
    // The reason is told as the Pulumi CLI tells it.
    const forced = isReplaced ? ["id"] : this.#forcedReplacement(before, after);
    return forced === undefined
      ? decide(provider, before, after.inputs, goal)
      : { type: "replace", keys: forced, deleteFirst: goal.deleteBeforeReplace ?? false };
  }

  #forcedReplacement(before: ResourceState, after: ResourceState): readonly string[] | undefined {
    if (!this.#run.options.preview && containsUnknown(after.replacementTrigger)) {
      this.#run.fail(
        new Error(
          `Cannot tell whether to replace resource "${after.urn}": its replacementTrigger holds a value ` +
            "that an update does not tell: give it one that is known",
        ),
        after.urn,
      );
    }
    return forcedReplacement(before, after, this.#run.replaced);
  }

  #ignoreChanges(goal: Goal, before: ResourceState, after: ResourceState): void {
    const { inputs, impossible } = ignoreChanges(before.inputs, after.inputs, goal.ignoreChanges);
    after.inputs = inputs;
    if (impossible.length > 0) {
      this.#run.report(
        "info",
        `Cannot ignore changes of what was added or removed: ${impossible.join(", ")}`,
        after.urn,
      );
    }
  }

  #prepare(goal: Goal, provider: string | undefined): Prepared {
    const urn = this.claim(goal);
    const conflict = this.#findUrnConflict(urn);
    const aliases = aliasUrns(this.#run.options.identity, goal, this.#usedAliases);
    const found = [urn, ...aliases].find((candidate) => this.#before.has(candidate));
    const before = found === undefined ? undefined : this.#before.get(found);
    const aliasConflict =
      found === undefined || found === urn ? undefined : this.#useAlias(urn, found);
    const after = newResourceState({
      urn,
      type: goal.type,
      custom: goal.custom,
      inputs: goal.inputs,
      parent: goal.parent,
      protect: goal.protect ?? false,
      retainOnDelete: goal.retainOnDelete ?? false,
      dependencies: goal.dependencies,
      propertyDependencies: goal.propertyDependencies,
      provider,
      additionalSecretOutputs: goal.additionalSecretOutputs,
      aliases: found !== undefined && found !== urn ? [found] : [],
      deletedWith: goal.deletedWith,
      replaceWith: goal.replaceWith,
      replacementTrigger: goal.replacementTrigger,
      hooks: goal.hooks,
      ignoreChanges: goal.ignoreChanges,
      replaceOnChanges: goal.replaceOnChanges,
      created: before?.created,
      modified: before?.modified,
      sourcePosition: goal.sourcePosition,
      stackTrace: goal.stackTrace,
      rest: goal.rest,
    });
    return { after, before, conflict: conflict ?? aliasConflict };
  }

  /** What is wrong with a URN whose state an alias has taken. */
  #findUrnConflict(urn: string): Error | undefined {
    const claimant = this.#findUserOf(urn);
    return claimant === undefined
      ? undefined
      : new Error(
          `Cannot register resource "${urn}": duplicate resource URN, conflicting with an alias of ` +
            `"${claimant}", which has taken its state; remove that alias, or rename one of the two`,
        );
  }

  /** The URN of the resource that has taken a state by this alias. */
  #findUserOf(alias: string): string | undefined {
    return [...this.#usedAliases].find(([, used]) => used === alias)?.[0];
  }

  /** @returns what is wrong with the alias, when another resource has taken its state */
  #useAlias(urn: string, found: string): Error | undefined {
    const claimant = this.#run.registered.has(found) ? found : this.#findUserOf(found);
    if (claimant === undefined) {
      this.#usedAliases.set(urn, found);
      return undefined;
    }
    return new Error(
      `Cannot use "${found}" as an alias of "${urn}": duplicate resource alias, conflicting with ` +
        `"${claimant}", which has taken its state; remove one of the two, or the alias`,
    );
  }

  async #check(
    goal: Goal,
    provider: ResourceProvider,
    after: ResourceState,
    before: ResourceState["inputs"],
  ): Promise<void> {
    const { inputs, failures } = await provider.check(after.urn, before, after.inputs);
    after.inputs = inputs;
    // A preview continues, so that all mistakes are shown at once.
    const continueOnError = this.#run.options.preview;
    for (const failure of failures) {
      this.#run.report("error", failureMessage(goal, failure), after.urn, { continueOnError });
    }
    if (failures.length > 0) {
      throw new RunStopped();
    }
  }

  #refuseProtected(before: ResourceState, after: ResourceState): void {
    if (!before.protect || !after.protect) {
      return;
    }
    // A preview continues, so that the change that requires the replacement is shown.
    const continueOnError = this.#run.options.preview;
    this.#run.report(
      "error",
      `Cannot replace resource "${after.urn}": it is protected, remove its "protect" option and run up first`,
      after.urn,
      { continueOnError },
    );
    if (!continueOnError) {
      throw new RunStopped();
    }
  }
}

function failureMessage(goal: Goal, { property, reason }: CheckFailure): string {
  const resource = `${goal.type} resource "${goal.name}"`;
  return property === ""
    ? `${resource}: ${reason}`
    : `${resource}: property "${property}": ${reason}`;
}
