/** Which values of a document are read. */

/** A single value, each of a list, those of some keys, or those of all keys of a map. */
export type Shape =
  | "value"
  | { readonly list: Shape }
  | { readonly keys: Readonly<Record<string, Shape>> }
  | { readonly each: Shape };
