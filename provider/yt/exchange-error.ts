/** An HTTP exchange without a complete answer, in words: what happened, and what may help. */

/**
 * What may help: `time`, so that another try is worth it; another `address`; or what the message
 * `says`.
 */
export type Remedy = "time" | "address" | "says";

/** No complete answer. Internal to the client, which turns it into an `UnreachableError`. */
export class ExchangeError extends Error {
  override readonly name = "ExchangeError";
  /** `ECONNREFUSED`, `ETIMEDOUT`, …; `ABORTED` when the signal stopped it. */
  readonly errno: string;
  readonly neverConnected: boolean;
  readonly remedy: Remedy;

  constructor(message: string, errno: string, neverConnected: boolean, remedy: Remedy = "time") {
    super(message);
    this.errno = errno;
    this.neverConnected = neverConnected;
    this.remedy = remedy;
  }
}

/** How Node tells of it. */
export interface Failure {
  readonly errno: string;
  readonly message: string;
  /** The bytes that came in place of HTTP. */
  readonly received?: Buffer | undefined;
}

/** The connection was never made, so the other side cannot have seen the request. */
const CONNECT_ERRNOS = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
]);
/** OpenSSL's error names, which Node uses as codes: `DEPTH_ZERO_SELF_SIGNED_CERT` and others. */
const CERTIFICATE_ERRNO = /CERT|LEAF_SIGNATURE/;
const TLS_ERRNO = /^(EPROTO|ERR_SSL_.*)$/;
/** Of Node's HTTP parser: `HPE_INVALID_CONSTANT` and others. */
const PARSER_ERRNO = /^HPE_/;

/** The error for a failure that has another cause than the request's own limits. */
export function explainFailure(failure: Failure, { host, hostname }: URL): ExchangeError {
  const { errno, message } = failure;
  if (CERTIFICATE_ERRNO.test(errno)) {
    return new ExchangeError(explainCertificate(failure, host), errno, true, "says");
  }
  if (TLS_ERRNO.test(errno)) {
    return new ExchangeError(explainTls(message, host), errno, true, "says");
  }
  if (PARSER_ERRNO.test(errno)) {
    return explainParser(failure, host);
  }
  const duringHandshake = message.includes("before secure TLS connection");
  const neverConnected = CONNECT_ERRNOS.has(errno) || duringHandshake;
  const told = (text: string): ExchangeError => new ExchangeError(text, errno, neverConnected);
  switch (errno) {
    case "ENOTFOUND":
      return new ExchangeError(`there is no host of the name ${hostname}`, errno, true, "address");
    case "EAI_AGAIN":
      return told(`the name ${hostname} cannot be looked up now`);
    case "ECONNREFUSED":
      return told(`connection to ${host} refused`);
    case "ECONNRESET":
    case "EPIPE":
    case "ERR_GOT_REQUEST_ERROR":
    case "ERR_HTTP_CONTENT_LENGTH_MISMATCH":
      return told(`connection to ${host} broke off`);
    default:
      return told(`no connection to ${host}: ${message}`);
  }
}

/** What is told of a port for TLS that was spoken to in plain HTTP. */
export function plainOnTls(host: string, errno: string): ExchangeError {
  return new ExchangeError(
    `${host} speaks TLS: write "https://" in front of it`,
    errno,
    false,
    "says",
  );
}

function explainCertificate({ errno, message }: Failure, host: string): string {
  switch (errno) {
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `the certificate of ${host} is for another name, ${message}: write the name that it is for`;
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return `the certificate of ${host} is not valid now, ${message}: check this machine's clock, or have it renewed`;
    default:
      return `the certificate of ${host} is not trusted, ${message}: name its authority in NODE_EXTRA_CA_CERTS`;
  }
}

/** An alert comes from a server that speaks TLS and does not want to go on. */
function explainTls(message: string, host: string): string {
  const [, reason = ""] = /SSL routines:[^:]*:([^:]*)/.exec(message) ?? [];
  return /\balert\b/.test(reason)
    ? `${host} breaks the TLS handshake off with "${reason}": ask its administrators which clients it lets in`
    : `${host} does not speak TLS: write "http://" in front of it`;
}

function explainParser({ errno, message, received }: Failure, host: string): ExchangeError {
  // A TLS record of type "alert" or "handshake" (RFC 8446, section 5.1).
  if (received !== undefined && [0x15, 0x16].includes(received[0] ?? 0) && received[1] === 0x03) {
    return plainOnTls(host, errno);
  }
  const isSsh = received?.toString("latin1").startsWith("SSH-") === true;
  const what = isSsh ? "an SSH server answers" : "what answers does not speak HTTP";
  return new ExchangeError(`${what} at ${host}, ${message}`, errno, false, "address");
}
