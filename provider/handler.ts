/**
 * The handler of the resource, as Pulumi's dynamic-provider process calls it. Only glue: it holds
 * the settings, sends lines to the user, and lets no stack out for a user's mistake.
 */
import { randomBytes } from "node:crypto";
import { rememberModules } from "./pipeline/python/module-memory.ts";
import type { Properties } from "./resource/arguments.ts";
import { type CheckResult, check as checkArguments } from "./resource/check.ts";
import { diff as diffProperties, type DiffResult } from "./resource/diff.ts";
import type { CheckedInputs } from "./resource/inputs.ts";
import { read as readResource, type ReadResult, resourceName } from "./resource/read.ts";
import { remove as removeResource } from "./resource/remove.ts";
import { type ProviderSettings, readSettings } from "./resource/settings.ts";
import { UserError } from "../common/errors/user-error.ts";

/** Pulumi's configuration, as `configure` gets it. */
interface ConfigureRequest {
  readonly config: { get(key: string): string | undefined };
}

let settings: ProviderSettings = readSettings(() => undefined, process.env, process.cwd());

/** Called once per process, before anything else. */
export async function configure({ config }: ConfigureRequest): Promise<void> {
  const fromOutside = readSettings((key) => config.get(key), process.env, process.cwd());
  settings = { ...fromOutside, findModules: rememberModules() };
}

/** See `resource/check.ts`. */
export async function check(_olds: Properties, news: Properties): Promise<CheckResult> {
  return checkArguments(news, settings, writeLine);
}

/** See `resource/diff.ts`. */
export async function diff(_id: string, olds: Properties, news: Properties): Promise<DiffResult> {
  return diffProperties(olds, news);
}

/** See `resource/sync.ts`, which is loaded when wanted: a preview packs nothing. */
export async function create(
  inputs: CheckedInputs,
): Promise<{ readonly id: string; readonly outs: Properties }> {
  const id = `${resourceName(inputs)}-${randomBytes(6).toString("hex")}`;
  const context = { settings, log: logFor(inputs), resourceId: id };
  const { sync } = await import("./resource/sync.ts");
  return { id, outs: await withoutStack(sync(inputs, undefined, context)) };
}

/** See `resource/sync.ts`. */
export async function update(
  id: string,
  olds: Properties,
  inputs: CheckedInputs,
): Promise<{ readonly outs: Properties }> {
  const context = { settings, log: logFor(inputs), resourceId: id };
  const { sync } = await import("./resource/sync.ts");
  return { outs: await withoutStack(sync(inputs, olds, context)) };
}

/** See `resource/read.ts`. */
export async function read(id: string, outputs: Properties): Promise<ReadResult> {
  return withoutStack(readResource(id, outputs, settings, logFor(outputs)));
}

async function remove(id: string, outputs: Properties): Promise<void> {
  return withoutStack(removeResource(id, outputs, settings, logFor(outputs)));
}
export { remove as delete };

function logFor(properties: Properties): (line: string) => void {
  const name = resourceName(properties);
  return (line) => writeLine(`${name}: ${line}`);
}

/** Pulumi shows what this process prints as information. */
function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Pulumi prints the stack of what is thrown; for a mistake of the user's there is none to show. */
async function withoutStack<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UserError) error.stack = error.message;
    throw error;
  }
}
