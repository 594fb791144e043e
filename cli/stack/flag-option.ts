/** A flag of the Pulumi CLI as an option of commander, and back. */
import { Option } from "commander";

/** The values of flags, by their names in camel case, as commander gives them. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** How the value of a flag is read. */
export interface FlagForm {
  /** May be given more than once. */
  readonly repeated?: boolean | undefined;
  readonly read?: ((text: string) => unknown) | undefined;
}

/** @param flags as commander takes it: `-t, --target <urn>` */
export function flagOption(
  flags: string,
  summary: string,
  { repeated = false, read }: FlagForm,
): Option {
  const made = new Option(flags, summary);
  if (repeated && made.required) {
    return made.argParser((text, before: unknown) => [
      ...(Array.isArray(before) ? before : []),
      text,
    ]);
  }
  return read === undefined ? made : made.argParser(read);
}

/** A flag as it was given, for the Pulumi CLI; nothing when it was not. */
export function asGiven(flags: string, values: FlagValues): readonly string[] {
  const made = new Option(flags);
  const { long = "" } = made;
  const value = values[made.attributeName()];
  if (value === undefined || value === false) {
    return [];
  }
  if (value === true) {
    return [long];
  }
  return (Array.isArray(value) ? value : [value]).map((text) => `${long}=${String(text)}`);
}
