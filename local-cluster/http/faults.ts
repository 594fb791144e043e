/** Trouble on purpose: what tests may let happen to requests. Not reachable over HTTP. */

/** What happens to a request. */
export type FaultAction =
  /** An answer that no cluster gave, as from a balancer: no YT headers. @default body `""` */
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
  /** The connection breaks; for uploads once so many bytes of the body were read. @default 0 */
  | { readonly type: "reset"; readonly afterRequestBytes?: number }
  /** The answer breaks off after so many bytes of its body. */
  | { readonly type: "truncate"; readonly afterBytes: number }
  /** After so many bytes of the body the answer ends with an error in its trailers. */
  | {
      readonly type: "trailer";
      readonly afterBytes: number;
      readonly code: number;
      readonly message: string;
    }
  /** The request waits, and then goes its way. */
  | { readonly type: "delay"; readonly delayMs: number }
  /** The answer to the request never comes. */
  | { readonly type: "hang" };

/** A fault and the requests that it befalls. */
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
   * How many matching requests go well first.
   *
   * @default 0
   */
  readonly skip?: number;
  /**
   * How many requests it befalls before it is used up.
   *
   * @default 1
   */
  readonly times?: number;
  /**
   * "before": nothing of the command is done. "after": it is done, and only the answer is lost.
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

/** The faults that are still to happen. */
export class FaultPlan {
  readonly #pending: { readonly fault: Fault; skip: number; left: number }[] = [];

  /** Adds a fault; the first one added that matches a request befalls it. */
  add(fault: Fault): void {
    this.#pending.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  /** Forgets what has not happened yet. */
  clear(): void {
    this.#pending.length = 0;
  }

  /** The fault for a request, which is then used up once. */
  take(request: FaultRequest): Fault | undefined {
    for (const entry of this.#pending) {
      const { command, matches } = entry.fault;
      if (entry.left <= 0 || (command !== undefined && command !== request.command)) continue;
      if (matches !== undefined && !matches(request)) continue;
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
