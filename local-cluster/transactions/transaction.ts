/** Transactions: what they are started with, what they have done, and how they are nested. */
import { ChangeSet } from "../objects/node.ts";
import type { NodeChange, NodeState } from "../objects/node.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";

/** What a transaction is started with. */
export interface TransactionSettings {
  readonly id: string;
  readonly parent: Transaction | undefined;
  readonly owner: ByteString;
  /** Milliseconds from the last ping at first; undefined for uploads, which end with their request. */
  readonly timeoutMs: number | undefined;
  /** Milliseconds since 1970 at which it is aborted whatever is pinged. */
  readonly deadline: number | undefined;
  /** User attributes; `title` shows in lock conflicts. */
  readonly attributes: ReadonlyMap<ByteString, YsonValue>;
  /** ISO 8601. */
  readonly startTime: string;
  /** Ids of transactions with which this one ends. */
  readonly prerequisites?: readonly string[];
}

/**
 * A live transaction and what it has changed. It lives in memory only, so that a restart aborts it;
 * the masters of a real cluster keep their transactions on disk (general knowledge, not tried).
 */
export class Transaction {
  readonly settings: TransactionSettings;
  readonly attributes: Map<ByteString, YsonValue>;
  readonly children = new Set<Transaction>();
  /** What it has done to each node. */
  readonly changeSet = new ChangeSet();
  /** The frozen version of each node under a snapshot lock. */
  readonly snapshots = new Map<string, NodeState>();
  /** Milliseconds since 1970. */
  lastPingTime = Date.now();
  /** Milliseconds from the last ping, as it is set now; undefined for uploads. */
  timeoutMs: number | undefined;

  constructor(settings: TransactionSettings) {
    this.settings = settings;
    this.attributes = new Map(settings.attributes);
    this.timeoutMs = settings.timeoutMs;
  }

  /** The same, by node id. */
  get changes(): ReadonlyMap<string, NodeChange> {
    return this.changeSet.byNode;
  }

  get id(): string {
    return this.settings.id;
  }

  get parent(): Transaction | undefined {
    return this.settings.parent;
  }

  /** When it ends unless it is pinged, in milliseconds since 1970; undefined: never by itself. */
  get expiresAt(): number | undefined {
    const { timeoutMs } = this;
    const { deadline } = this.settings;
    const timedOutAt = timeoutMs === undefined ? Infinity : this.lastPingTime + timeoutMs;
    const earliest = Math.min(timedOutAt, deadline ?? Infinity);
    return earliest === Infinity ? undefined : earliest;
  }

  /**
   * How lock conflicts name it, in `winner_transaction`, with the transactions around it, innermost
   * first: an upload is known by the publication that it is for.
   */
  describe(): YsonValue {
    const parents = chainOf(this.parent)
      .toReversed()
      .map((parent) => yson.map(parent.#describe()));
    return yson.map({ ...this.#describe(), parents: yson.list(parents) });
  }

  #describe(): Readonly<Record<string, YsonValue>> {
    const title = this.attributes.get("title");
    return {
      id: yson.string(this.id),
      start_time: yson.string(this.settings.startTime),
      owner: yson.string(this.settings.owner),
      ...(this.timeoutMs === undefined ? {} : { timeout: yson.int64(this.timeoutMs) }),
      ...(title === undefined ? {} : { title }),
    };
  }
}

/** The transaction and its ancestors, the outermost first; nothing for no transaction. */
export function chainOf(transaction: Transaction | undefined): Transaction[] {
  const chain: Transaction[] = [];
  for (let current = transaction; current !== undefined; current = current.parent) {
    chain.unshift(current);
  }
  return chain;
}
