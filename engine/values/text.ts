/** The text of a parsed field, or a fallback where it is missing or no text at all. */
export function textOr(value: unknown, fallback: string): string {
  if (typeof value === "string") {
    return value;
  }
  if (typeof value === "number" || typeof value === "boolean") {
    return `${value}`;
  }
  return fallback;
}
