/** The form of requests to a cluster: headers, formats, and where parameters go. */
import type { Command } from "./commands.ts";
import { encodeHeaderJson, encodeYtJson } from "./json.ts";
import { createGuid } from "../../common/values/guid.ts";
import { version } from "../../common/version.ts";

/** JSON whose strings are text; in the default each byte is one character. */
const FORMAT = JSON.stringify({ $value: "json", $attributes: { encode_utf8: false } });

/** What every request has. */
export function commonHeaders(token: string | undefined): Record<string, string> {
  return {
    ...(token === undefined ? {} : { Authorization: `OAuth ${token}` }),
    "User-Agent": `pulumi-yt-code/${version()}`,
    "X-YT-Correlation-Id": createGuid(),
    // A compressed answer would have to be unpacked, and trailers are only on the bare response.
    "Accept-Encoding": "identity",
  };
}

/** What a command's request has: formats, and parameters where they go into a header. */
export function commandHeaders(
  command: Command,
  parameters: Readonly<Record<string, unknown>>,
  token: string | undefined,
): Record<string, string> {
  return {
    ...commonHeaders(token),
    "X-YT-Header-Format": "<encode_utf8=%false>json",
    "X-YT-Input-Format": FORMAT,
    "X-YT-Output-Format": FORMAT,
    "X-YT-Error-Format": FORMAT,
    ...(command.method === "POST"
      ? { "Content-Type": "application/json" }
      : { "X-YT-Parameters": encodeHeaderJson(parameters) }),
  };
}

/** Parameters go into the body where the API takes them from there (POST only): balancers limit headers. */
export function commandBody(
  command: Command,
  parameters: Readonly<Record<string, unknown>>,
  input: unknown,
): Buffer | undefined {
  switch (command.method) {
    case "POST":
      return Buffer.from(encodeYtJson(parameters));
    case "PUT":
      return Buffer.from(encodeYtJson(input));
    case "GET":
      return undefined;
  }
}
