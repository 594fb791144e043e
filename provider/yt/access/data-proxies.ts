/** `yt:dataProxies`: whose hosts may have the token, beside those of the cluster's own address. */
import { isIP } from "node:net";
import { UserError } from "../../../common/errors/user-error.ts";

/** A host, or a domain with or without what stands for the hosts in it. */
const NAME = /^(\*?\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i;

/**
 * Parses the setting.
 *
 * @param text a list, as JSON, or one entry: `.data.example.net`, `10.1.0.0/16`
 * @throws {UserError} when it holds something else
 */
export function parseDataProxies(text: string | undefined): readonly string[] {
  const trimmed = text?.trim() ?? "";
  if (trimmed === "") {
    return [];
  }
  const entries = trimmed.startsWith("[") ? parseList(trimmed) : trimmed.split(/[\s,]+/);
  return entries.map((entry) => {
    if (typeof entry === "string" && isEntry(entry.trim())) {
      return entry.trim().toLowerCase();
    }
    throw new UserError(
      `Cannot use ${JSON.stringify(entry)} in yt:dataProxies: write hosts or domains without a port, ` +
        'such as "data.example.net", or networks such as "10.1.0.0/16"',
    );
  });
}

function isEntry(entry: string): boolean {
  const [, address, bits = "0"] = /^\[?([^\]/]*)\]?(?:\/(\d+))?$/.exec(entry) ?? [];
  const family = isIP(address ?? "");
  return family === 0 ? NAME.test(entry) : Number(bits) <= (family === 4 ? 32 : 128);
}

function parseList(text: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : [text];
  } catch {
    return [text];
  }
}
