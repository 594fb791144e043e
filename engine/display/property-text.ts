/** Properties and their differences as text, in the form of the Pulumi CLI. */
import type { PropertyMap, PropertyValue } from "../values/property-value.ts";
import {
  isList,
  isPropertyMap,
  ResourceReference,
  Secret,
  Unknown,
} from "../values/property-value.ts";
import { compareProperties, visibleKeys } from "../values/difference.ts";
import type { Operation } from "../deploy/step.ts";
import type { OperationPainter } from "./operation-painter.ts";
import { MASK } from "./secret-mask.ts";
import { SYMBOLS } from "./operation-words.ts";

/** The operations by which a property can differ. */
type Change = Extract<Operation, "create" | "update" | "delete" | "same">;

/** Writes properties and their differences the way Pulumi does, line by line. */
export class PropertyWriter {
  readonly #painter: OperationPainter;
  /** Show secrets as they are. */
  readonly #showSecrets: boolean;
  readonly lines: string[] = [];

  constructor(
    painter: OperationPainter,
    options: { readonly showSecrets: boolean } = { showSecrets: false },
  ) {
    this.#painter = painter;
    this.#showSecrets = options.showSecrets;
  }

  /** Writes all properties. */
  write(properties: PropertyMap, indent: number, change: Change): void {
    const keys = visibleKeys(properties);
    const merged = severalUnknown(keys, properties);
    const shown = keys.filter((key) => !merged.includes(key));
    const width = Math.max(0, ...shown.map((key) => key.length));
    for (const key of shown) {
      this.#writeValue(`${key.padEnd(width)}: `, properties[key] ?? null, indent, change);
    }
    this.#writeUnknown(merged, indent, change);
  }

  /** One line for all that is not known yet: of an archive that is its size and its hashes. */
  #writeUnknown(keys: readonly string[], indent: number, change: Change): void {
    if (keys.length > 0) {
      this.#line(indent, change, `${keys.join(", ")}: [unknown]`);
    }
  }

  /** Writes what differs between two sets of properties, and nothing else. */
  writeDifference(before: PropertyMap, after: PropertyMap, indent: number): void {
    const { added, deleted, updated } = compareProperties(before, after);
    const merged = severalUnknown(updated.toSorted(), after);
    const keys = [...added, ...deleted, ...updated]
      .filter((key) => !merged.includes(key))
      .toSorted();
    const width = Math.max(0, ...keys.map((key) => key.length));
    for (const key of keys) {
      const title = `${key.padEnd(width)}: `;
      if (added.includes(key)) {
        this.#writeValue(title, after[key] ?? null, indent, "create");
      } else if (deleted.includes(key)) {
        this.#writeValue(title, before[key] ?? null, indent, "delete");
      } else {
        this.#writeChange(title, before[key] ?? null, after[key] ?? null, indent);
      }
    }
    this.#writeUnknown(merged, indent, "update");
  }

  /**
   * Writes a stack's outputs, those that differ with their old value.
   *
   * @param options.all the others, too
   */
  writeOutputs(before: PropertyMap, after: PropertyMap, options: { readonly all: boolean }): void {
    const { added, deleted, updated } = compareProperties(before, after);
    const different = [...added, ...deleted, ...updated];
    const keys = (
      options.all ? [...new Set([...different, ...visibleKeys(after)])] : different
    ).toSorted();
    const width = Math.max(0, ...keys.map((key) => key.length));
    for (const key of keys) {
      const title = `${key.padEnd(width)}: `;
      if (deleted.includes(key)) {
        this.#writeValue(title, before[key] ?? null, 2, "delete");
      } else if (added.includes(key)) {
        this.#writeValue(title, after[key] ?? null, 2, "create");
      } else if (updated.includes(key)) {
        this.#writeChange(title, before[key] ?? null, after[key] ?? null, 2);
      } else {
        this.#writeValue(title, after[key] ?? null, 2, "same");
      }
    }
  }

  #writeChange(title: string, before: PropertyValue, after: PropertyValue, indent: number): void {
    if (isPropertyMap(before) && isPropertyMap(after)) {
      this.#line(indent, "update", `${title}{`);
      this.writeDifference(before, after, indent + 2);
      this.#line(indent, "update", "}", { bare: true });
      return;
    }
    if (isList(before) && isList(after)) {
      this.#line(indent, "update", `${title}[`);
      this.writeDifference(asMap(before), asMap(after), indent + 2);
      this.#line(indent, "update", "]", { bare: true });
      return;
    }
    if (isScalar(before) && isScalar(after)) {
      this.#line(indent, "update", `${title}${this.#scalar(before)} => ${this.#scalar(after)}`);
      return;
    }
    this.#writeValue(title, before, indent, "delete");
    this.#writeValue(title, after, indent, "create");
  }

  #writeValue(title: string, value: PropertyValue, indent: number, change: Change): void {
    const shown = value instanceof Secret && this.#showSecrets ? value.value : value;
    if (isList(shown) && shown.length > 0) {
      this.#line(indent, change, `${title}[`);
      shown.forEach((element, index) =>
        this.#writeValue(`[${index}]: `, element, indent + 2, change),
      );
      this.#line(indent, change, "]", { bare: true });
    } else if (isPropertyMap(shown) && visibleKeys(shown).length > 0) {
      this.#line(indent, change, `${title}{`);
      this.write(shown, indent + 2, change);
      this.#line(indent, change, "}", { bare: true });
    } else {
      this.#line(indent, change, `${title}${this.#scalar(shown)}`);
    }
  }

  #scalar(value: PropertyValue): string {
    if (value instanceof Secret) {
      return MASK;
    }
    if (value instanceof Unknown) {
      return "[unknown]";
    }
    if (value instanceof ResourceReference) {
      return value.urn;
    }
    if (value === null) {
      return "<null>";
    }
    if (isList(value)) {
      return "[]";
    }
    if (isPropertyMap(value)) {
      return "{}";
    }
    return JSON.stringify(typeof value === "string" ? shortDigests(value) : value);
  }

  /** @param options.bare without a symbol: the line only closes something */
  #line(
    indent: number,
    change: Change,
    text: string,
    options: { readonly bare: boolean } = { bare: false },
  ): void {
    const symbol = options.bare ? "  " : SYMBOLS[change];
    const line = `${" ".repeat(Math.max(0, indent * 2 - 2))}${symbol}${text}`;
    this.lines.push(this.#painter.operation(change, line));
  }
}

/** Digests as people compare them: SHA-256 and MD5 by their first twelve digits, also as a part of a path. */
function shortDigests(text: string): string {
  return text.replaceAll(/\b([0-9a-f]{12})(?:[0-9a-f]{52}|[0-9a-f]{20})\b/g, "$1…");
}

/** The keys of what is not known yet, if there are several. */
function severalUnknown(keys: readonly string[], properties: PropertyMap): readonly string[] {
  const unknown = keys.filter((key) => properties[key] instanceof Unknown);
  return unknown.length > 1 ? unknown : [];
}

function isScalar(value: PropertyValue): boolean {
  if (isList(value)) {
    return value.length === 0;
  }
  return !isPropertyMap(value) || Object.keys(value).length === 0;
}

function asMap(list: readonly PropertyValue[]): PropertyMap {
  return Object.fromEntries(list.map((element, index) => [`[${index}]`, element]));
}
