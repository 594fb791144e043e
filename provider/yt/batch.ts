/** Gathers light commands that are given in one go, and sends them in one request: `execute_batch`. */
import { COMMANDS } from "./commands.ts";
import type { CommandRequest, Connection } from "./connection.ts";
import { YtError } from "./errors/index.ts";
import { makeErrorNode, TRANSPORT_ERROR_CODE } from "./errors/yt-error.ts";
import type { SendCommand } from "./light-commands.ts";
import { isRetryable } from "./retry-policy.ts";
import { isRecord } from "../../common/values/is-record.ts";

/** So many commands go into one request, as YTsaurus's Python client sends them (`max_batch_size`). */
const MAX_PARTS = 100;

/** A command that waits to be sent. */
interface Part {
  readonly request: CommandRequest;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes commands, and sends those that came before the caller waits in as few requests as there may be.
 *
 * @param signal stops the requests when aborted
 */
export function createBatchSender(
  connection: Connection,
  signal: AbortSignal | undefined,
): SendCommand {
  let waiting: Part[] = [];
  const sendWaiting = (): void => {
    const parts = waiting;
    waiting = [];
    for (let start = 0; start < parts.length; start += MAX_PARTS) {
      void sendParts(connection, parts.slice(start, start + MAX_PARTS), signal);
    }
  };
  return async (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      if (waiting.length === 1) {
        queueMicrotask(sendWaiting);
      }
    });
}

/** Settles each part; never rejects itself. */
async function sendParts(
  connection: Connection,
  parts: readonly Part[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const requests = parts.map(({ request }) => request);
  try {
    const [only] = requests;
    const outcomes =
      only !== undefined && requests.length === 1
        ? [{ answer: await connection.send(only) }]
        : await sendBatch(connection, requests, signal);
    for (const [index, { resolve, reject }] of parts.entries()) {
      const outcome = outcomes[index];
      if (outcome?.error === undefined) {
        resolve(outcome?.answer);
      } else {
        reject(outcome.error);
      }
    }
  } catch (error) {
    for (const { reject } of parts) {
      reject(error);
    }
  }
}

interface Outcome {
  readonly answer?: unknown;
  readonly error?: YtError;
}

/**
 * Sends the parts in one request. When one of them may succeed a little later, all are sent again under the
 * same mutation id, of which the cluster derives those of the parts (yt/yt/client/driver/etc_commands.cpp):
 * it gives the answers of what it has done already, and does the rest.
 */
async function sendBatch(
  connection: Connection,
  requests: readonly CommandRequest[],
  signal: AbortSignal | undefined,
): Promise<readonly Outcome[]> {
  const [first] = requests;
  let outcomes: readonly Outcome[] = [];
  const assertAnswer = (answer: unknown): void => {
    outcomes = parseOutcomes(answer, requests, connection);
    const passing = outcomes.find(
      ({ error }) => error !== undefined && isRetryable(error, "light"),
    );
    if (passing?.error !== undefined) {
      throw passing.error;
    }
  };
  try {
    await connection.send({
      command: COMMANDS.executeBatch,
      action: first?.action ?? "send a batch",
      path: first?.path,
      parameters: {
        requests: requests.map(({ command, parameters, input }) => ({
          command: command.name,
          parameters,
          ...(input === undefined ? {} : { input }),
        })),
      },
      signal,
      assertAnswer,
    });
  } catch (error) {
    // The patience is over: what the parts have come to is known all the same.
    if (!outcomes.some((outcome) => outcome.error === error)) {
      throw error;
    }
  }
  return outcomes;
}

/** @throws {YtError} that may be repeated, when there is no outcome for each part */
function parseOutcomes(
  answer: unknown,
  requests: readonly CommandRequest[],
  connection: Connection,
): readonly Outcome[] {
  const results = isRecord(answer) ? answer["results"] : undefined;
  const isWhole = Array.isArray(results) && results.length === requests.length;
  return requests.map((request, index) => {
    const result: unknown = isWhole ? results[index] : undefined;
    if (!isRecord(result)) {
      throw noAnswer(request, connection, "outcome");
    }
    if ("error" in result) {
      return { error: connection.partError(result["error"], request) };
    }
    const { output = {} } = result;
    if (!request.command.answer.fits(output, true)) {
      throw noAnswer(request, connection, request.command.answer.holds);
    }
    return { answer: output };
  });
}

function noAnswer({ action }: CommandRequest, { proxy }: Connection, wanted: string): YtError {
  const answer = makeErrorNode(TRANSPORT_ERROR_CODE, `its answer holds no ${wanted}`);
  return new YtError({ action, proxy, answer });
}
