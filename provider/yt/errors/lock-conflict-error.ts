/** A lock that another transaction holds, and what the cluster says of that transaction. */
import { findErrorAttribute, innermostMessage, YtError } from "./yt-error.ts";
import type { YtErrorDetails } from "./yt-error.ts";
import { isRecord } from "../../../common/values/is-record.ts";

/** The transaction that holds the lock, from the error's attribute `winner_transaction`. */
export interface WinnerTransaction {
  readonly transactionId: string;
  readonly title: string | undefined;
  readonly owner: string | undefined;
  /** ISO 8601, UTC. */
  readonly startTime: string | undefined;
  /** How long the cluster keeps it alive after its last ping. */
  readonly timeoutMs: number | undefined;
}

/** Code 402: another transaction holds a lock that does not go with the one that was asked for. */
export class LockConflictError extends YtError {
  override readonly name: string = "LockConflictError";
  /** Who holds the lock; `undefined` when the cluster does not say. */
  readonly winner: WinnerTransaction | undefined;

  constructor(details: YtErrorDetails) {
    const winner = parseWinner(
      findErrorAttribute(details.answer, "winner_transaction"),
      details.redact,
    );
    const told = winner === undefined ? "" : `: ${describeWinner(winner)}`;
    super(
      details,
      `Cannot ${details.action} on cluster "${details.proxy}": ${innermostMessage(details)}${told}`,
    );
    this.winner = winner;
  }
}

/** The transaction in words: title, owner and start, as far as they are known. */
export function describeWinner(winner: WinnerTransaction): string {
  const title = winner.title === undefined ? "" : ` "${winner.title}"`;
  const owner = winner.owner === undefined ? "" : ` of user "${winner.owner}"`;
  const start = winner.startTime === undefined ? "" : `, started at ${winner.startTime}`;
  return `transaction ${winner.transactionId}${title}${owner}${start}`;
}

/** The form of all ids of a cluster (docs/yt-http-api.md, section 4). Nothing else is accepted, so none holds a token. */
const ID = /^[0-9a-f]{1,8}(-[0-9a-f]{1,8}){3}$/;

/** @param redact cuts the token out of what people will read */
function parseWinner(
  value: unknown,
  redact: (text: string) => string = (text) => text,
): WinnerTransaction | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { id, title, owner, start_time: startTime, timeout } = value;
  if (typeof id !== "string" || !ID.test(id)) {
    return undefined;
  }
  const shown = (text: unknown): string | undefined =>
    typeof text === "string" && text !== "" ? redact(text) : undefined;
  return {
    transactionId: id,
    title: shown(title),
    owner: shown(owner),
    startTime: shown(startTime),
    timeoutMs: typeof timeout === "number" ? timeout : undefined,
  };
}
