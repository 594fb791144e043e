/** The command `execute_batch`. */
import { errorValue, genericError, toYtError } from "../errors/yt-error.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import type { ApiVersion, Command, Output } from "./command.ts";
import { valueOutput } from "./command.ts";
import { Parameters } from "./parameters.ts";
import type { CommandRunner, Invocation } from "./runner.ts";

/** What a batch needs to run its parts. */
export interface BatchEnvironment {
  readonly runner: CommandRunner;
  readonly findCommand: (name: string, version: ApiVersion) => Command | undefined;
}

/**
 * `execute_batch`: several light commands in one request. Each part has its own transaction
 * and its own answer; an unknown command fails the whole answer although the others ran, as on the
 * cluster (docs/yt-http-api.md, section 6).
 */
export async function executeBatch(
  invocation: Invocation,
  environment: BatchEnvironment,
): Promise<Output> {
  const concurrency = invocation.parameters.findInteger("concurrency") ?? 1;
  if (concurrency <= 0) {
    throw genericError(`Error reading parameter /concurrency: expected > 0, got ${concurrency}`);
  }
  invocation.parameters.get("requests");
  const requests = invocation.parameters.list("requests");
  const parts = requests.map((request, index) => runPart(request, index, invocation, environment));
  const settled = await Promise.allSettled(parts);
  const results = settled.map((part) => {
    if (part.status === "rejected") {
      throw toYtError(part.reason);
    }
    return part.value;
  });
  const list = yson.list(results);
  return invocation.apiVersion === "v3"
    ? valueOutput(list)
    : valueOutput(yson.map({ results: list }));
}

/** The commands that a batch asks for, as far as they can be read. */
export function batchParts(
  batch: Parameters,
): readonly { readonly command: string; readonly parameters: Parameters }[] {
  return batch.list("requests").flatMap((request) => {
    const fields = request.type === "map" ? request.entries : new Map<string, YsonValue>();
    const [command, parameters] = [fields.get("command"), fields.get("parameters")];
    return command?.type === "string" && parameters?.type === "map"
      ? [{ command: command.value, parameters: new Parameters(parameters.entries) }]
      : [];
  });
}

/** @throws {YtError} when the part is malformed; any other failure becomes its answer */
async function runPart(
  request: YsonValue,
  index: number,
  batch: Invocation,
  environment: BatchEnvironment,
): Promise<YsonValue> {
  if (request.type !== "map") {
    throw genericError("Part of a batch must be a map");
  }
  const fields = new Parameters(request.entries);
  const name = fields.string("command");
  const command = environment.findCommand(name, batch.apiVersion);
  if (command === undefined) {
    throw genericError(`Unknown command "${name}"`);
  }
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
    const part: Invocation = {
      command,
      parameters: new Parameters(parameters),
      user: batch.user,
      apiVersion: batch.apiVersion,
      input: { structured: () => structuredInput(input, name), bytes: noBytes },
    };
    const isBatch = command.name === batch.command.name;
    const output = await (isBatch ? executeBatch(part, environment) : environment.runner.run(part));
    return partResult(output, batch.apiVersion);
  } catch (error) {
    return yson.map({ error: errorValue(toYtError(error)) });
  }
}

function partResult(output: Output, version: ApiVersion): YsonValue {
  if (output.type === "binary") {
    throw new Error("A streaming command got into a batch");
  }
  const value = version === "v3" ? output.v3 : output.v4;
  return yson.map(value === undefined ? {} : { output: value });
}

function isStream(type: string): boolean {
  return type === "binary" || type === "tabular";
}

async function structuredInput(input: YsonValue | undefined, name: string): Promise<YsonValue> {
  if (input === undefined) {
    throw genericError(`Command "${name}" requires input`);
  }
  return input;
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}

/**
 * The mutation id of a part, which the same part of a repeated batch gets again. The first has the
 * batch's own, each other one the next, counted in the last group alone
 * (yt/yt/client/driver/etc_commands.cpp, `GenerateNextBatchMutationId` in yt/yt/core/rpc/helpers.cpp).
 */
function derivedId(mutationId: string, index: number): string {
  const groups = mutationId.split("-");
  const last = Number.parseInt(groups.pop() ?? "0", 16);
  return [...groups, ((last + index) >>> 0).toString(16)].join("-");
}
