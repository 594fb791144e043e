/** The parameters of a request, put together (docs/yt-http-api.md, section 3). */
import type { IncomingMessage } from "node:http";
import type { Command } from "../commands/command.ts";
import { Parameters } from "../commands/parameters.ts";
import { genericError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import { bytesFromBuffer } from "../../common/yson/byte-string.ts";
import { decode } from "./format.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";
import { findHeader, findSplitHeader } from "./headers.ts";
import { parametersFromQuery } from "./query.ts";
import { inputFormat } from "./request-formats.ts";
import type { RequestFormats } from "./request-formats.ts";

/**
 * The parameters of a request: query string, then `X-YT-Parameters`, then, for POST only, the
 * body. Later ones win, maps are merged.
 *
 * @param readBody gives the body as it came
 */
export async function readParameters(
  request: IncomingMessage,
  query: URLSearchParams,
  command: Command,
  formats: RequestFormats,
  readBody: () => Promise<Buffer>,
): Promise<Parameters> {
  const fromQuery = parametersFromQuery(query);
  const header = findSplitHeader(request, "x-yt-parameters");
  const fromHeader =
    header === undefined ? fromQuery : merge(fromQuery, mapOf(decode(header, formats.header)));
  if (request.method !== "POST") {
    return new Parameters(fromHeader);
  }
  if ((findHeader(request, "content-encoding") ?? "identity") !== "identity") {
    throw genericError('"Content-Encoding" is not supported for parameters in the request body');
  }
  const body = await readBody();
  if (body.length === 0) {
    return new Parameters(fromHeader);
  }
  const format = inputFormat(command, formats, new Parameters(fromHeader));
  return new Parameters(merge(fromHeader, mapOf(decode(bytesFromBuffer(body), format))));
}

function mapOf(value: YsonValue): YsonMap {
  if (value.type === "map") {
    return value.entries;
  }
  throw genericError(`Parameters must be a map, actual type "${value.type}"`);
}

function merge(base: YsonMap, over: YsonMap): YsonMap {
  const merged = new Map<ByteString, YsonValue>(base);
  for (const [key, value] of over) {
    const below = base.get(key);
    const bothMaps = below?.type === "map" && value.type === "map";
    merged.set(
      key,
      bothMaps ? { type: "map", entries: merge(below.entries, value.entries) } : value,
    );
  }
  return merged;
}
