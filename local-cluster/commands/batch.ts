import { errorValue, genericError, toYtError } from "../errors/yt-error.ts";
import * as yson from "../yson/value.ts";
import type { YsonValue } from "../yson/value.ts";
import type { ApiVersion, Command, Output } from "./command.ts";
import { bare } from "./command.ts";
import { Parameters } from "./parameters.ts";
import type { CommandRunner, Invocation } from "./runner.ts";

/** What a batch needs to run its parts. */
export interface BatchEnvironment {
  readonly runner: CommandRunner;
  readonly findCommand: (name: string, version: ApiVersion) => Command | undefined;
}

/**
 * `execute_batch`: several light commands in one request. Each part carries its own transaction
 * and answers for itself; an unknown command fails the whole answer although the others ran, as
 * on the cluster.
 */
export async function executeBatch(
  invocation: Invocation,
  environment: BatchEnvironment,
): Promise<Output> {
  const requests = invocation.parameters.list("requests");
  const parts = requests.map((request, index) => runPart(request, index, invocation, environment));
  const settled = await Promise.allSettled(parts);
  const results = settled.map((part) => {
    if (part.status === "rejected") throw toYtError(part.reason);
    return part.value;
  });
  const list = yson.list(results);
  return invocation.apiVersion === "v3" ? bare(list) : bare(yson.map({ results: list }));
}

/** @throws {YtError} when it is no part of a batch at all; other failures are its answer */
async function runPart(
  request: YsonValue,
  index: number,
  batch: Invocation,
  environment: BatchEnvironment,
): Promise<YsonValue> {
  if (request.type !== "map") throw genericError("Part of a batch must be a map");
  const fields = new Parameters(request.entries);
  const name = fields.string("command");
  const command = environment.findCommand(name, batch.apiVersion);
  if (command === undefined) throw genericError(`Unknown command "${name}"`);
  if (isStream(command.input) || isStream(command.output)) {
    throw genericError(`Command "${name}" is not supported in batches: it carries a stream`);
  }
  const parameters = new Map(fields.map("parameters"));
  const mutationId = batch.parameters.findId("mutation_id");
  if (mutationId !== undefined) {
    parameters.set("mutation_id", yson.string(derivedId(mutationId, index)));
    parameters.set("retry", yson.boolean(batch.parameters.boolean("retry")));
  }
  const input = fields.find("input");
  try {
    const output = await environment.runner.run({
      command,
      parameters: new Parameters(parameters),
      user: batch.user,
      apiVersion: batch.apiVersion,
      input: { structured: () => structuredInput(input, name), bytes: noBytes },
    });
    return partResult(output, batch.apiVersion);
  } catch (error) {
    return yson.map({ error: errorValue(toYtError(error)) });
  }
}

function partResult(output: Output, version: ApiVersion): YsonValue {
  if (output.type === "binary") throw new Error("A streaming command got into a batch");
  const value = version === "v3" ? output.v3 : output.v4;
  return yson.map(value === undefined ? {} : { output: value });
}

function isStream(type: string): boolean {
  return type === "binary" || type === "tabular";
}

async function structuredInput(input: YsonValue | undefined, name: string): Promise<YsonValue> {
  if (input === undefined) throw genericError(`Command "${name}" requires input`);
  return input;
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}

/** Part `index` of a batch has an id of its own that a repeated batch finds again. */
function derivedId(mutationId: string, index: number): string {
  const [first = "0", ...rest] = mutationId.split("-");
  const shifted = (Number.parseInt(first, 16) + index + 1) >>> 0;
  return [shifted.toString(16), ...rest].join("-");
}
