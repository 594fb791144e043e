/** Sends commands to one cluster: repetition, and where file content goes. */
import { findAnswerError, toPartError } from "./answers.ts";
import type { Clock } from "./clock.ts";
import type { HostFilter } from "./cluster-hosts.ts";
import type { Command } from "./commands.ts";
import { UnreachableError, YtError } from "./errors/index.ts";
import { PROTOCOL_ERROR_CODE } from "./errors/yt-error.ts";
import { ExchangeError, plainOnTls } from "./exchange-error.ts";
import { isContent } from "./foreign-answer.ts";
import { createGuid } from "../../common/values/guid.ts";
import { createHeavyProxies } from "./heavy-proxies.ts";
import type { ProxyFailure } from "./heavy-proxies.ts";
import { sharedHostList } from "./host-list.ts";
import type { HttpAnswer, HttpBody, HttpRequest } from "./http.ts";
import { loggedExchange } from "./logged-exchange.ts";
import { assertContent, explainDataProxy, parseJson, parseSuccess } from "./parse-success.ts";
import type { RequestSubject } from "./parse-success.ts";
import { redactToken } from "./redact.ts";
import { commandBody, commandHeaders, commonHeaders } from "./request-form.ts";
import { createRetrier, throwIfCancelled } from "./retrier.ts";
import type { Retrier } from "./retrier.ts";
import { isRetryable } from "./retry-policy.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** See `YtClientOptions` for the meaning. */
export interface ConnectionOptions {
  /** `http://host:port`, without path. */
  readonly address: string;
  readonly proxy: string;
  readonly token: string | undefined;
  /** For messages. @default see `AnswerContext.tokenPlaces` */
  readonly tokenPlaces?: string | undefined;
  readonly proxyDiscovery: boolean;
  readonly isKnown: boolean;
  readonly filterHosts?: HostFilter | undefined;
  readonly log: (line: string) => void;
  readonly retry: RetryPolicy;
  readonly timeouts: {
    readonly connectMs: number;
    readonly requestMs: number;
    readonly idleMs: number;
  };
  readonly clock: Clock;
}

/** One command. */
export interface CommandRequest extends RequestSubject {
  readonly command: Command;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal | undefined;
  /** Input of `set` and `multiset_attributes`. */
  readonly input?: unknown;
  /** Looks at the answer of each attempt; what it throws decides whether there is another one. */
  readonly assertAnswer?: (answer: unknown) => void;
}

/** A command that sends or receives file content. */
export interface TransferRequest extends CommandRequest {
  readonly body?: HttpBody;
  readonly onData?: (chunk: Uint8Array) => void | Promise<void>;
}

/** Sends commands to one cluster. Holds the token, in its closure only. */
export interface Connection {
  /** The cluster as the user named it, for messages. */
  readonly proxy: string;
  /** A light command, repeated as the policy says, mutations under one mutation id. @returns the parsed answer */
  send(request: CommandRequest): Promise<unknown>;
  /** One attempt of a transfer, at a data proxy. @param attempt its number, from 1 */
  transferOnce(request: TransferRequest, attempt: number): Promise<void>;
  /** The error of a command that was part of a request; `json` as it is in the answer. */
  partError(json: unknown, subject: RequestSubject): YtError;
  /** Repeats work of several requests as a whole, by the same policy. */
  readonly retrying: Retrier;
}

/** What has become of the requests so far. */
interface Contact {
  /** Something at the address has answered in HTTP. */
  hasAnswered: boolean;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { address, token, timeouts, clock, proxyDiscovery, isKnown } = options;
  const contact: Contact = { hasAnswered: isKnown };
  // Failures of which another one has told already.
  const known = new WeakSet<Error>();
  const isNews = (error: Error): boolean => !known.has(error);
  const retrying = createRetrier({
    policy: options.retry,
    clock,
    log: options.log,
    isKnown,
    isNews,
  });
  const lightTimeouts = { ...timeouts, idleMs: timeouts.requestMs };
  const transferTimeouts = { connectMs: timeouts.connectMs, idleMs: timeouts.idleMs };

  const fetchHosts = async (signal: AbortSignal | undefined): Promise<unknown> => {
    const subject = { action: "ask for data proxies" };
    try {
      return await retrying({ kind: "light", signal, ...subject }, async (attempt) => {
        const url = `${address}/hosts`;
        const headers = commonHeaders(token);
        const request = { method: "GET", url, headers, timeouts: lightTimeouts, signal } as const;
        const answer = await sendOnce(request, subject, attempt, options, contact);
        // Some balancers forward nothing but commands, and have a page of their own in place of the list.
        const text = answer.body.toString().trimStart();
        return text.startsWith("[") ? parseJson(answer, subject, options.proxy) : [];
      });
    } catch (error) {
      // Then the configured address is used.
      const isError = error instanceof YtError && !isRetryable(error, "light");
      if (isError && (error.httpStatus === 404 || error.code === PROTOCOL_ERROR_CODE)) {
        return [];
      }
      throw error;
    }
  };
  const heavyProxies = createHeavyProxies({
    address,
    hosts: sharedHostList(clock, address, token),
    isEnabled: proxyDiscovery,
    filterHosts: options.filterHosts,
    clock,
    fetchHosts,
  });

  return {
    proxy: options.proxy,
    retrying,
    send: async (request) => {
      const { command, signal, action } = request;
      const { isStartedAnew = false, isSentOnce = false } = command;
      const firstMutationId = createGuid();
      const retried = { kind: "light", action, signal, beginsChange: isStartedAnew } as const;
      const send = async (attempt: number): Promise<unknown> => {
        const mutation = isStartedAnew
          ? { mutation_id: createGuid(), retry: false }
          : { mutation_id: firstMutationId, retry: attempt > 1 };
        const parameters = command.hasMutationId
          ? { ...request.parameters, ...mutation }
          : request.parameters;
        const httpRequest: HttpRequest = {
          method: command.method,
          url: `${address}/api/v4/${command.name}`,
          headers: commandHeaders(command, parameters, token),
          body: commandBody(command, parameters, request.input),
          timeouts: lightTimeouts,
          onNewConnection: attempt > 1,
          signal,
        };
        const answer = await sendOnce(httpRequest, request, attempt, options, contact);
        const parsed = parseSuccess(answer, request, options.proxy, command.answer);
        request.assertAnswer?.(parsed);
        return parsed;
      };
      return isSentOnce ? send(1) : retrying(retried, send);
    },
    partError: (json, { action, path }) =>
      toPartError(json, {
        action,
        proxy: options.proxy,
        path,
        token,
        tokenPlaces: options.tokenPlaces,
      }),
    transferOnce: async (request, attempt) => {
      const { command, parameters, signal, body, onData } = request;
      const target = await heavyProxies.pick(signal);
      const dataProxy = target === address ? undefined : new URL(target).host;
      const httpRequest: HttpRequest = {
        method: command.method,
        url: `${target}/api/v4/${command.name}`,
        headers: commandHeaders(command, parameters, token),
        body,
        onData,
        isContent,
        timeouts: transferTimeouts,
        onNewConnection: attempt > 1,
        signal,
      };
      try {
        const subject = { ...request, dataProxy };
        const answer = await sendOnce(httpRequest, subject, attempt, options, contact);
        if (onData === undefined) {
          parseSuccess(answer, subject, options.proxy, command.answer);
        } else {
          assertContent(answer, subject, options.proxy, command.answer);
        }
      } catch (error) {
        if (error instanceof YtError && isRetryable(error, "transfer")) {
          const isFirst = heavyProxies.ban(target, whatItSaysOfOthers(error));
          if (!isFirst) {
            known.add(error);
          }
        }
        throw error;
      }
    },
  };
}

/**
 * @throws {YtError} for any answer but success, and for none
 * @throws {CancelledError} when the request's signal is aborted
 */
async function sendOnce(
  request: HttpRequest,
  subject: RequestSubject,
  attempt: number,
  { proxy, token, tokenPlaces, clock }: ConnectionOptions,
  contact: Contact,
): Promise<HttpAnswer> {
  const { action, path, dataProxy } = subject;
  let answer: HttpAnswer;
  try {
    answer = await loggedExchange(request, { path, attempt, clock, token });
    contact.hasAnswered = true;
  } catch (error) {
    throwIfCancelled(request.signal, action);
    if (!(error instanceof ExchangeError)) {
      throw error;
    }
    const told = contact.hasAnswered ? error : await lookAgain(error, request);
    const { errno, neverConnected, remedy } = told;
    const reason = redactToken(told.message, token);
    const failed = { action, proxy, dataProxy, path };
    throw new UnreachableError({ ...failed, reason, errno, neverConnected, remedy });
  }
  const failure = findAnswerError(answer, { action, proxy, path, token, tokenPlaces });
  if (failure !== undefined) {
    throw explainDataProxy(failure, subject, proxy);
  }
  return answer;
}

/** A server that wants TLS may close the connection without a word: then it is asked in TLS. */
async function lookAgain(
  error: ExchangeError,
  { url, timeouts }: HttpRequest,
): Promise<ExchangeError> {
  const { protocol, host } = new URL(url);
  const brokeOff = ["ECONNRESET", "EPIPE", "ERR_GOT_REQUEST_ERROR"].includes(error.errno);
  if (protocol !== "http:" || !brokeOff) {
    return error;
  }
  const { speaksTls } = await import("./speaks-tls.ts");
  return (await speaksTls(url, timeouts.connectMs)) ? plainOnTls(host, error.errno) : error;
}

/** What a transfer's failure says of the other data proxies. */
function whatItSaysOfOthers(error: YtError): ProxyFailure {
  if (!(error instanceof UnreachableError)) {
    return {};
  }
  const { neverConnected, remedy, errno } = error;
  return { neverConnected, holdsForAll: remedy !== "time" || errno === "EAI_AGAIN" };
}
