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
  | TruncateAction
  /** After so many bytes of the body the answer ends with an error in its trailers. */
  | {
      readonly type: "trailer";
      readonly afterBytes: number;
      readonly code: number;
      readonly message: string;
    }
  /** The request is answered after a delay. */
  | { readonly type: "delay"; readonly delayMs: number }
  /** Both bodies trickle: so many bytes of the answer, or one piece of the request, then a pause. */
  | { readonly type: "slow"; readonly pieceBytes: number; readonly pauseMs: number }
  /** The request is never answered. */
  | { readonly type: "hang" }
  /** The server aborts the request's transaction, or the outermost one that it is nested in. */
  | { readonly type: "expire"; readonly outermost?: boolean }
  /** The disk is full for the next writes of data, of this request or a later one. @default 1 */
  | { readonly type: "diskFull"; readonly writes?: number }
  /**
   * All connections are reset, and new ones are refused for a while. When the request is to be
   * answered nevertheless, connections are closed after its answer, so that the next is refused.
   */
  | { readonly type: "down"; readonly durationMs: number; readonly answered?: boolean }
  /** The process kills itself, as `kill -9` does. */
  | { readonly type: "kill" };

/** The answer's body ends after so many bytes, if it is longer. */
export interface TruncateAction {
  readonly type: "truncate";
  readonly afterBytes: number;
  /**
   * Whether the answer says its length beforehand.
   *
   * @default as the answer does without the fault: values "length", contents of files "chunked"
   */
  readonly framing?: "length" | "chunked";
  /**
   * How it ends: the connection is reset, or closed in good order; "complete" looks as if the body
   * were whole, as behind a balancer that took a broken connection for the end.
   *
   * @default "reset"
   */
  readonly ending?: "reset" | "close" | "complete";
}

/** What faults do to the server itself rather than to one request. */
export interface FaultControl {
  /** Aborts a transaction if it is live. @param outermost the outermost one that it is nested in */
  readonly expire: (transactionId: string, outermost: boolean) => void;
  /** Makes the next writes of data fail. */
  readonly fillDisk: (writes: number) => void;
  /** Refuses connections for a while. @param reset whether those there are get reset, or closed */
  readonly goDown: (durationMs: number, reset: boolean) => void;
}

/** A fault and the requests that it happens to. */
export interface Fault {
  /**
   * Name of a command (`"write_file"`, by its v4 name) or path of an endpoint (`"/hosts"`).
   *
   * @default any request
   */
  readonly command?: string;
  /**
   * The Cypress path among its parameters.
   *
   * @default any path, or none
   */
  readonly path?: string;
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
   * Has no meaning for "truncate", "trailer" and "slow", which are about the bodies.
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
  /** The commands of a batch: what happens to one of them happens to the whole request. @default none */
  readonly parts?: readonly FaultRequest[];
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

  /** The fault that happens to a request, or to a part of it; each is counted. */
  take(request: FaultRequest): Fault | undefined {
    for (const one of [request, ...(request.parts ?? [])]) {
      const fault = this.#takeOne(one);
      if (fault !== undefined) {
        return fault;
      }
    }
    return undefined;
  }

  #takeOne(request: FaultRequest): Fault | undefined {
    for (const entry of this.#pending) {
      if (entry.left <= 0 || !isChosen(entry.fault, request)) {
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

function isChosen({ command, path, matches }: Fault, request: FaultRequest): boolean {
  return (
    (command === undefined || command === request.command) &&
    (path === undefined || path === request.path) &&
    (matches === undefined || matches(request))
  );
}
