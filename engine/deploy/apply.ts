/** The steps themselves: create, update, delete a resource or keep it as it is, noting each in the journal. */
import type { ResourceState } from "../state/resource-state.ts";
import { messageOf } from "../../common/errors/message-of.ts";
import { equalValues } from "../values/equality.ts";
import { mapProperties, Secret } from "../values/property-value.ts";
import type { PropertyMap } from "../values/property-value.ts";
import type { ProvisionedResource, ResourceProvider } from "./resource-provider.ts";
import { ProviderError } from "./resource-provider.ts";
import type { HookCall } from "./hooks.ts";
import { MOST_TRIES } from "./hooks.ts";
import type { Run } from "./run.ts";
import type { Operation } from "./step.ts";

/** Which hooks come before a step. */
const BEFORE = { create: "BeforeCreate", update: "BeforeUpdate", delete: "BeforeDelete" } as const;

/** A resource whose step ended with "it exists, and is not usable". */
class InitFailed extends Error {
  override readonly name = "InitFailed";
}

/** Keeps a resource as it is. */
export async function applySame(
  run: Run,
  before: ResourceState,
  after: ResourceState,
): Promise<void> {
  const step = { operation: "same", urn: after.urn, before, after } as const;
  await run.perform(step, async () => {
    after.id = before.id;
    after.outputs = before.outputs;
    after.initErrors = before.initErrors;
    markSecretOutputs(after);
    await run.options.journal.produce(after, before, { changed: mustWrite(before, after) });
  });
}

/**
 * Creates a resource.
 *
 * @param before the resource that it replaces, where there is one
 * @param options.keepBefore leave the old one in the state, to be deleted later
 */
export async function applyCreate(
  run: Run,
  provider: Pick<ResourceProvider, "create"> | undefined,
  after: ResourceState,
  before?: ResourceState,
  options: { readonly keepBefore: boolean; readonly replaceKeys: readonly string[] } = {
    keepBefore: false,
    replaceKeys: [],
  },
): Promise<void> {
  const { preview, journal } = run.options;
  const operation: Operation = before === undefined ? "create" : "create-replacement";
  const step = { operation, urn: after.urn, before, after, replaceKeys: options.replaceKeys };
  await run.perform(
    step,
    async () => {
      await journal.begin(after, "creating");
      const call: HookCall = { resource: after, newInputs: after.inputs };
      const done = await attempt(run, "create", call, async () => {
        if (provider === undefined) {
          return undefined;
        }
        if (preview) {
          return { id: "", outputs: after.inputs, initErrors: [] };
        }
        return provider.create(after.urn, after.inputs);
      });
      settle(after, done);
      after.created = timestamp();
      after.modified = after.created;
      if (before !== undefined && options.keepBefore) {
        before.delete = true;
      }
      await journal.produce(after, options.keepBefore ? undefined : before);
      assertUsable(done);
      await callAfter(run, "AfterCreate", call);
    },
    { counted: before === undefined },
  );
}

/** Updates a resource in place. */
export async function applyUpdate(
  run: Run,
  provider: Pick<ResourceProvider, "update"> | undefined,
  before: ResourceState,
  after: ResourceState,
): Promise<void> {
  const { preview, journal } = run.options;
  await run.perform({ operation: "update", urn: after.urn, before, after }, async () => {
    await journal.begin(after, "updating");
    after.id = before.id;
    const call: HookCall = {
      resource: after,
      newInputs: after.inputs,
      oldInputs: before.inputs,
      oldOutputs: before.outputs,
    };
    const done = await attempt(run, "update", call, async () => {
      if (provider === undefined) {
        return undefined;
      }
      if (preview) {
        return { id: before.id, outputs: after.inputs, initErrors: [] };
      }
      return provider.update({ urn: after.urn, id: before.id }, before, after.inputs);
    });
    settle(after, done);
    if (done === undefined) {
      after.outputs = before.outputs;
    } else {
      after.modified = timestamp();
    }
    // What was asked for has not been reached, so the next run must find a difference.
    if (done !== undefined && done.initErrors.length > 0) {
      after.inputs = before.inputs;
    }
    await journal.produce(after, before);
    assertUsable(done);
    await callAfter(run, "AfterUpdate", call);
  });
}

/** How a deletion ends. */
export interface DeletionOptions {
  readonly operation: "delete" | "delete-replaced";
  /** Leave it in the state, marked as deleted, because its replacement has yet to be created. */
  readonly pendingReplacement: boolean;
  /** The URNs that are being deleted in the same run. */
  readonly deletedUrns: ReadonlySet<string>;
}

/** Deletes a resource, or removes it from the state only: where there is nothing to delete, and with `retainOnDelete`. */
export async function applyDelete(
  run: Run,
  provider: Pick<ResourceProvider, "delete"> | undefined,
  before: ResourceState,
  options: DeletionOptions,
): Promise<void> {
  const { preview, journal } = run.options;
  const operation: Operation = before.external ? "discard" : options.operation;
  await run.perform(
    { operation, urn: before.urn, before, after: undefined },
    async () => {
      await journal.begin(before, "deleting");
      const needed =
        !preview &&
        before.custom &&
        !before.external &&
        !before.retainOnDelete &&
        !(before.deletedWith !== undefined && options.deletedUrns.has(before.deletedWith));
      const call = { resource: before, oldInputs: before.inputs, oldOutputs: before.outputs };
      await attempt(run, "delete", call, async () => {
        if (needed && provider !== undefined) {
          await provider.delete({ urn: before.urn, id: before.id }, before);
        }
      });
      if (options.pendingReplacement) {
        before.pendingReplacement = true;
        await journal.abandon(before, { unknown: false });
      } else {
        await journal.remove(before);
      }
      await run.hooks.callAfter(run, "AfterDelete", call);
    },
    { counted: operation !== "delete-replaced" },
  );
}

/**
 * Does the provider's part of a step, and calls the hooks before it; when that fails, the journal notes it before the
 * error is thrown on.
 */
async function attempt<T>(
  run: Run,
  operation: keyof typeof BEFORE,
  call: HookCall,
  action: () => Promise<T>,
): Promise<T> {
  const { resource } = call;
  try {
    await run.hooks.call(run, BEFORE[operation], call);
    return await withRetries(run, operation, call, action);
  } catch (error) {
    const unknown = error instanceof ProviderError && error.unknown;
    await run.options.journal.abandon(resource, { unknown });
    throw error;
  }
}

/** Tries again for as long as the resource's hooks for errors want it. */
async function withRetries<T>(
  run: Run,
  operation: string,
  call: HookCall,
  action: () => Promise<T>,
): Promise<T> {
  const failures: string[] = [];
  for (;;) {
    try {
      return await action();
    } catch (error) {
      failures.unshift(messageOf(error));
      const { urn } = call.resource;
      if (run.stopped || !(await run.hooks.asksForRetry(call, operation, failures))) {
        throw error;
      }
      if (failures.length >= MOST_TRIES) {
        throw error;
      }
      const times = `${failures.length} of ${MOST_TRIES - 1} times`;
      run.report("warning", `Tries to ${operation} it again, as its hook wants (${times})`, urn);
    }
  }
}

/** A component is done when its outputs are registered. */
async function callAfter(
  run: Run,
  kind: "AfterCreate" | "AfterUpdate",
  call: HookCall,
): Promise<void> {
  const { resource } = call;
  const callHooks = () => run.hooks.callAfter(run, kind, { ...call, newOutputs: resource.outputs });
  if (resource.custom) {
    await callHooks();
  } else {
    run.componentHooks.set(resource, callHooks);
  }
}

function settle(after: ResourceState, done: ProvisionedResource | undefined): void {
  if (done === undefined) {
    return;
  }
  after.id = done.id;
  after.outputs = done.outputs;
  after.initErrors = done.initErrors;
  markSecretOutputs(after);
}

/** A resource that exists but failed to start is in the state by now, and still fails its step. */
function assertUsable(done: ProvisionedResource | undefined): void {
  if (done === undefined || done.initErrors.length === 0) {
    return;
  }
  throw new InitFailed(done.initErrors.join("\n"));
}

/** An output is secret when the program says so, or when the input of its name is. */
function markSecretOutputs(resource: ResourceState): void {
  resource.outputs = mapProperties(resource.outputs, (value, key) => {
    const secret =
      resource.additionalSecretOutputs.includes(key) ||
      ownValue(resource.inputs, key) instanceof Secret;
    return secret && !(value instanceof Secret) ? new Secret(value) : value;
  });
}

function ownValue(properties: PropertyMap, key: string): unknown {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

/** Whether a resource that stays the same has anything new to store (positions in the source are not worth a write). */
function mustWrite(before: ResourceState, after: ResourceState): boolean {
  return (
    facts(before) !== facts(after) ||
    !equalValues(before.inputs, after.inputs) ||
    !equalValues(before.replacementTrigger, after.replacementTrigger) ||
    !equalValues(before.outputs, after.outputs)
  );
}

/** What a state holds besides properties and times. */
function facts(state: ResourceState): string {
  return JSON.stringify([
    state.urn,
    state.type,
    state.custom,
    state.parent,
    state.provider,
    state.protect,
    state.retainOnDelete,
    state.deletedWith,
    state.replaceWith,
    state.hooks,
    state.dependencies.toSorted(),
    state.rest,
  ]);
}

function timestamp(): string {
  return new Date().toISOString();
}
