/** Carries one operation out, with everything that it needs found and started before. */
import { messageOf } from "../common/errors/message-of.ts";
import { Deployment } from "./deploy/deployment.ts";
import { inDependencyOrder, Selection } from "./deploy/selection.ts";
import { destroySelected, reportUnknown } from "./deploy/unselected.ts";
import { Journal } from "./deploy/journal.ts";
import { refreshResources } from "./deploy/refresh.ts";
import type { ResourceProvider } from "./deploy/resource-provider.ts";
import { Run, RunStopped } from "./deploy/run.ts";
import { stoppedMessage } from "./deploy/stopped-message.ts";
import type { OperationDisplay } from "./display/operation-display.ts";
import type { JsonReport } from "./events/json-report.ts";
import type { DeploymentListener } from "./deploy/events.ts";
import { differencesOf } from "./display/row.ts";
import { readableStack } from "./display/stack-trace.ts";
import type { OperationName, StackOperationOptions, StackResult } from "./operation-types.ts";
import { startProgram } from "./processes/program-process.ts";
import type { ProviderProcess } from "./processes/provider-process.ts";
import { runProgram } from "./program-run.ts";
import { configurationInputs } from "./project/configuration.ts";
import type { Listener } from "./rpc/listener.ts";
import { describePlainSecrets } from "./secrets/plain-secrets.ts";
import type { LoadedStack, StackContext } from "./stack-context.ts";
import { readReferencedOutputs } from "./stack-context.ts";
import { plainOutputs } from "./stack-outputs.ts";
import { shownName } from "../common/text/shown-name.ts";
import type { PendingOperation } from "./state/resource-state.ts";
import type { HistoryEntry } from "./state/stack-store.ts";
import { DYNAMIC_PACKAGE, DYNAMIC_PROVIDER_TYPE, nameOf, STACK_TYPE, typeOf } from "./state/urn.ts";
import type { PropertyMap } from "./values/property-value.ts";

/** How many steps are taken at a time, by default. */
const DEFAULT_PARALLEL = 16;

/** What one execution works with. */
export interface ExecutionParts {
  readonly context: StackContext;
  readonly options: StackOperationOptions;
  readonly loaded: LoadedStack;
  readonly display: OperationDisplay;
  /** Where JSON is asked for. */
  readonly report: JsonReport | undefined;
  readonly provider: ProviderProcess;
  readonly listener: Listener;
  /** The SDK's folder. */
  readonly sdk: string;
}

/** One operation on one stack, from the state before to the state after. */
export class Execution {
  readonly #parts: ExecutionParts;
  readonly #journal: Journal;
  readonly #run: Run;
  #dynamic: ResourceProvider | undefined;

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
    const { options, loaded, context } = parts;
    const preview = isPreview(options);
    const kept =
      options.excludeProtected === true
        ? loaded.before.resources.filter(({ protect }) => protect).map(({ urn }) => urn)
        : [];
    const selection = new Selection({
      ...options,
      excludes: [...(options.excludes ?? []), ...kept],
    });
    const write: typeof loaded.write = selection.isEverything
      ? loaded.write
      : // What is left as it is comes in the order of the program, and keeps its old dependencies.
        (state) => loaded.write({ ...state, resources: inDependencyOrder(state.resources) });
    this.#journal = new Journal(loaded.before, preview ? async () => undefined : write);
    this.#run = new Run({
      identity: context.store.identity,
      preview,
      before: loaded.before,
      journal: this.#journal,
      providerOf: () => this.#dynamicProvider(),
      listener: this.#listen,
      parallel: options.parallel ?? DEFAULT_PARALLEL,
      selection,
      continueOnError: options.continueOnError ?? false,
    });
  }

  readonly #listen: DeploymentListener = (event) => {
    this.#parts.display.listen(event);
    this.#parts.report?.listen(event);
  };

  #userLine(line: string, isError: boolean): void {
    this.#parts.display.userLine(line);
    this.#parts.report?.userLine(line, isError);
  }

  async execute(startedAt: number): Promise<StackResult> {
    const { options, display, report, context, loaded } = this.#parts;
    const run = this.#run;
    onAbort(options.signal, () => {
      run.cancel();
      // As Pulumi does; a provider may stop what it is doing, or finish it.
      void this.#parts.provider.cancel();
    });
    // The steps under way fail then, and are recorded as pending.
    onAbort(options.forceSignal, () => {
      run.kill();
      this.#parts.provider.kill();
    });
    const cleared = await this.#clearPendingCreates();
    this.#warnOfPending(cleared);
    const plain = describePlainSecrets(loaded.configuration, context.store.identity.stack);
    if (plain !== undefined) {
      run.report("warning", plain);
    }
    const unlessUnsaved = (error: unknown): void => {
      if (loaded.unsaved() === undefined) {
        throw error;
      }
    };
    await this.#dispatch().catch(unlessUnsaved);
    await this.#journal.close().catch(unlessUnsaved);
    if (isPreview(options) && !run.failed) {
      // What up could not save must not be begun.
      await loaded
        .assertWritable(this.#journal.state)
        .catch((error: unknown) => run.report("error", messageOf(error)));
    }
    const unsaved = loaded.unsaved();
    if (unsaved !== undefined && (unsaved.isDone || !run.failed)) {
      run.report("error", unsaved.message);
    }
    if (run.cancelled) {
      // A destroy has deleted what it had begun to delete; the Pulumi CLI takes that for no failure.
      const isKilled = options.forceSignal?.aborted === true;
      const severity = options.operation === "destroy" && !isKilled ? "warning" : "error";
      run.report(severity, stoppedMessage(run.cutShort));
    }
    // What it has printed comes by another way than its answers, and must not come after the end, or never.
    await this.#parts.provider.stop();
    const durationMs = Date.now() - startedAt;
    display.finish({ counts: run.counts, durationMs });
    report?.finish({ counts: run.counts, durationMs, succeeded: !run.failed && !run.cancelled });
    const kind = historyKind(options.operation);
    if (kind !== undefined && unsaved === undefined) {
      await context.store.addToHistory({
        kind,
        startTime: Math.floor(startedAt / 1000),
        endTime: Math.floor(Date.now() / 1000),
        message: options.message ?? "",
        result: run.failed || run.cancelled ? "failed" : "succeeded",
        resourceChanges: Object.fromEntries(run.counts),
      });
    }
    return this.#result(durationMs);
  }

  async #dispatch(): Promise<void> {
    const { context, options, loaded } = this.#parts;
    const run = this.#run;
    const readOutputs = (name: string) => readReferencedOutputs(context, name);
    const isRefresh = options.operation === "refresh" || options.operation === "preview-refresh";
    if (options.refresh === true && !isRefresh && run.before.resources.length > 0) {
      await Promise.all([this.#loadProvider(), loaded.opened]);
      await refreshResources(run, readOutputs, { isFirst: true });
      if (run.failed || run.stopped) {
        return;
      }
    }
    const known = new Set(run.before.resources.map(({ urn }) => urn));
    if (reportUnknown(run, run.selection.unknownReplaced(known))) {
      return;
    }
    switch (options.operation) {
      case "preview":
      case "up":
        return this.#runProgram();
      case "refresh":
      case "preview-refresh":
        await Promise.all([this.#loadProvider(), loaded.opened]);
        return refreshResources(run, readOutputs);
      case "destroy":
      case "preview-destroy":
        await Promise.all([this.#loadProvider(), loaded.opened]);
        return destroySelected(run, run.before.resources).catch((error: unknown) => {
          if (!(error instanceof RunStopped)) {
            throw error;
          }
        });
    }
  }

  async #runProgram(): Promise<void> {
    const { context, options, loaded, display, listener, sdk } = this.#parts;
    const { project, environment } = context;
    const run = this.#run;
    const deployment = new Deployment(run, {
      providerInputs: (packageName) => this.#providerInputs(packageName),
      readStackOutputs: (name) => readReferencedOutputs(context, name),
    });
    await runProgram({
      deployment,
      listener,
      root: project.root,
      signal: options.signal ?? new AbortController().signal,
      forceSignal: options.forceSignal ?? new AbortController().signal,
      // An error that a program only logs does not fail the run; its exit status does.
      onLog: ({ severity, message, urn, isStatus }) => {
        if (isStatus) {
          display.status(message, urn);
        } else {
          this.#listen({ type: "diagnostic", severity, message: readableStack(message), urn });
        }
      },
      start: () =>
        startProgram(
          {
            sdk,
            project,
            stack: context.store.identity.stack,
            configuration: loaded.configuration,
            preview: isPreview(options),
            parallel: options.parallel ?? DEFAULT_PARALLEL,
            address: listener.address,
            environment,
          },
          {
            onLine: (line) => this.#userLine(line, false),
            onErrorLine: (line) => this.#userLine(line, true),
          },
        ),
      onStarted: async () => {
        await Promise.all([this.#loadProvider(), loaded.opened]);
      },
      onWaitingForEnd: () =>
        display.notice(
          "Everything is done; waiting for the program to end, press Ctrl-C to end it",
        ),
    });
  }

  /** Dynamic providers get the whole configuration, others that of their own namespace. */
  #providerInputs(packageName: string): PropertyMap {
    const inputs = configurationInputs(this.#parts.loaded.configuration);
    if (packageName === DYNAMIC_PACKAGE) {
      return inputs;
    }
    const prefix = `${packageName}:`;
    return Object.fromEntries(
      Object.entries(inputs)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );
  }

  /** A method, because gRPC is loaded while the processes are starting. */
  async #loadProvider(): Promise<void> {
    const { provider } = this.#parts;
    if (this.#dynamic !== undefined) {
      return;
    }
    const { DynamicProvider } = await import("./rpc/dynamic-provider.ts");
    this.#dynamic = new DynamicProvider(
      () => provider.connect(() => this.#providerConfiguration()),
      () => provider.describeEnd(),
    );
  }

  #dynamicProvider(): ResourceProvider {
    if (this.#dynamic === undefined) {
      throw new Error("The provider is not loaded yet");
    }
    return this.#dynamic;
  }

  /** Without settings (the file was removed) the provider gets the configuration that is in the state. */
  #providerConfiguration(): PropertyMap {
    const { context, loaded } = this.#parts;
    if (context.settings.exists) {
      return configurationInputs(loaded.configuration);
    }
    const last = loaded.before.resources.find(({ type }) => type === DYNAMIC_PROVIDER_TYPE);
    return last?.inputs ?? configurationInputs(loaded.configuration);
  }

  /** @returns those that were cleared */
  async #clearPendingCreates(): Promise<readonly PendingOperation[]> {
    const { options } = this.#parts;
    if (options.clearPendingCreates !== true || options.operation !== "refresh") {
      return [];
    }
    const cleared = await this.#journal.clearPendingCreations();
    for (const { resource } of cleared) {
      options.stderr.write(`Cleared the pending creation of ${shownName(resource.urn)}\n`);
    }
    return cleared;
  }

  #warnOfPending(cleared: readonly PendingOperation[]): void {
    const { loaded, options } = this.#parts;
    const pendingOperations = loaded.before.pendingOperations.filter(
      (pending) => !cleared.includes(pending),
    );
    if (pendingOperations.length === 0 || isPreview(options)) {
      return;
    }
    const lines = pendingOperations.map(
      ({ resource, type }) => `  * ${resource.urn}, interrupted while ${type}`,
    );
    const count = pendingOperations.length;
    this.#run.report(
      "warning",
      `The last operation was interrupted while ${count} ${count === 1 ? "resource was" : "resources were"} being changed, ` +
        `and it is not known whether that was done:\n${lines.join("\n")}\n` +
        (pendingOperations.some(({ type }) => type === "creating")
          ? "Look whether what was being created exists; refresh --clear-pending-creates forgets it"
          : "This run completes it; refresh shows what exists"),
    );
  }

  #result(durationMs: number): StackResult {
    const { options, context, display } = this.#parts;
    const run = this.#run;
    const stack = this.#journal.state.resources.find(({ type }) => type === STACK_TYPE);
    return {
      operation: options.operation,
      project: context.project.name,
      stack: context.store.identity.stack,
      succeeded: !run.failed && !run.cancelled,
      cancelled: run.cancelled,
      changes: Object.fromEntries(run.counts),
      steps: display.steps.map((step) => ({
        operation: step.operation,
        urn: step.urn,
        type: typeOf(step.urn),
        name: nameOf(step.urn),
        differences: differencesOf(step),
      })),
      diagnostics: display.diagnostics,
      details: () => display.details(),
      outputs: plainOutputs(stack?.outputs ?? {}, options.showSecrets ?? false),
      durationMs,
    };
  }
}

function onAbort(signal: AbortSignal | undefined, action: () => void): void {
  signal?.addEventListener("abort", action, { once: true });
  if (signal?.aborted === true) {
    action();
  }
}

/** Whether an operation only says what it would do. */
export function isPreview({ operation }: StackOperationOptions): boolean {
  return operation.startsWith("preview");
}

/** How an operation is called in a stack's history; previews leave none. */
function historyKind(operation: OperationName): HistoryEntry["kind"] | undefined {
  switch (operation) {
    case "preview":
    case "preview-refresh":
    case "preview-destroy":
      return undefined;
    case "up":
      return "update";
    case "refresh":
    case "destroy":
      return operation;
  }
}
