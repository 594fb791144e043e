/** Finds what stands in plain text in a configuration although its name says that it is secret. */
import type { Configuration } from "../project/configuration.ts";

/** `yt:token`, `yt:tokens`, `app:dbPassword`; no numbers, as of `maxTokens`. */
const NAME = /(token|password)s?$/i;
const NO_SECRET = /^(true|false|[\d.]*)$/;

/** Whether a value that is set would stand in plain text although its name says that it is secret. */
export function isPlainSecret(name: string, value: string): boolean {
  return NAME.test(name) && !NO_SECRET.test(value);
}

/**
 * What to tell the user about that.
 *
 * @param stack for the command that is named
 * @returns undefined when all is well
 */
export function describePlainSecrets(
  configuration: Configuration,
  stack: string,
): string | undefined {
  const keys = [...configuration]
    .filter(([key, { value, secret }]) => !secret && isPlainSecret(key, value))
    .map(([key]) => key);
  const [first] = keys;
  if (first === undefined) {
    return undefined;
  }
  const names = keys.map((key) => `"${key}"`).join(" and ");
  return (
    `${names} ${keys.length === 1 ? "stands" : "stand"} in plain text in the settings of stack "${stack}", and so in its state, ` +
    `history and backups: make a new one, and run "ytcode config set --secret ${first} --stack ${stack}"`
  );
}
