/** JSON as Go's encoder writes it: what is in the state of a stack, and what is compared with it, is text of that kind. */
import { compareBytes } from "../../common/text/compare-bytes.ts";
import { isRecord } from "../../common/values/is-record.ts";

/** The largest whole number that the CLI keeps exactly inside of lists and maps. */
const MOST_EXACT = 2n ** 63n - 1n;

/** A tree of plain values as JSON: keys in the order of their bytes, `<`, `>` and `&` escaped. */
export function toGoJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(toGoJson).join(",")}]`;
  }
  if (isRecord(value)) {
    const fields = Object.entries(value)
      .toSorted(([left], [right]) => compareBytes(left, right))
      .map(([name, field]) => `${textToJson(name)}:${toGoJson(field)}`);
    return `{${fields.join(",")}}`;
  }
  if (typeof value === "string") {
    return textToJson(value);
  }
  if (typeof value === "bigint") {
    return String(value > MOST_EXACT ? Number(value) : value);
  }
  // Go has no negative zero here: the CLI reads what it wrote as a whole number.
  return value === 0 ? "0" : JSON.stringify(value ?? null);
}

function textToJson(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
