/** Runs an operation on a stack: finds and locks it, starts what is needed, and closes all of that in the end. */
import { wantsColor } from "../cli/terminal/colors.ts";
import { isDumb, textFor } from "../cli/terminal/terminal.ts";
import { assertSupported } from "./deploy/supported-resources.ts";
import { OperationDisplay } from "./display/operation-display.ts";
import { SecretMask } from "./display/secret-mask.ts";
import { Execution, isPreview } from "./execution.ts";
import type { JsonReport } from "./events/json-report.ts";
import type { OutputStream, StackOperationOptions, StackResult } from "./operation-types.ts";
import { LinkedSignal } from "./linked-signal.ts";
import { ProviderProcess } from "./processes/provider-process.ts";
import { findSdk } from "./processes/sdk.ts";
import type { Configuration } from "./project/configuration.ts";
import { configurationSecrets } from "./project/configuration.ts";
import { refreshesAlways } from "./project/runnable.ts";
import { assertSupportedSettings } from "./project/stack-settings.ts";
import { Listener } from "./rpc/listener.ts";
import type { StackContext } from "./stack-context.ts";
import { findStack, loadStack } from "./stack-context.ts";
import type { RawCheckpoint } from "./state/checkpoint.ts";
import { lockStack } from "./state/lock.ts";
import { DYNAMIC_PACKAGE } from "./state/urn.ts";

/**
 * Previews, updates, refreshes or destroys a stack, showing it as the Pulumi CLI would.
 *
 * @returns what was done, also after a failure, which has been shown then
 * @throws {UserError} when it could not even begin
 */
export async function runStackOperation(given: StackOperationOptions): Promise<StackResult> {
  // The caller's signals may be for several operations: this one must not be stopped when it has long ended.
  using stop = new LinkedSignal(given.signal);
  using kill = new LinkedSignal(given.forceSignal);
  const { environment = process.env } = given;
  const context = await findStack(
    given.projectDirectory,
    given.stack,
    environment,
    given.settingsFile,
  );
  const options = {
    ...given,
    // What is said on the command line counts before what the project says of all operations.
    refresh: given.refresh ?? refreshesAlways(context.project),
    signal: stop.signal,
    forceSignal: kill.signal,
  };
  await assertSupportedSettings(context.settings);
  if (context.notice !== undefined) {
    options.stderr.write(`${context.notice}\n`);
  }
  if (isPreview(options)) {
    // Awaited, as the signals are followed until this returns.
    return await operate(context, options);
  }
  const lock = await lockStack(context.store);
  for (const holder of lock.staleLocks) {
    options.stderr.write(`Removed the lock of ${holder} and has ended\n`);
  }
  try {
    await context.store.removeLeftovers();
    return await operate(context, options);
  } finally {
    await lock.release();
  }
}

async function operate(
  context: StackContext,
  options: StackOperationOptions,
): Promise<StackResult> {
  const startedAt = Date.now();
  const { operation } = options;
  const { project, store, environment } = context;
  const sdk = findSdk(project.program.directory);
  const listener = await Listener.open();
  const mask = new SecretMask();
  let display: OperationDisplay | undefined;
  let report: JsonReport | undefined;
  const provider = new ProviderProcess({
    sdk,
    directory: project.program.directory,
    projectName: project.name,
    stack: store.identity.stack,
    address: listener.address,
    moduleAhead: options.providerModule,
    environment,
    onLine: (line, isError) => {
      display?.userLine(line);
      report?.userLine(line, isError);
    },
  });
  try {
    const checkpoint = await store.read();
    if (willNeedProvider(checkpoint)) {
      provider.start();
    }
    const loaded = await loadStack(context, checkpoint);
    assertSupported(loaded.before.resources);
    if (checkpoint?.isUnsaved === true) {
      options.stderr.write(
        `Reading the state that could not be saved before: "${checkpoint.path}"\n`,
      );
      if (!isPreview(options)) {
        await loaded.write(loaded.before);
      }
    }
    for (const { inputs, outputs } of loaded.before.resources) {
      mask.learn(inputs);
      mask.learn(outputs);
    }
    learnConfiguration(mask, loaded.configuration);
    display = new OperationDisplay({
      operation,
      identity: store.identity,
      output: options.json === true ? NOWHERE : options.stdout,
      errorOutput: options.stderr,
      colored: wantsColor(options.stdout, environment, options.color),
      diff: options.diff ?? false,
      suppressOutputs: options.suppressOutputs ?? false,
      showSecrets: options.showSecrets ?? false,
      showSames: options.showSames ?? false,
      showReads: options.showReads ?? false,
      showReplacementSteps: options.showReplacementSteps ?? false,
      suppressProgress: options.suppressProgress ?? false,
      plainProgress: options.plainProgress === true || isDumb(environment),
      shown: textFor(options.stdout, environment),
      mask,
      now: Date.now,
    });
    if (options.json === true) {
      const { openJsonReport } = await import("./events/open-json-report.ts");
      report = openJsonReport({
        operation,
        preview: isPreview(options),
        output: options.stdout,
        configuration: loaded.configuration,
        mask,
        now: Date.now,
        suppressOutputs: options.suppressOutputs ?? false,
        showSames: options.showSames ?? false,
        showReplacementSteps: options.showReplacementSteps ?? false,
        environment,
      });
    }
    const execution = new Execution({
      context,
      options,
      loaded,
      display,
      report,
      provider,
      listener,
      sdk,
    });
    return await execution.execute(startedAt);
  } finally {
    display?.close();
    await provider.stop();
    await listener.close();
  }
}

/** What is made for people has no place on a stream of JSON. */
const NOWHERE: OutputStream = { write: () => undefined };

/** What is encrypted in an object is masked, and not the whole object, as the state has it. */
function learnConfiguration(mask: SecretMask, configuration: Configuration): void {
  for (const { value, secret } of configuration.values()) {
    if (secret) {
      mask.spare(value);
    }
  }
  mask.learn(configurationSecrets(configuration));
}

/** Whether the provider is most probably needed: with dynamic resources in the state, or without a state. */
function willNeedProvider(checkpoint: RawCheckpoint | undefined): boolean {
  const resources = checkpoint?.deployment["resources"];
  if (!Array.isArray(resources)) {
    return true;
  }
  return resources.some((resource) => JSON.stringify(resource).includes(`"${DYNAMIC_PACKAGE}:`));
}
