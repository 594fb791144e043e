/** Fault injection for tests: what may happen to requests. It is not reachable over HTTP. */

/** What happens to a request. */
export type FaultAction =
  /** An answer as from a balancer, without the cluster's headers. @default body `""` */
  | {
      readonly type: "status";
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A YT error. @default status 400 */
  | {
      readonly type: "error";
      readonly code: number;
      readonly message: string;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is reset; of an upload after so many bytes of its body. @default 0 */
  | { readonly type: "reset"; readonly afterRequestBytes?: number }
  /** The connection is reset after so many bytes of the answer's body. */
  | { readonly type: "truncate"; readonly afterBytes: number }
  /** After so many bytes of the body the answer ends with an error in its trailers. */
  | {
      readonly type: "trailer";
      readonly afterBytes: number;
      readonly code: number;
      readonly message: string;
    }
  /** The request is answered after a delay. */
  | { readonly type: "delay"; readonly delayMs: number }
  /** The request is never answered. */
  | { readonly type: "hang" };

/** A fault and the requests that it happens to. */
export interface Fault {
  /**
   * Name of a command (`"write_file"`, by its v4 name) or path of an endpoint (`"/hosts"`).
   *
   * @default any request
   */
  readonly command?: string;
  /**
   * Which of those requests.
   *
   * @default all
   */
  readonly matches?: (request: FaultRequest) => boolean;
  /**
   * How many matching requests are answered first.
   *
   * @default 0
   */
  readonly skip?: number;
  /**
   * How many requests it happens to.
   *
   * @default 1
   */
  readonly times?: number;
  /**
   * "before": the command is not run. "after": it is run, and only its answer is lost.
   * Has no meaning for "truncate", "trailer" (both after) and "delay" (before).
   *
   * @default "before"
   */
  readonly when?: "before" | "after";
  readonly action: FaultAction;
}

/** What a fault can choose requests by. */
export interface FaultRequest {
  /** v4 name of the command, or path of the endpoint. */
  readonly command: string;
  /** The Cypress path among its parameters, where it has one. */
  readonly path: string | undefined;
  readonly transactionId: string | undefined;
}

/** The faults that have not happened yet. */
export class FaultPlan {
  readonly #pending: { readonly fault: Fault; skip: number; left: number }[] = [];

  /** Adds a fault. Of several that match a request, the first one added happens. */
  add(fault: Fault): void {
    this.#pending.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  /** Removes all faults. */
  clear(): void {
    this.#pending.length = 0;
  }

  /** The fault that happens to a request, which is counted. */
  take(request: FaultRequest): Fault | undefined {
    for (const entry of this.#pending) {
      const { command, matches } = entry.fault;
      if (entry.left <= 0 || (command !== undefined && command !== request.command)) {
        continue;
      }
      if (matches !== undefined && !matches(request)) {
        continue;
      }
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      return entry.fault;
    }
    return undefined;
  }
}
