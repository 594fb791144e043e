/** The mode of a file as people write it. */

/** Four octal digits: `"0755"`. */
export function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
