/** Runs work in a transaction: pings it, commits it, and aborts it when the work fails. */
import { messageOf } from "../../common/errors/message-of.ts";
import type { YtClient } from "./client-types.ts";
import {
  CommitUnknownError,
  NoSuchTransactionError,
  TransactionLostError,
  YtError,
} from "./errors/index.ts";
import { isRetryable } from "./retry-policy.ts";

export interface TransactionOptions {
  /** What the transaction is for: shown in the cluster's interface, and to whoever waits for its locks. */
  readonly title: string;
  /** The cluster aborts it when it is not pinged for so long; it is pinged six times in that time. @default 60000 */
  readonly timeoutMs?: number | undefined;
  /** What the commit does, in words for people: `published`. @default "committed" */
  readonly done?: string | undefined;
  /**
   * Whether the work may be begun anew, once, when the cluster has ended the transaction, as after
   * an outage that was longer than its timeout.
   *
   * @default false
   */
  readonly startsOver?: boolean | undefined;
  /** Further attributes, readable at `#<transaction>/@name`. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Tells whether the transaction has taken effect. Asked when the commit got no answer, or when
   * the cluster does not know the transaction any more, which after a lost answer means either.
   * @default it has not
   */
  readonly isCommitted?: (() => Promise<boolean>) | undefined;
}

/** A client whose commands run in one transaction. */
export interface YtTransaction extends YtClient {
  readonly transactionId: string;
}

/** So long that it survives an outage of half a minute, whenever the last ping was. */
export const DEFAULT_TRANSACTION_TIMEOUT_MS = 60_000;
export const PINGS_IN_TIMEOUT = 6;
/** How long an abort may take; the cluster ends the transaction by itself after its timeout. */
export const ABORT_TIMEOUT_MS = 10_000;

/**
 * Runs work in a transaction of its own (nested when the client has one): all of it takes effect,
 * or nothing. Pings while the work runs, commits after it, aborts when it throws.
 *
 * @returns what the work returns
 * @throws {TransactionLostError} when the cluster ended the transaction
 * @throws {CommitUnknownError} when it cannot be found out whether it was committed
 * @throws {unknown} what the work throws
 */
export async function withTransaction<Result>(
  client: YtClient,
  options: TransactionOptions,
  work: (transaction: YtTransaction) => Promise<Result>,
): Promise<Result> {
  const { title, startsOver = false } = options;
  try {
    return await attemptTransaction(client, options, work);
  } catch (error) {
    const isLoss = error instanceof TransactionLostError;
    if (!isLoss || !startsOver || client.signal?.aborted === true) {
      throw error;
    }
    client.log(`Starting "${title}" over, as transaction ${error.transactionId} is over`);
    return attemptTransaction(client, options, work);
  }
}

async function attemptTransaction<Result>(
  client: YtClient,
  options: TransactionOptions,
  work: (transaction: YtTransaction) => Promise<Result>,
): Promise<Result> {
  const { title, timeoutMs = DEFAULT_TRANSACTION_TIMEOUT_MS, attributes = {} } = options;
  const transactionId = await client.startTransaction({ title, timeoutMs, attributes });
  const lostError = new TransactionLostError(title, client.proxy, transactionId);
  // Cancels the work's requests as soon as a ping says that the transaction is over.
  const lossController = new AbortController();
  const signal =
    client.signal === undefined
      ? lossController.signal
      : AbortSignal.any([client.signal, lossController.signal]);
  const stopPinging = startPinging(client, transactionId, timeoutMs / PINGS_IN_TIMEOUT, () =>
    lossController.abort(lostError),
  );
  try {
    const transaction = { ...client.scoped({ transactionId, signal }), transactionId };
    const result = await work(transaction);
    await commit(client, transactionId, options);
    return result;
  } catch (error) {
    const isAborted = await abort(client, transactionId);
    sayIfCancelled(client, options, isAborted);
    // A nested transaction that is lost takes this one's work with it, and this title says more.
    const isLoss = error instanceof NoSuchTransactionError || error instanceof TransactionLostError;
    throw isLoss ? lostError : error;
  } finally {
    await stopPinging();
  }
}

/**
 * Commits once, also when answers are lost: repetitions carry the same mutation id, so that the
 * cluster gives the first answer again. Not cancelled by the client's signal, which would leave the
 * outcome unknown.
 *
 * @throws {CommitUnknownError} when it stays unknown
 * @throws {YtError} when it was not committed, and is not any more
 */
async function commit(
  client: YtClient,
  transactionId: string,
  { title, done = "committed", isCommitted }: TransactionOptions,
): Promise<void> {
  try {
    await withoutSignal(client).commitTransaction(transactionId);
  } catch (error) {
    const isOver = error instanceof NoSuchTransactionError;
    const isUnclear = isOver || (error instanceof YtError && isRetryable(error, "light"));
    if (!isUnclear || isCommitted === undefined) {
      throw error;
    }
    // What is over, or has been aborted, cannot be committed later: then the answer is final.
    const isFinal = isOver || (await abort(client, transactionId));
    const committed = isFinal && (await ask(isCommitted, client));
    if (committed === true) {
      return;
    }
    throw committed === false && isFinal
      ? error
      : new CommitUnknownError(title, client.proxy, done, error);
  }
}

/** @returns `undefined` when that cannot be found out */
async function ask(
  isCommitted: () => Promise<boolean>,
  { log }: YtClient,
): Promise<boolean | undefined> {
  try {
    return await isCommitted();
  } catch (error) {
    log(messageOf(error));
    return undefined;
  }
}

/** @returns whether the transaction is over for certain */
async function abort(client: YtClient, transactionId: string): Promise<boolean> {
  const scope = { transactionId: undefined, signal: client.clock.timeout(ABORT_TIMEOUT_MS) };
  try {
    await client.scoped(scope).abortTransaction(transactionId);
    return true;
  } catch (error) {
    // The work's own error matters more, and the cluster aborts what is not pinged.
    client.log(messageOf(error));
    return false;
  }
}

/** Says what has become of it, where the user has stopped what changes something. */
function sayIfCancelled(
  { signal, log }: YtClient,
  { title, done, timeoutMs = DEFAULT_TRANSACTION_TIMEOUT_MS }: TransactionOptions,
  isAborted: boolean,
): void {
  if (signal?.aborted === true && done !== undefined) {
    const what = isAborted
      ? `its transaction is aborted, nothing was ${done}`
      : `its transaction could not be aborted, the cluster ends it within ${timeoutMs / 1000} s`;
    log(`Cancelled "${title}": ${what}`);
  }
}

/** @returns stops the pings */
function startPinging(
  client: YtClient,
  transactionId: string,
  intervalMs: number,
  onLost: () => void,
): () => Promise<void> {
  const stopping = new AbortController();

  const run = async (): Promise<void> => {
    let pauseMs = intervalMs;
    for (;;) {
      await client.clock.sleep(pauseMs, stopping.signal);
      if (stopping.signal.aborted) {
        return;
      }
      // A ping that hangs is given up in time for the next, before the transaction times out.
      const signal = AbortSignal.any([stopping.signal, client.clock.timeout(intervalMs)]);
      try {
        await client.scoped({ transactionId: undefined, signal }).pingTransaction(transactionId);
        pauseMs = intervalMs;
      } catch (error) {
        if (error instanceof NoSuchTransactionError) {
          onLost();
          return;
        }
        pauseMs = intervalMs / 10;
      }
    }
  };

  const finished = run();
  return async () => {
    stopping.abort();
    await finished;
  };
}

function withoutSignal(client: YtClient): YtClient {
  return client.scoped({ transactionId: undefined, signal: undefined });
}
