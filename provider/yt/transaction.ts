import type { YtClient } from "./client-types.ts";
import { NoSuchTransactionError, TransactionLostError, UnreachableError } from "./errors/index.ts";

export interface TransactionOptions {
  /** What the transaction is for; those who wait for its locks read it. */
  readonly title: string;
  /** The cluster aborts it when it is not pinged for so long; it is pinged thrice as often. @default 30000 */
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
/** How long an abort may take; the cluster ends the transaction by itself sooner or later. */
const ABORT_TIMEOUT_MS = 10_000;

/**
 * Runs work in a transaction of its own (nested when the client has one): all of it takes effect,
 * or nothing. Pings while the work runs, commits after it, aborts when it throws.
 *
 * @returns what the work returns
 * @throws what the work throws; TransactionLostError when the cluster ended the transaction
 */
export async function withTransaction<Result>(
  client: YtClient,
  options: TransactionOptions,
  work: (transaction: YtTransaction) => Promise<Result>,
): Promise<Result> {
  const { title, timeoutMs = DEFAULT_TIMEOUT_MS, attributes = {}, isCommitted } = options;
  const transactionId = await client.startTransaction({ title, timeoutMs, attributes });
  const lost = new TransactionLostError(title, client.proxy, transactionId);
  // Ends the work's requests as soon as a ping learns that they are in vain.
  const loss = new AbortController();
  const signal =
    client.signal === undefined ? loss.signal : AbortSignal.any([client.signal, loss.signal]);
  const pinger = startPinging(client, transactionId, timeoutMs / 3, () => loss.abort(lost));
  try {
    const transaction = { ...client.scoped({ transactionId, signal }), transactionId };
    const result = await work(transaction);
    pinger.ignoreLoss();
    await commit(client, transactionId, lost, isCommitted);
    return result;
  } catch (error) {
    await abort(client, transactionId);
    // A nested transaction that is lost takes this one's work with it, and this title says more.
    const isLoss = error instanceof NoSuchTransactionError || error instanceof TransactionLostError;
    throw isLoss ? lost : error;
  } finally {
    await pinger.stop();
  }
}

/**
 * Commits once, whatever happens to the answers: repetitions carry the same mutation id, so that
 * the cluster gives the first answer again. Not cancelled half-way: that would leave the outcome
 * unknown for nothing.
 */
async function commit(
  client: YtClient,
  transactionId: string,
  lost: TransactionLostError,
  isCommitted: (() => Promise<boolean>) | undefined,
): Promise<void> {
  try {
    await uncancelled(client).commitTransaction(transactionId);
  } catch (error) {
    const unclear = error instanceof NoSuchTransactionError || error instanceof UnreachableError;
    if (!unclear || isCommitted === undefined || !(await ask(isCommitted, error))) {
      throw error instanceof NoSuchTransactionError ? lost : error;
    }
  }
}

/** @throws the commit's error when this cannot be found out either: that one says what matters */
async function ask(isCommitted: () => Promise<boolean>, commitError: Error): Promise<boolean> {
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
    // The error that led here matters more, and the cluster drops what nobody pings.
    client.log(error instanceof Error ? error.message : String(error));
  }
}

interface Pinger {
  /** From now on an ended transaction is no loss: it may just have been committed. */
  ignoreLoss(): void;
  stop(): Promise<void>;
}

function startPinging(
  client: YtClient,
  transactionId: string,
  intervalMs: number,
  onLost: () => void,
): Pinger {
  const stopping = new AbortController();
  let lossMatters = true;

  const run = async (): Promise<void> => {
    let pauseMs = intervalMs;
    for (;;) {
      await client.clock.sleep(pauseMs, stopping.signal);
      if (stopping.signal.aborted) {
        return;
      }
      // A ping that hangs must not cost the transaction: it is given up in time for the next one.
      const signal = AbortSignal.any([stopping.signal, client.clock.timeout(intervalMs)]);
      try {
        await client.scoped({ transactionId: undefined, signal }).pingTransaction(transactionId);
        pauseMs = intervalMs;
      } catch (error) {
        if (error instanceof NoSuchTransactionError) {
          if (lossMatters) {
            onLost();
          }
          return;
        }
        pauseMs = intervalMs / 10;
      }
    }
  };

  const finished = run();
  return {
    ignoreLoss: () => {
      lossMatters = false;
    },
    stop: async () => {
      stopping.abort();
      await finished;
    },
  };
}

function uncancelled(client: YtClient): YtClient {
  return client.scoped({ transactionId: undefined, signal: undefined });
}
