/** `yt:dataProxies`: whose hosts may have the token, beside those of the cluster's own address. */
import { UserError } from "../../../common/errors/user-error.ts";

/** A host or domain, or an IP address or network; the shapes only. */
const ENTRY = /^(\*?\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$|^[0-9a-f.:]+(\/\d{1,3})?$/i;

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
    if (typeof entry === "string" && ENTRY.test(entry.trim())) {
      return entry.trim().toLowerCase();
    }
    throw new UserError(
      `Cannot use ${JSON.stringify(entry)} in yt:dataProxies: write hosts or domains without a port, ` +
        'such as "data.example.net", or networks such as "10.1.0.0/16"',
    );
  });
}

function parseList(text: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : [text];
  } catch {
    return [text];
  }
}
