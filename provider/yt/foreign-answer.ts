/** Answers that no YTsaurus proxy gives: another server is at the address, or in front of the cluster. */
import type { IncomingHttpHeaders } from "node:http";
import type { AnswerForm } from "./answer-forms.ts";
import { isWebPage } from "./http.ts";
import type { HttpAnswer } from "./http.ts";

const CHECK = "check that yt:proxy is a YTsaurus HTTP proxy";

/** What servers say, in an answer of status 400, to plain HTTP on a port for TLS: nginx, Go's and Apache's. */
const WANTS_TLS =
  /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an SSL-enabled/i;

/**
 * What to say of an answer that is no success, and holds no YTsaurus error.
 *
 * @param redact cuts the token out of what people will read
 */
export function describeForeignAnswer(
  answer: HttpAnswer,
  redact: (text: string) => string,
): string {
  const { status } = answer;
  const { location } = answer.headers;
  if (status >= 300 && status < 400 && location !== undefined) {
    return `it redirects to ${redact(location)}, where the token must not go: set yt:proxy to the right address`;
  }
  switch (status) {
    case 400:
      if (WANTS_TLS.test(answer.body.toString())) {
        return 'it speaks TLS: write "https://" in front of it';
      }
      break;
    case 401:
    case 403:
    case 407:
      return `something in front of the cluster lets nobody in (HTTP status ${status} and no YTsaurus error): ${CHECK} that is reached without a login`;
    case 413:
    case 431:
      return describeLimit(status, "the cluster", "set yt:proxy to the cluster's own HTTP proxy");
    case 502:
    case 503:
    case 504:
      return `something in front of the cluster does not get through to it (HTTP status ${status} and no YTsaurus error): try again later, or ${CHECK}`;
    default:
  }
  return `it answers with HTTP status ${status} and no YTsaurus error: ${CHECK}`;
}

/** What to say of a request that is too large for what is in front of a proxy. */
export function describeLimit(status: 413 | 431, where: string, otherwise: string): string {
  const [what, setting, change] =
    status === 413
      ? ["a body", "client_max_body_size", "lifted"]
      : ["headers", "large_client_header_buffers", "raised"];
  return (
    `something in front of ${where} limits the size of ${what} (HTTP status ${status}; nginx: ${setting}): ` +
    `have the limit ${change}, or ${otherwise}`
  );
}

/**
 * What to say of a success whose body is no JSON; undefined when it may be JSON that was cut short.
 * The API's answers are maps, lists or strings.
 */
export function findForeignSuccess(answer: HttpAnswer): string | undefined {
  const text = answer.body.toString().trimStart();
  if (isWebPage(answer.headers) || text.startsWith("<")) {
    return `it answers with a web page: ${CHECK}, and that it is reached without a login`;
  }
  return text === "" || /^[[{"]/.test(text)
    ? undefined
    : `it answers with something that is no JSON: ${CHECK}`;
}

/**
 * Whether a success of `read_file` holds a file's content: a cluster sends that as bytes or as text
 * (`SetContentDispositionAndMimeType` in yt/yt/server/http_proxy/context.cpp).
 */
export function isContent(headers: IncomingHttpHeaders): boolean {
  return !isWebPage(headers) && !/\bjson\b/i.test(headers["content-type"] ?? "");
}

/** What to say of a success that is of another form than the command's. */
export function describeForeignSuccess(answer: HttpAnswer, { holds }: AnswerForm): string {
  return findForeignSuccess(answer) ?? `its answer holds no ${holds}: ${CHECK}`;
}
