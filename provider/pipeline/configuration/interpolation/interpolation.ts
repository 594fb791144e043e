/** What a text with `${…}` consists of. The grammar is OmegaConf's (its grammar page and OmegaConfGrammar*.g4). */

/** A piece of a text: characters as they are, or what stands in for a value. */
export type Segment = string | Interpolation;

/** `${…}`. */
export type Interpolation = KeyInterpolation | ResolverInterpolation;

/** `${key.path}`: the value at another key. */
export interface KeyInterpolation {
  readonly type: "key";
  /** As written, with its braces. */
  readonly text: string;
  /** How many dots it begins with: none for a path from the top, one for a sibling's. */
  readonly dots: number;
  readonly keys: readonly Key[];
}

/** One component of a path: a name, or a nested interpolation that gives one. */
export type Key = string | { readonly interpolation: Interpolation; readonly isBracketed: boolean };

/** `${name:arguments}`: what a function gives. */
export interface ResolverInterpolation {
  readonly type: "resolver";
  /** As written, with its braces. */
  readonly text: string;
  /** `oc.env`. */
  readonly name: string;
  readonly elements: readonly Element[];
}

/** An argument of a resolver. */
export type Element =
  | { readonly type: "null" }
  /** The value of an interpolation, whatever it is. */
  | { readonly type: "value"; readonly interpolation: Interpolation }
  /** A number or truth value, as Python writes it. */
  | { readonly type: "literal"; readonly text: string }
  | { readonly type: "text"; readonly segments: readonly Segment[] };

/** What is wrong with an interpolation; caught where it is known which key needs it. */
export class InterpolationError extends Error {
  override readonly name = "InterpolationError";
  /** The interpolation, as written. */
  readonly expression: string;
  /** The key that it stands in. */
  readonly place: string;

  constructor(problem: string, expression = "", place = "") {
    super(problem);
    this.expression = expression;
    this.place = place;
  }
}

/** Whether OmegaConf would look for interpolations in a text. */
export function mayInterpolate(text: string): boolean {
  return text.includes("${");
}
