/** The error of all parsers of values. */

/** Bytes that are no value in the format that they should be in. */
export class ValueSyntaxError extends Error {
  override readonly name = "ValueSyntaxError";
}
