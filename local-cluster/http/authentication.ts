import type { IncomingMessage } from "node:http";
import { ERROR_CODE, YtError } from "../errors/yt-error.ts";
import type { ByteString } from "../yson/byte-string.ts";
import { findHeader } from "./headers.ts";

/** Who uses a cluster on which nobody has a name. */
const DEFAULT_USER = "root";

/**
 * The user of a request.
 *
 * @param token the only token that is let in; undefined lets everybody in, with any token or none
 * @throws {YtError} code 111, status 401
 */
export function authenticate(request: IncomingMessage, token: string | undefined): ByteString {
  if (token !== undefined) assertToken(findHeader(request, "authorization"), token);
  // As on a cluster without authentication, and for its superuser, the header sets the user.
  return findHeader(request, "x-yt-user-name") ?? DEFAULT_USER;
}

function assertToken(header: ByteString | undefined, token: string): void {
  if (header === undefined) throw credentialsError("Client is missing credentials");
  const given = /^(?:OAuth|Bearer)\s+(.*)$/i.exec(header.trim())?.[1];
  if (given === undefined) throw credentialsError("Malformed Authorization header");
  // Nobody but the machine's own users can reach a loopback address, so time tells no secrets.
  if (given !== token) throw credentialsError("Invalid token");
}

function credentialsError(message: string): YtError {
  return new YtError(ERROR_CODE.invalidCredentials, message, { httpStatus: 401 });
}
