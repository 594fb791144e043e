/** Answering one request: fault, authentication, parameters, command, output. */
import { BATCH_COMMAND, findCommand } from "../commands/registry.ts";
import type { ApiVersion, Command, Output } from "../commands/command.ts";
import { batchParts, executeBatch } from "../commands/batch.ts";
import type { Parameters } from "../commands/parameters.ts";
import type { CommandRunner, Invocation } from "../commands/runner.ts";
import type { YtError } from "../errors/yt-error.ts";
import { genericError, toYtError } from "../errors/yt-error.ts";
import { bytesFromBuffer, bytesFromText, textForDisplay } from "../../common/yson/byte-string.ts";
import { decode } from "./format.ts";
import * as yson from "../../common/yson/value.ts";
import { authenticate } from "./authentication.ts";
import { decompress } from "./compression.ts";
import { answerEndpoint } from "./endpoints.ts";
import type { ServerInfo } from "./endpoints.ts";
import { withFault } from "./apply-fault.ts";
import { ExchangeEnded, encodeForHeader, notFoundError, readAll } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";
import type { FaultControl, FaultPlan, FaultRequest } from "./faults.ts";
import { findHeader } from "./headers.ts";
import { inputFormat, outputFormat, readFormats } from "./request-formats.ts";
import type { RequestFormats } from "./request-formats.ts";
import { readParameters } from "./request-parameters.ts";

/** What requests are answered with. */
export interface Dispatcher {
  readonly runner: CommandRunner;
  readonly faults: FaultPlan;
  readonly faultControl: FaultControl;
  readonly server: ServerInfo;
}

/** Answers a request. A failure becomes an error answer; it never throws. */
export async function dispatch(exchange: Exchange, dispatcher: Dispatcher): Promise<void> {
  try {
    await route(exchange, dispatcher);
  } catch (error) {
    if (error instanceof ExchangeEnded || exchange.isEnded) {
      return;
    }
    await answerFailure(exchange, toYtError(error));
  }
}

/** Closes the connection when an error cannot be sent any more, as the answer has begun. */
async function answerFailure(exchange: Exchange, error: YtError): Promise<void> {
  try {
    await exchange.sendError(error);
  } catch {
    exchange.destroy();
  }
}

async function route(exchange: Exchange, dispatcher: Dispatcher): Promise<void> {
  const url = new URL(exchange.request.url ?? "/", "http://localhost");
  const path = url.pathname.toLowerCase().replace(/\/+$/, "");
  const [, version, name] = /^\/api\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (version !== undefined && name !== undefined) {
    await answerCommand(exchange, dispatcher, apiVersion(version), name, url.searchParams);
    return;
  }
  exchange.record.command = path;
  const answer = async () => {
    const known = await answerEndpoint(exchange, path, dispatcher.server);
    if (known) {
      return;
    }
    if (/^\/api\/[^/]+$/.test(path)) {
      apiVersion(path.slice("/api/".length));
    }
    exchange.record.status = 404;
    await exchange.sendText(404, "");
  };
  const faultRequest = { command: path, path: undefined, transactionId: undefined };
  await withFault(exchange, dispatcher, faultRequest, answer);
}

function apiVersion(text: string): ApiVersion {
  if (text === "v3" || text === "v4") {
    return text;
  }
  throw genericError(`Unsupported API version "${bytesFromText(text)}"`);
}

async function answerCommand(
  exchange: Exchange,
  dispatcher: Dispatcher,
  version: ApiVersion,
  name: string,
  query: URLSearchParams,
): Promise<void> {
  const { request, record } = exchange;
  const command = getCommand(version, name);
  record.command = command.name;
  const user = authenticate(request, dispatcher.server.token);
  const formats = readFormats(request);
  exchange.errorFormat = formats.error;
  const parameters = await readParameters(request, query, command, formats, () =>
    exchange.readBody(),
  );
  const faultRequest = fillRecord(exchange, command, parameters);
  await withFault(exchange, dispatcher, faultRequest, async (beforeAnswer) => {
    const input = commandInput(exchange, command, formats, parameters);
    const invocation = { command, parameters, user, apiVersion: version, input };
    const output = await runCommand(invocation, dispatcher);
    await beforeAnswer();
    await sendOutput(exchange, invocation, formats, output);
  });
}

function getCommand(version: ApiVersion, name: string): Command {
  if (!/^[a-z_]+$/.test(name)) {
    throw notFoundError(`Malformed command name "${bytesFromText(name)}"`);
  }
  const command = findCommand(name, version);
  if (command !== undefined) {
    return command;
  }
  throw notFoundError(`Command "${name}" is not registered (or not emulated by the local cluster)`);
}

async function runCommand(invocation: Invocation, { runner }: Dispatcher): Promise<Output> {
  if (invocation.command.name !== BATCH_COMMAND) {
    return runner.run(invocation);
  }
  return executeBatch(invocation, { runner, findCommand });
}

function commandInput(
  exchange: Exchange,
  command: Command,
  formats: RequestFormats,
  parameters: Parameters,
) {
  const encoding = findHeader(exchange.request, "content-encoding")?.trim().toLowerCase();
  const bytes = () => decompress(exchange.body(), encoding);
  return {
    bytes,
    structured: async () => {
      const format = inputFormat(command, formats, parameters);
      return decode(bytesFromBuffer(await readAll(bytes())), format);
    },
  };
}

async function sendOutput(
  exchange: Exchange,
  invocation: Invocation,
  formats: RequestFormats,
  output: Output,
): Promise<void> {
  if (output.type === "structured") {
    const format = outputFormat(invocation.command, formats, invocation.parameters);
    await exchange.sendValue(invocation.apiVersion === "v3" ? output.v3 : output.v4, format);
    return;
  }
  const { id, revision } = Object.fromEntries(output.responseParameters);
  const isTagged = id?.type === "string" && revision?.type === "uint64";
  const tag = isTagged ? { ETag: `${id.value}:${revision.value}` } : {};
  if (isTagged && findHeader(exchange.request, "if-none-match") === tag.ETag) {
    await exchange.sendText(304, "");
    return;
  }
  // The cluster leaves this header out for its Go client (docs/yt-http-api.md, section 5).
  const isGo = (findHeader(exchange.request, "user-agent") ?? "").startsWith("go-yt-client");
  const parameters = encodeForHeader(yson.map(output.responseParameters), formats.header);
  const headers = isGo ? {} : { "X-YT-Response-Parameters": parameters };
  await exchange.sendStream(output.bytes, { ...tag, ...headers });
}

/** Fills the request's record from its parameters. @returns what faults choose requests by */
function fillRecord(exchange: Exchange, command: Command, parameters: Parameters): FaultRequest {
  const { record } = exchange;
  const request = describeCommand(command.name, parameters);
  record.path = request.path;
  record.transactionId = request.transactionId;
  record.mutationId = parameters.findId("mutation_id");
  record.retry = parameters.boolean("retry");
  if (command.name !== BATCH_COMMAND) {
    return request;
  }
  record.parts = describeParts(parameters);
  return { ...request, parts: record.parts };
}

function describeParts(parameters: Parameters): readonly FaultRequest[] {
  return batchParts(parameters).map((part) => describeCommand(part.command, part.parameters));
}

function describeCommand(command: string, parameters: Parameters): FaultRequest {
  const path = ["path", "destination_path", "link_path"]
    .map((name) => parameters.find(name))
    .find((value) => value?.type === "string");
  return {
    command,
    path: path?.type === "string" ? textForDisplay(path.value) : undefined,
    transactionId: parameters.findId("transaction_id"),
  };
}
