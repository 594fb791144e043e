/** Errors as the cluster reports them, and their codes. */
import { UserError } from "../../common/errors/user-error.ts";
import { findFileErrorReason } from "../../common/files/file-error-reason.ts";
import { isSystemError } from "../../common/files/file-errors.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import { bytesFromText, textForDisplay } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";

/** Error codes of the cluster that the emulator answers with (docs/yt-http-api.md, section 11). */
export const ERROR_CODE = {
  generic: 1,
  noSuchMethod: 103,
  unavailable: 105,
  invalidCredentials: 111,
  operationFailedToPrepare: 216,
  sameTransactionLockConflict: 400,
  descendantTransactionLockConflict: 401,
  concurrentTransactionLockConflict: 402,
  resolve: 500,
  alreadyExists: 501,
  tooManyChildren: 502,
  stringTooLong: 503,
  attributeTooLong: 504,
  keyTooLong: 505,
  noSpaceLeftOnDevice: 731,
  chunkMetaFetchFailed: 738,
  chunkIsLost: 743,
  authorization: 901,
  accountLimitExceeded: 902,
  userBanned: 903,
  noSuchAccount: 905,
  prerequisiteFailed: 1000,
  noSuchTransaction: 11000,
} as const;

/** What a YtError carries besides code and message. */
export interface YtErrorDetails {
  /** Attributes of the error, byte strings as everywhere in the emulator. */
  readonly attributes?: Readonly<Record<string, YsonValue>>;
  /** Causes; clients search codes through the whole tree. */
  readonly innerErrors?: readonly YtError[];
  /**
   * HTTP status of the answer.
   *
   * @default 400, which the cluster uses for every failed command
   */
  readonly httpStatus?: number;
}

/** A failure as the cluster reports it: a code, a message, attributes and inner errors. */
export class YtError extends Error {
  override readonly name = "YtError";
  readonly code: number;
  /** The message as bytes, since it may quote names that are not UTF-8. */
  readonly messageBytes: ByteString;
  readonly attributes: Readonly<Record<string, YsonValue>>;
  readonly innerErrors: readonly YtError[];
  readonly httpStatus: number;

  /** @param message bytes, like every name it may quote */
  constructor(code: number, message: ByteString, details: YtErrorDetails = {}) {
    super(textForDisplay(message));
    this.code = code;
    this.messageBytes = message;
    this.attributes = details.attributes ?? {};
    this.innerErrors = details.innerErrors ?? [];
    this.httpStatus = details.httpStatus ?? 400;
  }
}

/** A generic failure, code 1. */
export function genericError(message: ByteString, details: YtErrorDetails = {}): YtError {
  return new YtError(ERROR_CODE.generic, message, details);
}

/** The error for what the emulator leaves out: it is refused, where a guess would mislead a client. */
export function notEmulatedError(what: ByteString): YtError {
  return genericError(`Not emulated by the local cluster: ${what}`);
}

/**
 * Any failure as a YtError: what the system refuses, such as a write to a full disk, and a defect of
 * the emulator, are errors of status 500.
 */
export function toYtError(error: unknown): YtError {
  if (error instanceof YtError) {
    return error;
  }
  if (isSystemError(error)) {
    return diskError(error);
  }
  if (error instanceof UserError) {
    return new YtError(ERROR_CODE.generic, bytesFromText(error.message), { httpStatus: 500 });
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new YtError(ERROR_CODE.generic, bytesFromText(message), { httpStatus: 500 });
}

function diskError(error: Error & { readonly code: string }): YtError {
  const isFull = ["ENOSPC", "EDQUOT", "EFBIG"].includes(error.code);
  const reason = findFileErrorReason(error) ?? error.message;
  const message = `The local cluster cannot read or write its data: ${reason}`;
  const code = isFull ? ERROR_CODE.noSpaceLeftOnDevice : ERROR_CODE.generic;
  return new YtError(code, bytesFromText(message), { httpStatus: 500 });
}

/** The error as the map that bodies, headers and trailers show. */
export function errorValue(error: YtError): YsonValue {
  return yson.map({
    code: yson.int64(error.code),
    message: yson.string(error.messageBytes),
    attributes: yson.map(error.attributes),
    inner_errors: yson.list(error.innerErrors.map(errorValue)),
  });
}
