/** Mistakes in a stack's settings: which setting it is, and what is wrong with it. */

/** Where a value is: the key of the configuration, and the way to it from there. */
export interface Place {
  /** With its namespace: `yt:pipelines`. */
  readonly key: string;
  /** `[2, "buildFolder"]` */
  readonly path: readonly (string | number)[];
}

/** Something that the user has to mend. */
export interface Mistake {
  /** Undefined when it is about no setting in particular. */
  readonly place: Place | undefined;
  /** What follows the setting's name: `must be true or false: it is "yes"`. */
  readonly problem: string;
}

/** A place in a place. */
export function inside({ key, path }: Place, ...further: readonly (string | number)[]): Place {
  return { key, path: [...path, ...further] };
}

/** A place in words: `yt:pipelines[2].buildFolder`. */
export function placeText({ key, path }: Place): string {
  const parts = path.map((part) =>
    typeof part === "number" ? `[${part}]` : /^[\w-]+$/.test(part) ? `.${part}` : `["${part}"]`,
  );
  return key + parts.join("");
}

/** What a value is, short enough for a line. */
export function shownValue(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
