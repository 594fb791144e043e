/** A part of a whole for people: `"42%"`, `"<1%"` when there is some but little, `"0%"` when none. */
export function formatShare(part: number, whole: number): string {
  if (part === 0 || whole === 0) {
    return "0%";
  }
  const percent = (100 * part) / whole;
  return percent < 1 ? "<1%" : `${Math.floor(percent)}%`;
}
