/** The base of the client's errors, and the tree of errors that a cluster answers with. */
import { UserError } from "../../../common/errors/user-error.ts";

/** One error of a tree, as it came. For decisions only: its texts may hold the token. */
export interface YtErrorNode {
  /** YTsaurus error code, for example 500 for a path that cannot be resolved. */
  readonly code: number;
  readonly message: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly innerErrors: readonly YtErrorNode[];
}

/** What is known about a failed request when its error is made. */
export interface YtErrorDetails {
  /** What was being done, to follow "Cannot": `create "//home/x"`. */
  readonly action: string;
  /** The cluster, as the user named it. */
  readonly proxy: string;
  /** The cluster's own error; for a failure below it, one made up with code 100 or 101. */
  readonly answer: YtErrorNode;
  /** Cuts the token out of a text of the answer, for people to read. @default there is none in it */
  readonly redact?: (text: string) => string;
  readonly httpStatus?: number | undefined;
  /** `X-YT-Request-Id`, by which administrators find the request in the cluster's logs. */
  readonly requestId?: string | undefined;
  /** The Cypress path the request was about. */
  readonly path?: string | undefined;
  /** How long the cluster asked to wait (`Retry-After`). */
  readonly retryAfterMs?: number | undefined;
}

/** Code of a connection that could not be made, or broke. */
export const TRANSPORT_ERROR_CODE = 100;
/** Code of an answer that is no YTsaurus answer, for example a balancer's HTML page. */
export const PROTOCOL_ERROR_CODE = 101;

/** An error that no cluster has sent, of one sentence. */
export function makeErrorNode(code: number, message: string): YtErrorNode {
  return { code, message, attributes: {}, innerErrors: [] };
}

/**
 * A cluster refused a request, or could not be asked. The base of all errors of this module;
 * its message is for people, its fields are for code that has to decide something.
 * None of them shows the token, request headers or an error of the HTTP library, however it is looked at.
 */
export class YtError extends UserError {
  override readonly name: string = "YtError";
  /** The outermost YTsaurus error code. */
  readonly code: number;
  readonly httpStatus: number | undefined;
  readonly requestId: string | undefined;
  readonly path: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** The cluster's own words, from the innermost error, where the useful text is. */
  readonly innermostMessage: string;
  /** Private, as it may hold the token, which whoever inspects the error would see. */
  readonly #answer: YtErrorNode;

  /**
   * @param details what failed
   * @param message the text for the user, where a subclass has a better one than the cluster
   * @param argument the resource argument to blame
   */
  constructor(details: YtErrorDetails, message?: string, argument?: string) {
    const innermost = innermostMessage(details);
    super(
      message ??
        `Cannot ${details.action} on cluster "${details.proxy}": ${innermost}${advise(details.answer)}`,
      argument === undefined ? {} : { argument },
    );
    this.code = details.answer.code;
    this.httpStatus = details.httpStatus;
    this.requestId = details.requestId;
    this.path = details.path;
    this.retryAfterMs = details.retryAfterMs;
    this.innermostMessage = innermost;
    this.#answer = details.answer;
  }

  /** Whether the code occurs anywhere in the error tree; the cluster wraps errors freely. */
  contains(code: number): boolean {
    return treeContains(this.#answer, code);
  }
}

/** What people can do about it, where the cluster does not say so itself. */
const ADVICE: readonly (readonly [code: number, advice: string])[] = [
  [901, "ask for the permission, or use the token of a user who has it"],
  [902, "remove what is not needed from that account, or have its limit raised"],
  [903, "ask the cluster's administrators"],
  [905, "have that account created, or take a place under another"],
  [906, "run it again when the cluster's administrators have ended that"],
];

function advise(answer: YtErrorNode): string {
  const found = ADVICE.find(([code]) => treeContains(answer, code));
  return found === undefined ? "" : `: ${found[1]}`;
}

/** The text at the end of the first branch, which names the actual cause; fit for people to read. */
export function innermostMessage({ answer, redact = (text) => text }: YtErrorDetails): string {
  let node = answer;
  for (let [inner] = node.innerErrors; inner !== undefined; [inner] = node.innerErrors) {
    node = inner;
  }
  return redact(node.message);
}

/** Whether the code occurs anywhere in the tree. */
export function treeContains(error: YtErrorNode, code: number): boolean {
  return error.code === code || error.innerErrors.some((inner) => treeContains(inner, code));
}

/** The first error of the tree, outermost first, that has the attribute; its value. */
export function findErrorAttribute(error: YtErrorNode, name: string): unknown {
  if (name in error.attributes) {
    return error.attributes[name];
  }
  for (const inner of error.innerErrors) {
    const found = findErrorAttribute(inner, name);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
