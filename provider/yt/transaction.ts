import type { YtClient } from "./client-types.ts";

export interface TransactionOptions {
  /** What the transaction is for; those who wait for its locks read it. */
  readonly title: string;
  /** The cluster aborts it when it is not pinged for so long; it is pinged thrice as often. @default 30000 */
  readonly timeoutMs?: number | undefined;
  /** Further attributes, readable at `#<transaction>/@name`. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Tells whether the transaction has taken effect. Asked when the cluster does not know the
   * transaction any more after a commit whose answer was lost. @default it has not
   */
  readonly isCommitted?: (() => Promise<boolean>) | undefined;
}

/** A client whose commands run in one transaction. */
export interface YtTransaction extends YtClient {
  readonly transactionId: string;
}

/**
 * Runs work in a transaction of its own (nested when the client has one): all of it takes effect,
 * or nothing. Pings while the work runs, commits after it, aborts when it throws.
 *
 * @returns what the work returns
 * @throws what the work throws; TransactionLostError when the cluster ended the transaction
 */
export declare function withTransaction<Result>(
  client: YtClient,
  options: TransactionOptions,
  work: (transaction: YtTransaction) => Promise<Result>,
): Promise<Result>;
