/** Bytes that are not a value in the format they claim to be in. */
export class ValueSyntaxError extends Error {
  override readonly name = "ValueSyntaxError";
}
