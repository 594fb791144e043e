/** Reading the headers of requests. */
import type { IncomingMessage } from "node:http";
import { genericError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import { bytesFromBuffer } from "../../common/yson/byte-string.ts";

const MAX_PARTS = 1000;

/** The value of a header: Node shows each byte as one character, so it is a byte string. */
export function findHeader(request: IncomingMessage, name: string): ByteString | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

/**
 * A header that may come in one piece, or in parts `<name>0`, `<name>1`, … (also `<name>-0`, …),
 * which are base64 when put together.
 */
export function findSplitHeader(request: IncomingMessage, name: string): ByteString | undefined {
  const whole = findHeader(request, name);
  if (whole !== undefined) {
    return whole;
  }
  let parts = "";
  for (let index = 0; ; index += 1) {
    const part = findHeader(request, `${name}${index}`) ?? findHeader(request, `${name}-${index}`);
    if (part === undefined) {
      break;
    }
    if (index >= MAX_PARTS) {
      throw genericError(`Header ${name} has more than ${MAX_PARTS} parts`);
    }
    parts += part;
  }
  return parts === "" ? undefined : bytesFromBuffer(Buffer.from(parts, "base64"));
}
