/** The records of requests, by which tests see what a client has sent. */

/** One command, as far as tests ask. */
export interface CommandRecord {
  /** v4 name. */
  readonly command: string;
  readonly path: string | undefined;
  readonly transactionId: string | undefined;
}

/** One request and its answer. Its fields are filled while it is worked on. */
export interface RequestRecord {
  /** HTTP method. */
  readonly method: string;
  /** Path of the URL, without query. */
  readonly url: string;
  /** v4 name of the command, or the URL's path for other endpoints. */
  readonly command: string;
  /** The Cypress path among its parameters (`path`, `destination_path` or `link_path`). */
  readonly path: string | undefined;
  readonly transactionId: string | undefined;
  readonly mutationId: string | undefined;
  /** Whether it was marked as the repetition of another. */
  readonly retry: boolean;
  /** The commands of a batch. */
  readonly parts?: readonly CommandRecord[];
  /** HTTP status of the answer; undefined while there is none, or when the connection was reset. */
  readonly status: number | undefined;
  /** Code of the YT error that it was answered with. */
  readonly errorCode: number | undefined;
  /** Bytes of the body that came in, as they were on the wire. */
  readonly requestBytes: number;
  /** Bytes of the body that went out, as they were on the wire. */
  readonly responseBytes: number;
}

/** The record of a request that is worked on. */
export type MutableRequestRecord = {
  -readonly [Field in keyof RequestRecord]: RequestRecord[Field];
};

/** The record of a request of which the first line was read. */
export function createRecord(method: string, url: string): MutableRequestRecord {
  return {
    method,
    url,
    command: url,
    path: undefined,
    transactionId: undefined,
    mutationId: undefined,
    retry: false,
    status: undefined,
    errorCode: undefined,
    requestBytes: 0,
    responseBytes: 0,
  };
}

/** A request in one line, for whoever looks for a fault. It has no header, so it has no token. */
export function requestLine(record: RequestRecord, durationMs: number): string {
  const { method, command, path, status, errorCode } = record;
  const outcome = [
    status === undefined ? "no answer" : `status ${status}`,
    ...(errorCode === undefined ? [] : [`code ${errorCode}`]),
    `${durationMs.toFixed(1)} ms`,
  ];
  // As JSON, so that a line feed in a name does not end the line.
  const what = path === undefined ? command : `${command} ${JSON.stringify(path)}`;
  return `Local cluster: ${method} ${what}: ${outcome.join(", ")}`;
}
