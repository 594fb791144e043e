/**
 * Values that carry what they depend on, as transforms take and give them (facts from `upgradeOutputValues` in
 * pkg/resource/deploy/source_eval.go of pulumi/pulumi): secrets and unknown values are such values, too.
 */
import { textOr } from "../values/text.ts";
import { isList, isPropertyMap, mapProperties } from "../values/property-value.ts";
import type { PropertyMap, PropertyValue } from "../values/property-value.ts";
import {
  OUTPUT_SIGNATURE,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_VALUE,
} from "../values/signatures.ts";

/** A property as it stands in a message: JSON with marks. */
type Marked = PropertyValue;

/** Marks a property for a transform. @param dependencies the URNs that it depends on */
export function toOutputValue(value: Marked, dependencies: readonly string[]): Marked {
  const marked = withOutputValues(value);
  if (dependencies.length === 0) {
    return marked;
  }
  const output = isOutput(marked) ? marked : outputOf(marked);
  return { ...output, dependencies: [...dependencies] };
}

function withOutputValues(value: Marked): Marked {
  if (value === UNKNOWN_VALUE) {
    return { [SIGNATURE_KEY]: OUTPUT_SIGNATURE };
  }
  if (isList(value)) {
    return value.map(withOutputValues);
  }
  if (!isPropertyMap(value)) {
    return value;
  }
  if (value[SIGNATURE_KEY] === SECRET_SIGNATURE) {
    const inner = withOutputValues(value["value"] ?? null);
    return { ...(isOutput(inner) ? inner : outputOf(inner)), secret: true };
  }
  return mapProperties(value, withOutputValues);
}

/** Takes what a transform gave apart: the value without such marks, and the URNs that it depends on. */
export function fromOutputValue(value: Marked): {
  readonly value: Marked;
  readonly dependencies: readonly string[];
} {
  const dependencies = new Set<string>();
  const walk = (part: Marked): Marked => {
    if (isList(part)) {
      return part.map(walk);
    }
    if (!isPropertyMap(part)) {
      return part;
    }
    if (!isOutput(part)) {
      return mapProperties(part, walk);
    }
    const { value: inner = UNKNOWN_VALUE, secret, dependencies: urns } = part;
    for (const urn of isList(urns) ? urns : []) {
      dependencies.add(textOr(urn, ""));
    }
    const plain = walk(inner);
    return secret === true ? { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: plain } : plain;
  };
  return { value: walk(value), dependencies: [...dependencies].toSorted() };
}

function outputOf(value: Marked): PropertyMap {
  return { [SIGNATURE_KEY]: OUTPUT_SIGNATURE, value };
}

function isOutput(value: Marked): value is PropertyMap {
  return isPropertyMap(value) && value[SIGNATURE_KEY] === OUTPUT_SIGNATURE;
}
