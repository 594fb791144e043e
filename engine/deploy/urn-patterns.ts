/** URNs as the flags of operations name them. */
import { escapePattern } from "../../common/text/escape-pattern.ts";

/** A list of URNs, some with wildcards: `*` stands for anything without a colon, `**` for anything. */
export class UrnPatterns {
  /** Those without wildcards. */
  readonly literals: readonly string[];
  readonly #urns: Set<string>;
  readonly #globs: readonly RegExp[];

  constructor(patterns: readonly string[] = []) {
    this.literals = patterns.filter((pattern) => !pattern.includes("*"));
    this.#urns = new Set(this.literals);
    this.#globs = patterns.filter((pattern) => pattern.includes("*")).map(toExpression);
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#urns.size === 0 && this.#globs.length === 0;
  }

  /** Whether one of them is, or fits, a URN. */
  has(urn: string): boolean {
    return this.#urns.has(urn) || this.#globs.some((glob) => glob.test(urn));
  }

  /** Adds a URN, as if it had been named. */
  add(urn: string): void {
    this.#urns.add(urn);
  }
}

function toExpression(pattern: string): RegExp {
  const text = pattern
    .split("**")
    .map((part) => part.split("*").map(escapePattern).join("[^:]*"))
    .join(".*");
  return new RegExp(`^${text}$`, "s");
}
