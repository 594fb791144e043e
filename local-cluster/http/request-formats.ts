/** The formats that a request asks for (docs/yt-http-api.md, section 3). */
import type { IncomingMessage } from "node:http";
import type { Command, StreamType } from "../commands/command.ts";
import type { Parameters } from "../commands/parameters.ts";
import {
  BINARY_YSON,
  DEFAULT_JSON,
  decode,
  findFormatByContentType,
  formatFromValue,
} from "./format.ts";
import type { Format } from "./format.ts";
import { parseYson } from "../../common/yson/parser.ts";
import { findHeader, findSplitHeader } from "./headers.ts";

const TEXT_YSON: Format = { type: "yson", layout: "text" };

/** The formats that the headers of a request ask for. */
export interface RequestFormats {
  /** In which `X-YT-Parameters` and the format headers themselves are written. */
  readonly header: Format;
  readonly input: Format | undefined;
  readonly output: Format | undefined;
  /** Of the header `X-YT-Error`; the body of an error is always default JSON. */
  readonly error: Format;
}

/** `X-YT-Header-Format` is always YSON text; the others are in the format that it names. */
export function readFormats(request: IncomingMessage): RequestFormats {
  const named = findHeader(request, "x-yt-header-format");
  const header = named === undefined ? DEFAULT_JSON : formatFromValue(parseYson(named));
  const read = (name: string): Format | undefined => {
    const text = findSplitHeader(request, name);
    return text === undefined ? undefined : formatFromValue(decode(text, header));
  };
  return {
    header,
    input: read("x-yt-input-format") ?? byContentType(findHeader(request, "content-type")),
    output: read("x-yt-output-format") ?? byContentType(findHeader(request, "accept")),
    error: read("x-yt-error-format") ?? DEFAULT_JSON,
  };
}

/** The format of a body: as named, or the default for the command's input. */
export function inputFormat(
  command: Command,
  formats: RequestFormats,
  parameters?: Parameters,
): Format {
  const value = parameters?.find("input_format");
  if (value !== undefined) {
    return formatFromValue(value);
  }
  return formats.input ?? defaultFormat(command.input);
}

/** The format of the answer. */
export function outputFormat(
  command: Command,
  formats: RequestFormats,
  parameters: Parameters,
): Format {
  const value = parameters.find("output_format");
  if (value !== undefined) {
    return formatFromValue(value);
  }
  return formats.output ?? defaultFormat(command.output);
}

/** Parameters in the body of a command without input are YSON unless a header says otherwise. */
function defaultFormat(type: StreamType): Format {
  switch (type) {
    case "structured":
      return DEFAULT_JSON;
    case "tabular":
      return TEXT_YSON;
    case "null":
    case "binary":
      return BINARY_YSON;
  }
}

/** What follows the type, such as a charset, is ignored. */
function byContentType(header: string | undefined): Format | undefined {
  return header === undefined
    ? undefined
    : findFormatByContentType((header.split(";")[0] ?? "").trim());
}
