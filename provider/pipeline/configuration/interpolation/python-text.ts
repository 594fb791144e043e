/**
 * Values as Python writes them, which is how OmegaConf puts them into a text: `True`, `None`, `1.0`,
 * `1e-05`. It reads scalars by the rules of YAML 1.1 (PyYAML's resolver, with OmegaConf's own rule
 * for floats), so what stands in a text follows from how the scalar is written.
 */
import { isScalar } from "yaml";

const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const INT =
  /^[-+]?(?:0b_*[01][01_]*|0[0-7_]+|0x_*[\da-fA-F][\da-fA-F_]*|(?:0|[1-9][\d_]*)|[1-9][\d_]*(?::[0-5]?\d)+)$/;
const FLOAT =
  /^(?:[-+]?\d+(?:_\d+)*(?:\.[\d_]*(?:[eE][-+]?\d+)?|[eE][-+]?\d+|(?::[0-5]?\d)+\.[\d_]*)|\.\d+(?:_\d+)*(?:[eE][-+]\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/**
 * A value inside a text.
 *
 * @param value a scalar of a document, or its value
 * @returns undefined for a list or map, which are no text
 */
export function pythonText(value: unknown): string | undefined {
  if (isScalar(value)) {
    return value.source !== undefined && value.type === "PLAIN" && value.tag === undefined
      ? plainText(value.source, value.value)
      : pythonText(value.value);
  }
  if (typeof value === "string") {
    return value;
  }
  if (typeof value === "number") {
    return Number.isInteger(value) ? String(value) : pythonFloat(String(value));
  }
  if (typeof value === "boolean") {
    return value ? "True" : "False";
  }
  return value === null ? "None" : undefined;
}

function plainText(source: string, value: unknown): string {
  if (TRUE.test(source)) {
    return "True";
  }
  if (FALSE.test(source)) {
    return "False";
  }
  if (NULL.test(source)) {
    return "None";
  }
  const digits = source.replaceAll("_", "");
  if (FLOAT.test(source)) {
    return pythonFloat(digits);
  }
  if (INT.test(source)) {
    return integerText(digits);
  }
  return typeof value === "string" ? value : source;
}

/** In decimal digits, however large. */
function integerText(text: string): string {
  const [, sign = "", digits = ""] = /^([-+]?)(.*)$/.exec(text) ?? [];
  const magnitude = digits.includes(":")
    ? digits.split(":").reduce((sum, part) => sum * 60n + BigInt(part), 0n)
    : BigInt(/^0\d/.test(digits) ? `0o${digits}` : digits);
  return String(sign === "-" ? -magnitude : magnitude);
}

/**
 * A float as Python's `repr` writes it: always with a point or an exponent, the latter from 1e16 up
 * and below 1e-4.
 *
 * @param text as YAML or OmegaConf has it, without underscores: `1.`, `.5`, `1e3`, `-.inf`, `12:30.5`
 */
export function pythonFloat(text: string): string {
  const value = floatOf(text.toLowerCase());
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  const [mantissa = "", exponent = "0"] = size.toExponential().split("e");
  const power = Number(exponent);
  if (size !== 0 && (power < -4 || power >= 16)) {
    const digits = String(Math.abs(power)).padStart(2, "0");
    return `${sign}${mantissa}e${power < 0 ? "-" : "+"}${digits}`;
  }
  // JavaScript changes to exponents only beyond 1e21 and below 1e-6.
  const plain = String(size);
  return `${sign}${plain}${plain.includes(".") ? "" : ".0"}`;
}

function floatOf(text: string): number {
  const [, sign = "", rest = ""] = /^([-+]?)\.?(.*)$/.exec(text) ?? [];
  if (rest === "inf" || rest === "nan") {
    return rest === "nan" ? Number.NaN : sign === "-" ? -Infinity : Infinity;
  }
  if (!text.includes(":")) {
    return Number(text);
  }
  const parts = text.replace(/^[-+]/, "").split(":");
  const size = parts.reduce((sum, part) => sum * 60 + Number(part), 0);
  return sign === "-" ? -size : size;
}
