/** When two property values are the same. */
import type { PropertyValue } from "./property-value.ts";
import { isList, isPropertyMap, ResourceReference, Secret, Unknown } from "./property-value.ts";

/** Deep equality. A secret equals only a secret; two unknown values are taken to be equal. */
export function equalValues(
  left: PropertyValue | undefined,
  right: PropertyValue | undefined,
): boolean {
  if (left === right) {
    return true;
  }
  if (left === undefined || right === undefined) {
    return false;
  }
  if (left instanceof Secret) {
    return right instanceof Secret && equalValues(left.value, right.value);
  }
  if (left instanceof Unknown) {
    return right instanceof Unknown;
  }
  if (left instanceof ResourceReference) {
    return (
      right instanceof ResourceReference && left.urn === right.urn && equalIds(left.id, right.id)
    );
  }
  if (isList(left)) {
    return (
      isList(right) &&
      left.length === right.length &&
      left.every((element, index) => equalValues(element, right[index]))
    );
  }
  if (!isPropertyMap(left) || !isPropertyMap(right)) {
    return false;
  }
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equalValues(left[key], right[key]))
  );
}

function equalIds(
  left: string | Unknown | undefined,
  right: string | Unknown | undefined,
): boolean {
  return left === right || (left instanceof Unknown && right instanceof Unknown);
}
