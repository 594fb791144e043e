/**
 * What the scalars of a project's and a stack's YAML mean to the Pulumi CLI. It reads them with a library (gopkg.in/yaml.v3,
 * resolve.go) that has the numbers of YAML 1.1 and 1.2 together: `012`, `0o12` and `0xa` are 10, `1_000` is 1000.
 */
import type { Scalar } from "yaml";
import { describeTimestamp, formatTimestamp, parseTimestamp } from "./timestamp.ts";

/** A scalar's value: whole numbers are exact up to 64 bits. */
export type ScalarValue = string | boolean | bigint | number | null;

const CONSTANTS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...["", "~", "null", "Null", "NULL"].map((text) => [text, null] as const),
  ...["true", "True", "TRUE"].map((text) => [text, true] as const),
  ...["false", "False", "FALSE"].map((text) => [text, false] as const),
  ...[".nan", ".NaN", ".NAN"].map((text) => [text, Number.NaN] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((text) => [text, Infinity] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((text) => [text, -Infinity] as const),
]);

const LEAST = -(2n ** 63n);
const MOST = 2n ** 64n - 1n;

/** How a date is written where it becomes text. */
export type DateForm = "described" | "rfc3339";

/**
 * Reads the scalars of a stack's settings (dates `described`, as Go shows them), or of a project file (dates as `rfc3339`).
 *
 * @returns a function for {@link parseYaml}
 */
export function scalarReader(dates: DateForm): (scalar: Scalar) => ScalarValue {
  const format = dates === "described" ? describeTimestamp : formatTimestamp;
  return (scalar) => {
    const { tag, type, source } = scalar;
    const text = source ?? (typeof scalar.value === "string" ? scalar.value : "");
    if (tag === "tag:yaml.org,2002:binary") {
      return Buffer.from(text, "base64").toString("utf8");
    }
    if (tag === undefined ? type !== "PLAIN" : !/:(bool|float|int|null|timestamp)$/.test(tag)) {
      return text;
    }
    const moment = parseTimestamp(text);
    return moment === undefined ? resolvePlain(text) : format(moment);
  };
}

/** The name of a field whose key is a scalar, as Go prints a value. */
export function nameKey(key: Scalar): string {
  const value = readKey(key);
  return typeof value === "number" ? formatFloat(value) : value === null ? "<nil>" : String(value);
}

/** A number as Go prints it: from a million on, and below a ten thousandth, with an exponent of two digits or more. */
function formatFloat(value: number): string {
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) {
    return String(value);
  }
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Whether a key is a text, as those of the configuration must be. */
export function isTextKey(key: Scalar): boolean {
  return typeof readKey(key) === "string";
}

const readKey = scalarReader("described");

/** What a scalar without quotes, tag or date in it is. */
export function resolvePlain(text: string): ScalarValue {
  const constant = CONSTANTS.get(text);
  if (constant !== undefined) {
    return constant;
  }
  if (/^[-+0-9]/.test(text)) {
    const plain = text.replaceAll("_", "");
    return readInteger(plain) ?? readFloat(plain) ?? text;
  }
  return readFloat(text) ?? text;
}

function readInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|([1-9]\d*|0))$/.exec(
    text,
  );
  if (match === null) {
    return undefined;
  }
  const [, sign, hex, octal, binary, decimal = "0"] = match;
  const magnitude = BigInt(
    hex !== undefined
      ? `0x${hex}`
      : octal !== undefined
        ? `0o${octal}`
        : binary !== undefined
          ? `0b${binary}`
          : decimal,
  );
  const value = sign === "-" ? -magnitude : magnitude;
  // Above 63 bits the library knows only numbers without a sign.
  const most = sign === "" ? MOST : MOST / 2n;
  return value >= LEAST && value <= most ? value : undefined;
}

function readFloat(text: string): number | undefined {
  if (!/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(text)) {
    return undefined;
  }
  const value = Number(text);
  // What no double can hold is a text.
  return Number.isFinite(value) ? value : undefined;
}
