/** Property values as they travel: protobuf structs, with marks for what JSON has no word for. */
import protobuf from "google-protobuf";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { UserError } from "../../common/errors/user-error.ts";
import { textOr } from "../values/text.ts";
import type { PropertyMap, PropertyValue } from "../values/property-value.ts";
import {
  isList,
  isPropertyMap,
  mapProperties,
  ResourceReference,
  Secret,
  unknown,
  Unknown,
} from "../values/property-value.ts";
import {
  ARCHIVE_SIGNATURE,
  ASSET_SIGNATURE,
  RESOURCE_SIGNATURE,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_VALUE,
} from "../values/signatures.ts";
import { expectLike, quickenStructs } from "./quick-structs.ts";

// The engine's properties are read-only.
quickenStructs({ structs: structMessages, protobuf }, { isLazy: false, isFrozen: true });

/** What the other side understands; anything else is given in the nearest plain form. */
export interface EncodingOptions {
  /** Keep the mark on secrets; else their plain value is sent. */
  readonly keepSecrets: boolean;
  /** Keep references to resources; else their id (or URN) is sent. */
  readonly keepResources: boolean;
}

/** What the program's side of the protocol understands. */
export const FOR_PROGRAM: EncodingOptions = { keepSecrets: true, keepResources: true };
/** What a dynamic provider understands. */
export const FOR_PROVIDER: EncodingOptions = { keepSecrets: false, keepResources: false };

/**
 * Reads a protobuf struct.
 *
 * @param owner whose properties they are, for messages
 * @throws {UserError} when it holds an asset or an archive
 */
export function decodeStruct(struct: Struct | undefined, owner = "a resource"): PropertyMap {
  if (struct === undefined) {
    return {};
  }
  return mapProperties(struct.toJavaScript(), (value, key) => {
    if (holdsAsset(value)) {
      throw assetError(key, owner);
    }
    return decodeValue(value);
  });
}

/**
 * Reads a protobuf struct that most probably says what is known: large objects that are the same are the known ones,
 * which are neither read nor compared nor written again.
 *
 * @throws {UserError} when it holds an asset or an archive
 */
export function decodeStructLike(struct: Struct | undefined, like: PropertyMap): PropertyMap {
  if (struct !== undefined) {
    expectLike(struct, like);
  }
  return decodeStruct(struct);
}

function holdsAsset(value: PropertyValue): boolean {
  if (isList(value)) {
    return value.some(holdsAsset);
  }
  if (!isPropertyMap(value) || foundPlain.has(value)) {
    return false;
  }
  const signature = value[SIGNATURE_KEY];
  if (signature === ASSET_SIGNATURE || signature === ARCHIVE_SIGNATURE) {
    return true;
  }
  return Object.values(value).some(holdsAsset);
}

function assetError(property: string, owner: string): UserError {
  return new UserError(
    `Cannot use an asset or an archive as property "${property}" of ${owner}: the embedded engine does not ` +
      "support them, install the Pulumi CLI or give the file's path as a string",
  );
}

/** Writes a protobuf struct. */
export function encodeStruct(properties: PropertyMap, options: EncodingOptions): Struct {
  const plain = mapProperties(properties, (value) => encodeValue(value, options));
  return structMessages.Struct.fromJavaScript(plain);
}

/** Reads one value of a protobuf struct. */
export function decodeValue(value: PropertyValue): PropertyValue {
  if (value === UNKNOWN_VALUE) {
    return unknown;
  }
  if (isList(value)) {
    return value.map(decodeValue);
  }
  if (!isPropertyMap(value)) {
    return value;
  }
  switch (textOr(value[SIGNATURE_KEY], "")) {
    case SECRET_SIGNATURE:
      return new Secret(decodeValue(value["value"] ?? null));
    case RESOURCE_SIGNATURE:
      return decodeReference(value);
    default:
      return mapMarked(value, decodeValue);
  }
}

function decodeReference(value: PropertyMap): ResourceReference {
  const id = value["id"];
  return new ResourceReference(
    textOr(value["urn"], ""),
    id === UNKNOWN_VALUE ? unknown : typeof id === "string" && id !== "" ? id : undefined,
    textOr(value["packageVersion"], ""),
  );
}

function encodeValue(value: PropertyValue, options: EncodingOptions): PropertyValue {
  if (value instanceof Unknown) {
    return UNKNOWN_VALUE;
  }
  if (value instanceof Secret) {
    const inner = encodeValue(value.value, options);
    return options.keepSecrets ? { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: inner } : inner;
  }
  if (value instanceof ResourceReference) {
    return encodeReference(value, options);
  }
  if (isList(value)) {
    return value.map((element) => encodeValue(element, options));
  }
  if (isPropertyMap(value)) {
    return mapMarked(value, (element) => encodeValue(element, options));
  }
  return value;
}

/** Large objects that were found to hold nothing but JSON, which travels as it is. */
const foundPlain = new WeakSet<PropertyMap>();

/** What has fewer fields is as soon looked through. */
const LARGE_FIELDS = 8;

/**
 * As `mapProperties()`, with a change that leaves as it is what has no marks in it, in either direction: a large object without any
 * is looked through once.
 */
function mapMarked(
  properties: PropertyMap,
  change: (value: PropertyValue) => PropertyValue,
): PropertyMap {
  if (foundPlain.has(properties)) {
    return properties;
  }
  const mapped = mapProperties(properties, change);
  if (mapped === properties && Object.keys(properties).length >= LARGE_FIELDS) {
    foundPlain.add(properties);
  }
  return mapped;
}

function encodeReference(value: ResourceReference, options: EncodingOptions): PropertyValue {
  const id = value.id instanceof Unknown ? UNKNOWN_VALUE : value.id;
  if (!options.keepResources) {
    return id ?? value.urn;
  }
  return {
    [SIGNATURE_KEY]: RESOURCE_SIGNATURE,
    urn: value.urn,
    ...(id === undefined ? {} : { id }),
    packageVersion: value.packageVersion,
  };
}
