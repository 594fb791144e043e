import { findErrorAttribute, innermostMessage, YtError } from "./yt-error.ts";
import type { YtErrorDetails } from "./yt-error.ts";

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
    const winner = parseWinner(findErrorAttribute(details.answer, "winner_transaction"));
    const told = winner === undefined ? "" : `: ${describeWinner(winner)}`;
    super(
      details,
      `Cannot ${details.action} on cluster "${details.proxy}": ${innermostMessage(details.answer)}${told}`,
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

function parseWinner(value: unknown): WinnerTransaction | undefined {
  if (typeof value !== "object" || value === null || !("id" in value)) {
    return undefined;
  }
  if (typeof value.id !== "string") {
    return undefined;
  }
  const fields: Record<string, unknown> = { ...value };
  return {
    transactionId: value.id,
    title: text(fields["title"]),
    owner: text(fields["owner"]),
    startTime: text(fields["start_time"]),
    timeoutMs: typeof fields["timeout"] === "number" ? fields["timeout"] : undefined,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
