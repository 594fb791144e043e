/** Which values of a document are read. */

/**
 * `"value"` is a single value; `"text"` the same as Python would write it (`True`, `1.0`), null
 * excepted; a list has one shape for all of its items; a map one for each key that is read, and
 * perhaps one for all others.
 */
export type Shape =
  | "value"
  | "text"
  | { readonly list: Shape }
  | { readonly keys: Readonly<Record<string, Shape>>; readonly others?: Shape };
