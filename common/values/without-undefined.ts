/** Pulumi's protocol has no undefined: an absent value is an absent key. */

/** A type whose keys that may be undefined may instead be absent. */
type Present<Values> = {
  [Key in keyof Values as undefined extends Values[Key] ? never : Key]: Values[Key];
} & {
  [Key in keyof Values as undefined extends Values[Key] ? Key : never]?: Exclude<
    Values[Key],
    undefined
  >;
};

/** A copy without the keys whose value is undefined. */
export function withoutUndefined<Values extends object>(values: Values): Present<Values> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the filter has just done
  return Object.fromEntries(present) as Present<Values>;
}
