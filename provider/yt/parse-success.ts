/** Reads a cluster's successes, and tells them from what others answer in its place. */
import type { AnswerForm } from "./answer-forms.ts";
import { UnreachableError, YtError } from "./errors/index.ts";
import { makeErrorNode, PROTOCOL_ERROR_CODE, TRANSPORT_ERROR_CODE } from "./errors/yt-error.ts";
import {
  describeForeignSuccess,
  describeLimit,
  findForeignSuccess,
  isContent,
} from "./foreign-answer.ts";
import type { HttpAnswer } from "./http.ts";

/** What a request is about, for its errors. */
export interface RequestSubject {
  /** To follow "Cannot" in messages: `create "//home/x"`. */
  readonly action: string;
  /** For the error's field. */
  readonly path?: string | undefined;
  /** Where the cluster has said to go; else the request goes to the configured address. */
  readonly dataProxy?: string | undefined;
}

/**
 * The parsed answer. What has not the form of a success is none, and what was done is asked again:
 * under its mutation id, or in a fresh transaction.
 *
 * @throws {YtError} when it is cut short, or of another form
 */
export function parseSuccess(
  answer: HttpAnswer,
  subject: RequestSubject,
  proxy: string,
  form: AnswerForm,
): unknown {
  const foreign = findForeignSuccess(answer);
  if (foreign !== undefined) {
    throw foreignSuccess(foreign, answer, subject, proxy);
  }
  const parsed = parseJson(answer, subject, proxy);
  if (!form.fits(parsed, isFromCluster(answer))) {
    throw foreignSuccess(describeForeignSuccess(answer, form), answer, subject, proxy);
  }
  return parsed;
}

/** @throws {YtError} when it is cut short, which is treated as a broken connection, and tried again */
export function parseJson(answer: HttpAnswer, subject: RequestSubject, proxy: string): unknown {
  try {
    return JSON.parse(answer.body.toString());
  } catch {
    throw cutShort(answer, subject, proxy);
  }
}

/** @throws {YtError} when what came is no file's content */
export function assertContent(
  answer: HttpAnswer,
  subject: RequestSubject,
  proxy: string,
  form: AnswerForm,
): void {
  if (!isContent(answer.headers)) {
    throw foreignSuccess(describeForeignSuccess(answer, form), answer, subject, proxy);
  }
}

/** Not every answer that a cluster's client gets still has the cluster's headers; no other has them. */
function isFromCluster({ headers }: HttpAnswer): boolean {
  return "x-yt-request-id" in headers || "x-yt-proxy" in headers;
}

function cutShort(answer: HttpAnswer, { action, path }: RequestSubject, proxy: string): YtError {
  const what = answer.body.length === 0 ? "its answer is empty" : "its answer is no complete JSON";
  const node = makeErrorNode(TRANSPORT_ERROR_CODE, what);
  return new YtError({ action, proxy, path, answer: node, httpStatus: answer.status });
}

function foreignSuccess(
  what: string,
  { status }: HttpAnswer,
  subject: RequestSubject,
  proxy: string,
): YtError {
  const { action, path } = subject;
  const answer = makeErrorNode(PROTOCOL_ERROR_CODE, what);
  return explainDataProxy(
    new YtError({ action, proxy, path, answer, httpStatus: status }),
    subject,
    proxy,
  );
}

const DISCOVERY_OFF = "set yt:proxyDiscovery to false, or YT_USE_HOSTS to 0";

/**
 * What limits a request may well be in front of a data proxy, and so may what asks to wait. But
 * where only the cluster's own network knows a data proxy's name, another server may be at that
 * address, or a gateway may answer for it.
 */
export function explainDataProxy(
  error: YtError,
  { action, path, dataProxy }: RequestSubject,
  proxy: string,
): YtError {
  const { code, requestId, httpStatus = 0 } = error;
  // A cluster's own errors have an id.
  const isForeign = code === PROTOCOL_ERROR_CODE && requestId === undefined;
  if (dataProxy === undefined || !isForeign || httpStatus === 429) {
    return error;
  }
  if (httpStatus === 413 || httpStatus === 431) {
    const where = `data proxy "${dataProxy}", which "/hosts" names,`;
    const what = describeLimit(httpStatus, where, DISCOVERY_OFF);
    return new YtError({ action, proxy, path, answer: makeErrorNode(code, what), httpStatus });
  }
  return new UnreachableError({
    action,
    proxy,
    path,
    dataProxy,
    reason: "what answers there is no YTsaurus proxy",
    errno: `HTTP status ${httpStatus}`,
    neverConnected: true,
    remedy: httpStatus >= 500 ? "time" : "address",
  });
}
