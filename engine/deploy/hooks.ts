/**
 * Hooks: functions of a program that are called before and after steps, and asked what to do about failed ones (facts
 * from `RunHooks` and `RunErrorHooks` in pkg/resource/deploy/deployment.go of pulumi/pulumi).
 */
import { messageOf } from "../../common/errors/message-of.ts";
import { UserError } from "../../common/errors/user-error.ts";
import type { ResourceState } from "../state/resource-state.ts";
import type { PropertyMap } from "../values/property-value.ts";
import type { Run } from "./run.ts";

/** When a hook is called, as states name it. */
export type HookKind =
  | "BeforeCreate"
  | "AfterCreate"
  | "BeforeUpdate"
  | "AfterUpdate"
  | "BeforeDelete"
  | "AfterDelete"
  | "OnError";

/** What a hook is told. */
export interface HookCall {
  readonly resource: ResourceState;
  readonly newInputs?: PropertyMap;
  readonly oldInputs?: PropertyMap;
  readonly newOutputs?: PropertyMap;
  readonly oldOutputs?: PropertyMap;
}

/** A hook that is called before or after a step. */
export interface StepHook {
  /** Whether previews call it, too. */
  readonly onDryRun: boolean;
  /** Whether its failures are only warned of. */
  readonly ignoreErrors: boolean;
  /** @throws {Error} when it has failed */
  readonly call: (call: HookCall) => Promise<void>;
}

/**
 * A hook that is called after a failure; it tells whether to try again.
 *
 * @param operation `create`, `update` or `delete`
 * @param failures what went wrong each time, the last one first
 */
export type ErrorHook = (
  call: HookCall,
  operation: string,
  failures: readonly string[],
) => Promise<boolean>;

/** How often a step is tried at most. */
export const MOST_TRIES = 100;

/** The hooks that a program has registered. */
export class Hooks {
  readonly #ofSteps = new Map<string, StepHook>();
  readonly #ofErrors = new Map<string, ErrorHook>();

  /** @throws {Error} when the name is taken */
  register(name: string, hook: StepHook): void {
    this.#assertFree(name);
    this.#ofSteps.set(name, hook);
  }

  /** @throws {Error} when the name is taken */
  registerForErrors(name: string, hook: ErrorHook): void {
    this.#assertFree(name);
    this.#ofErrors.set(name, hook);
  }

  /**
   * Calls the hooks that a resource has for a moment, in their order.
   *
   * @throws {Error} when one is not registered, or fails
   */
  async call(run: Run, kind: HookKind, call: HookCall): Promise<void> {
    for (const name of call.resource.hooks[kind] ?? []) {
      const hook = this.#ofSteps.get(name);
      if (hook === undefined) {
        throw notRegistered(name, kind);
      }
      if (run.options.preview && !hook.onDryRun) {
        continue;
      }
      try {
        await hook.call(call);
      } catch (error) {
        const message = `Hook "${name}" (${kind}) failed: ${messageOf(error)}`;
        if (!hook.ignoreErrors) {
          throw new Error(message, { cause: error });
        }
        run.report("warning", message, call.resource.urn);
      }
    }
  }

  /**
   * Calls the hooks after a step, which has been done whatever they say: their failures end the run, and are reported.
   */
  async callAfter(run: Run, kind: HookKind, call: HookCall): Promise<void> {
    try {
      await this.call(run, kind, call);
    } catch (error) {
      const continueOnError = run.options.continueOnError ?? false;
      run.report("error", messageOf(error), call.resource.urn, { continueOnError });
    }
  }

  /**
   * Asks the hooks whether a failed step is to be tried again.
   *
   * @throws {Error} when one is not registered, or fails
   */
  async asksForRetry(
    call: HookCall,
    operation: string,
    failures: readonly string[],
  ): Promise<boolean> {
    let isWanted = false;
    for (const name of call.resource.hooks["OnError"] ?? []) {
      const hook = this.#ofErrors.get(name);
      if (hook === undefined) {
        throw notRegistered(name, "OnError");
      }
      isWanted = (await hook(call, operation, failures)) || isWanted;
    }
    return isWanted;
  }

  #assertFree(name: string): void {
    if (this.#ofSteps.has(name) || this.#ofErrors.has(name)) {
      throw new UserError(`Cannot register hook "${name}" twice: give one of the two another name`);
    }
  }
}

function notRegistered(name: string, kind: HookKind): UserError {
  return new UserError(
    `Cannot call hook "${name}" (${kind}) as it is not registered: run up with a program that registers it, ` +
      "or that takes it from the resource's options first",
  );
}
