/** Secrets in the values that events carry. */
import { MASK } from "../display/secret-mask.ts";
import type { SecretMask } from "../display/secret-mask.ts";
import type { PropertyValue } from "../values/property-value.ts";
import { isList, isPropertyMap, mapProperties, Secret } from "../values/property-value.ts";

/** Masks what secrets say wherever it stands in plain texts; secrets stay marked. */
export function hideTexts(value: PropertyValue, mask: SecretMask): PropertyValue {
  if (typeof value === "string") {
    return mask.mask(value);
  }
  if (isList(value)) {
    return value.map((element) => hideTexts(element, mask));
  }
  if (isPropertyMap(value)) {
    return mapProperties(value, (element) => hideTexts(element, mask));
  }
  return value;
}

/** Puts a mask in the place of every secret. */
export function maskSecrets(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) {
    return MASK;
  }
  if (isList(value)) {
    return value.map(maskSecrets);
  }
  if (isPropertyMap(value)) {
    return mapProperties(value, maskSecrets);
  }
  return value;
}
