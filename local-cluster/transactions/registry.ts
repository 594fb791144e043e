/** The live transactions, how they are nested, and the timers that end those nobody pings. */
import { ERROR_CODE, YtError } from "../errors/yt-error.ts";
import type { Transaction } from "./transaction.ts";
import { chainOf } from "./transaction.ts";

/** Longest delay that a timer takes; longer ones are waited for in several steps. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The live transactions by id. */
export class TransactionRegistry {
  readonly #transactions = new Map<string, Transaction>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #onExpired: (transaction: Transaction) => void;

  /** @param onExpired called once for a transaction that nobody pinged in time */
  constructor(onExpired: (transaction: Transaction) => void) {
    this.#onExpired = onExpired;
  }

  /** All live transactions. */
  values(): Iterable<Transaction> {
    return this.#transactions.values();
  }

  /** The live transaction of an id, if there is one. */
  find(id: string): Transaction | undefined {
    return this.#transactions.get(id);
  }

  /** @throws {YtError} code 11000 when it is finished or never was */
  get(id: string): Transaction {
    const transaction = this.find(id);
    if (transaction === undefined) {
      throw noSuchTransactionError(id);
    }
    return transaction;
  }

  /** The ids of a live transaction and of those it is nested in, the outermost first. */
  chainOf(id: string): readonly string[] {
    return chainOf(this.get(id)).map((transaction) => transaction.id);
  }

  /** Adds a transaction and starts its time to live. */
  add(transaction: Transaction): void {
    this.#transactions.set(transaction.id, transaction);
    transaction.parent?.children.add(transaction);
    this.#startTimer(transaction);
  }

  /** Removes a finished transaction. */
  remove(transaction: Transaction): void {
    this.#transactions.delete(transaction.id);
    transaction.parent?.children.delete(transaction);
    clearTimeout(this.#timers.get(transaction.id));
    this.#timers.delete(transaction.id);
  }

  /** Starts the time to live of a transaction anew. */
  ping(transaction: Transaction): void {
    transaction.lastPingTime = Date.now();
  }

  /** Removes all transactions, as when the cluster stops. */
  clear(): void {
    for (const transaction of this.#transactions.values()) {
      this.remove(transaction);
    }
  }

  /** A ping only moves the end: the timer looks again when it fires. It keeps no process alive. */
  #startTimer(transaction: Transaction): void {
    const expiresAt = transaction.expiresAt;
    if (expiresAt === undefined) {
      return;
    }
    const delay = Math.min(Math.max(expiresAt - Date.now(), 0), MAX_TIMER_MS);
    const timer = setTimeout(() => {
      const end = transaction.expiresAt;
      if (end !== undefined && end <= Date.now()) {
        this.#onExpired(transaction);
      } else {
        this.#startTimer(transaction);
      }
    }, delay);
    this.#timers.set(transaction.id, timer.unref());
  }
}

/**
 * The cluster's answer to a transaction that is not live. Unlike here, an id that it has never issued
 * may get code 1 there (docs/yt-http-api.md, section 8).
 */
export function noSuchTransactionError(id: string): YtError {
  return new YtError(ERROR_CODE.noSuchTransaction, `No such transaction ${id}`);
}
