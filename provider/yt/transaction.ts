/** Runs work in a transaction: pings it, commits it, and aborts it when the work fails. */
import { messageOf } from "../../common/errors/message-of.ts";
import type { YtClient } from "./client-types.ts";
import { NoSuchTransactionError, TransactionLostError, UnreachableError } from "./errors/index.ts";

export interface TransactionOptions {
  /** What the transaction is for: shown in the cluster's interface, and to whoever waits for its locks. */
  readonly title: string;
  /** The cluster aborts it when it is not pinged for so long; it is pinged three times in that time. @default 30000 */
  readonly timeoutMs?: number | undefined;
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

const DEFAULT_TIMEOUT_MS = 30_000;
/** How long an abort may take; the cluster ends the transaction by itself after its timeout. */
const ABORT_TIMEOUT_MS = 10_000;

/**
 * Runs work in a transaction of its own (nested when the client has one): all of it takes effect,
 * or nothing. Pings while the work runs, commits after it, aborts when it throws.
 *
 * @returns what the work returns
 * @throws {TransactionLostError} when the cluster ended the transaction
 * @throws {unknown} what the work throws
 */
export async function withTransaction<Result>(
  client: YtClient,
  options: TransactionOptions,
  work: (transaction: YtTransaction) => Promise<Result>,
): Promise<Result> {
  const { title, timeoutMs = DEFAULT_TIMEOUT_MS, attributes = {}, isCommitted } = options;
  const transactionId = await client.startTransaction({ title, timeoutMs, attributes });
  const lostError = new TransactionLostError(title, client.proxy, transactionId);
  // Cancels the work's requests as soon as a ping says that the transaction is over.
  const lossController = new AbortController();
  const signal =
    client.signal === undefined
      ? lossController.signal
      : AbortSignal.any([client.signal, lossController.signal]);
  const stopPinging = startPinging(client, transactionId, timeoutMs / 3, () =>
    lossController.abort(lostError),
  );
  try {
    const transaction = { ...client.scoped({ transactionId, signal }), transactionId };
    const result = await work(transaction);
    await commit(client, transactionId, lostError, isCommitted);
    return result;
  } catch (error) {
    await abort(client, transactionId);
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
 */
async function commit(
  client: YtClient,
  transactionId: string,
  lostError: TransactionLostError,
  isCommitted: (() => Promise<boolean>) | undefined,
): Promise<void> {
  try {
    await withoutSignal(client).commitTransaction(transactionId);
  } catch (error) {
    const unclear = error instanceof NoSuchTransactionError || error instanceof UnreachableError;
    if (!unclear || isCommitted === undefined || !(await askIsCommitted(isCommitted, error))) {
      throw error instanceof NoSuchTransactionError ? lostError : error;
    }
  }
}

/** @throws {unknown} the commit's error when that cannot be found out: it says more */
async function askIsCommitted(
  isCommitted: () => Promise<boolean>,
  commitError: Error,
): Promise<boolean> {
  try {
    return await isCommitted();
  } catch {
    throw commitError;
  }
}

async function abort(client: YtClient, transactionId: string): Promise<void> {
  const scope = { transactionId: undefined, signal: client.clock.timeout(ABORT_TIMEOUT_MS) };
  try {
    await client.scoped(scope).abortTransaction(transactionId);
  } catch (error) {
    // The work's own error matters more, and the cluster aborts what is not pinged.
    client.log(messageOf(error));
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
