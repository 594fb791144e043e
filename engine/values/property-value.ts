/**
 * Property values as the engine holds them: JSON, and the three things that JSON has no word for
 * (secrets, values not known yet, references to resources). Nothing here knows about the wire or
 * about state files: `engine/rpc/struct.ts` and `engine/state/property-json.ts` translate.
 */

/** Any value of an input or an output. */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | readonly PropertyValue[]
  | PropertyMap
  | Secret
  | Unknown
  | ResourceReference;

/** A set of properties: the inputs or the outputs of one resource, or a nested object. */
export interface PropertyMap {
  readonly [key: string]: PropertyValue;
}

/** A value that must be encrypted at rest and never shown. */
export class Secret {
  readonly value: PropertyValue;

  constructor(value: PropertyValue) {
    this.value = value;
  }
}

/** A value that only an update will tell; previews carry it in place of the real one. */
export class Unknown {
  readonly type = "unknown";
}

/** The one value of {@link Unknown}. */
export const unknown: Unknown = new Unknown();

/** A resource given as a property of another one. */
export class ResourceReference {
  readonly urn: string;
  /** The provider's identifier; undefined for components, {@link Unknown} in previews. */
  readonly id: string | Unknown | undefined;
  readonly packageVersion: string;

  constructor(urn: string, id: string | Unknown | undefined, packageVersion: string) {
    this.urn = urn;
    this.id = id;
    this.packageVersion = packageVersion;
  }
}

/** Tells a nested object from every other kind of value. */
export function isPropertyMap(value: PropertyValue | undefined): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !isList(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Unknown) &&
    !(value instanceof ResourceReference)
  );
}

/** Tells a list from every other kind of value (`Array.isArray` loses readonly element types). */
export function isList(value: PropertyValue | undefined): value is readonly PropertyValue[] {
  return Array.isArray(value);
}

/** Unwraps every secret, at any depth. */
export function withoutSecrets(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) {
    return withoutSecrets(value.value);
  }
  if (isList(value)) {
    return value.map(withoutSecrets);
  }
  if (isPropertyMap(value)) {
    return mapProperties(value, withoutSecrets);
  }
  return value;
}

/** Whether the value is a secret or holds one. */
export function containsSecret(value: PropertyValue): boolean {
  return contains(value, (part) => part instanceof Secret);
}

/** Whether the value is not known yet, or a part of it is not. */
export function containsUnknown(value: PropertyValue): boolean {
  return contains(value, (part) => part instanceof Unknown);
}

function contains(value: PropertyValue, test: (part: PropertyValue) => boolean): boolean {
  if (test(value)) {
    return true;
  }
  if (value instanceof Secret) {
    return contains(value.value, test);
  }
  if (isList(value)) {
    return value.some((element) => contains(element, test));
  }
  if (isPropertyMap(value)) {
    return Object.values(value).some((element) => contains(element, test));
  }
  return false;
}

/** The set of properties with each value changed: the same set when every value stays what it is. */
export function mapProperties(
  properties: PropertyMap,
  change: (value: PropertyValue, key: string) => PropertyValue,
): PropertyMap {
  const entries = Object.entries(properties);
  let isSame = true;
  for (const entry of entries) {
    const [key, value] = entry;
    entry[1] = change(value, key);
    isSame &&= entry[1] === value;
  }
  return isSame ? properties : Object.fromEntries(entries);
}

/**
 * Marks what came back from a provider secret wherever what went in was secret, because dynamic
 * providers are given, and give back, plain values. Objects are followed key by key; anything else
 * that held a secret becomes secret as a whole.
 */
export function markSecretsLike(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  return mapProperties(outputs, (output, key) => {
    const input = Object.hasOwn(inputs, key) ? inputs[key] : undefined;
    if (input === undefined) {
      return output;
    }
    if (isPropertyMap(output) && isPropertyMap(input)) {
      return markSecretsLike(output, input);
    }
    if (!(output instanceof Secret) && containsSecret(input)) {
      return new Secret(output);
    }
    return output;
  });
}
