/**
 * Which versions of Pulumi a project wants: `requiredPulumiVersion`, and what a program asks for by `requirePulumiVersion()`.
 * The ranges are those of github.com/blang/semver, which the Pulumi CLI uses: `>=3.1.0 <4.0.0 || 5.x`.
 */

/** The version of the Pulumi CLI whose ways the embedded engine follows. */
export const PULUMI_VERSION = "3.260.0";

type Version = readonly number[];

const COMPARATOR = /^(<=|>=|!=|==|[<>=!]?)(\d+)\.(\d+|x)(?:\.(\d+|x))?$/;

/**
 * Says why {@link PULUMI_VERSION} does not fit.
 *
 * @returns undefined when it does
 */
export function describeUnfitVersion(range: string): string | undefined {
  const current = PULUMI_VERSION.split(".").map(Number);
  const alternatives = range.split("||").map((part) =>
    part
      .trim()
      .replaceAll(/([<>=!])\s+/g, "$1")
      .split(/\s+/),
  );
  const fits: boolean[] = [];
  for (const comparators of alternatives) {
    const results = comparators.map((comparator) => satisfies(current, comparator));
    if (results.includes(undefined)) {
      return `"${range}" is no range of versions, write for example ">=3.0.0 <4.0.0"`;
    }
    fits.push(!results.includes(false));
  }
  return fits.includes(true)
    ? undefined
    : `the embedded engine does what Pulumi ${PULUMI_VERSION} does, and "${range}" is wanted`;
}

function satisfies(version: Version, comparator: string): boolean | undefined {
  const match = COMPARATOR.exec(comparator);
  const [, operator = "", major = "", minor = "", patch] = match ?? [];
  const isWild = minor === "x" || patch === "x";
  if (match === null || (patch === undefined && minor !== "x")) {
    return undefined;
  }
  const numbers = [major, minor, patch ?? "x"].map((part) => (part === "x" ? 0 : Number(part)));
  const [first = 0, second = 0] = numbers;
  // The first version that a wildcard does not stand for.
  const end = !isWild ? undefined : minor === "x" ? [first + 1, 0, 0] : [first, second + 1, 0];
  const isBefore = compare(version, numbers) < 0;
  const isAfter = end === undefined ? compare(version, numbers) > 0 : compare(version, end) >= 0;
  switch (operator) {
    case "<":
      return isBefore;
    case "<=":
      return !isAfter;
    case ">":
      return isAfter;
    case ">=":
      return !isBefore;
    case "!":
    case "!=":
      return isBefore || isAfter;
    default:
      return !isBefore && !isAfter;
  }
}

function compare(left: Version, right: Version): number {
  const index = left.findIndex((part, at) => part !== right[at]);
  return index === -1 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}
