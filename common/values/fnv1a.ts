/** FNV-1a, 32 bits: a quick hash that is the same on every machine, for what nobody attacks. */

/** What a hash begins with. */
export const FNV_BASIS = 0x811c9dc5;

/** The hash that has taken one more byte or character code. It is signed: `>>> 0` makes a number from 0 of it. */
export function fnv1a(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x01000193);
}
