/** Tells whether a cluster will not have an archive in pieces, but may have it as a whole. */
import {
  AuthenticationError,
  CancelledError,
  NoSuchTransactionError,
  TransactionLostError,
  UnreachableError,
  YtError,
} from "../../yt/index.ts";

/** "Account limit exceeded": of nodes, chunks or disk space. */
const ACCOUNT_LIMIT = 902;

/** What stands in the way of the whole archive as well. */
const GENERAL = [
  AuthenticationError,
  CancelledError,
  NoSuchTransactionError,
  TransactionLostError,
  UnreachableError,
];

/** What an archive is not put together for, beside the answers of the cluster. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** @returns the reason; undefined for what is no refusal, or would be one of the whole archive as well */
export function findRefusal(error: unknown): string | undefined {
  if (error instanceof Refusal) {
    return error.message;
  }
  if (!(error instanceof YtError) || GENERAL.some((type) => error instanceof type)) {
    return undefined;
  }
  // A whole archive takes no less space, but fewer nodes and chunks.
  return isLackOfSpace(error) ? undefined : error.innermostMessage;
}

/** Whether the account has no disk space left: somebody has to make room then. */
export function isLackOfSpace(error: unknown): boolean {
  return (
    error instanceof YtError && error.contains(ACCOUNT_LIMIT) && /disk space/.test(error.message)
  );
}
