/** Who sends a request, and whether its token is the right one. */
import type { IncomingMessage } from "node:http";
import { ERROR_CODE, YtError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import { findHeader } from "./headers.ts";

/** The user of a cluster without authentication (docs/yt-http-api.md, section 2). */
const DEFAULT_USER = "root";

/**
 * The user of a request.
 *
 * @param token the only token that is accepted; undefined accepts any token, or none
 * @throws {YtError} code 111, status 401
 */
export function authenticate(request: IncomingMessage, token: string | undefined): ByteString {
  if (token !== undefined) {
    assertToken(findHeader(request, "authorization"), token);
  }
  // On the cluster without authentication too; with it, for superusers only
  // (docs/yt-http-api.md, section 2).
  return findHeader(request, "x-yt-user-name") ?? DEFAULT_USER;
}

function assertToken(header: ByteString | undefined, token: string): void {
  if (header === undefined) {
    throw credentialsError("Client is missing credentials");
  }
  const given = /^(?:OAuth|Bearer)\s+(.*)$/i.exec(header.trim())?.[1];
  if (given === undefined) {
    throw credentialsError("Malformed Authorization header");
  }
  // The time that this takes may tell how much of a token is right, but only this machine's users can
  // reach a loopback address, and the token protects nothing of worth.
  if (given !== token) {
    throw credentialsError("Invalid token");
  }
}

function credentialsError(message: string): YtError {
  return new YtError(ERROR_CODE.invalidCredentials, message, { httpStatus: 401 });
}
