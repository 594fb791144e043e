/** Keeps secrets out of all that is printed. */
import { escapePattern } from "../../common/text/escape-pattern.ts";
import type { PropertyValue } from "../values/property-value.ts";
import { isList, isPropertyMap, Secret } from "../values/property-value.ts";

/** What stands in the place of a secret. */
export const MASK = "[secret]";

/**
 * The fewest characters of a text that is masked: shorter ones occur in every output by chance, and would make it
 * unreadable. As the Pulumi CLI has it, which also leaves "true" and "false" alone.
 */
const SHORTEST = 3;

/** Collects the plain text of secrets, and replaces it in what is printed. */
export class SecretMask {
  readonly #texts = new Set<string>();

  /** Adds every secret in a value. */
  learn(value: PropertyValue): void {
    if (value instanceof Secret) {
      this.#learnText(value.value);
    } else if (isList(value)) {
      value.forEach((element) => this.learn(element));
    } else if (isPropertyMap(value)) {
      Object.values(value).forEach((element) => this.learn(element));
    }
  }

  /** Takes a text back, of which the parts that are secret are added by themselves. */
  spare(text: string): void {
    this.#texts.delete(text);
    this.#texts.delete(escapedText(text));
  }

  /** Replaces every secret in a text by {@link MASK}. */
  mask(text: string): string {
    if (this.#texts.size === 0) {
      return text;
    }
    // Longest first: one secret may be a part of another. What is masked already stays as it is.
    const secrets = [...this.#texts].toSorted((left, right) => right.length - left.length);
    const pattern = [MASK, ...secrets].map(escapePattern).join("|");
    return text.replaceAll(new RegExp(pattern, "g"), MASK);
  }

  #learnText(value: PropertyValue): void {
    if (value instanceof Secret) {
      this.#learnText(value.value);
    } else if (isList(value)) {
      value.forEach((element) => this.#learnText(element));
    } else if (isPropertyMap(value)) {
      Object.values(value).forEach((element) => this.#learnText(element));
    } else if (typeof value === "string" && isMasked(value)) {
      this.#texts.add(value);
      // Programs print values with their quotes and line breaks escaped, too.
      this.#texts.add(escapedText(value));
    }
  }
}

function isMasked(text: string): boolean {
  return text.length >= SHORTEST && !/^(true|false)$/i.test(text);
}

function escapedText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
