/** Properties as they stand in a state file, secrets encrypted. */
import { UserError } from "../../common/errors/user-error.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { textOr } from "../values/text.ts";
import type { Crypter } from "../secrets/passphrase.ts";
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

/**
 * Reads properties from a state file.
 *
 * @param crypter undefined where the file is known to hold no secrets
 * @throws {UserError} for assets and archives
 */
export function readProperties(json: unknown, crypter: Crypter | undefined): PropertyMap {
  if (!isRecord(json)) {
    return {};
  }
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, readValue(value, crypter)]),
  );
}

/** Writes properties as they stand in a state file: secrets as ciphertext. */
export function writeProperties(
  properties: PropertyMap,
  crypter: Crypter | undefined,
): PropertyMap {
  // In the order of their names, as Pulumi writes them: an unchanged state stays the same bytes.
  const sorted = Object.entries(properties).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return mapProperties(Object.fromEntries(sorted), (value) => writeValue(value, crypter));
}

/** Whether any secret stands in a parsed state file, so that the key is needed to read it. */
export function holdsCiphertext(json: unknown): boolean {
  if (Array.isArray(json)) {
    return json.some(holdsCiphertext);
  }
  if (!isRecord(json)) {
    return false;
  }
  if (json[SIGNATURE_KEY] === SECRET_SIGNATURE) {
    return "ciphertext" in json;
  }
  return Object.values(json).some(holdsCiphertext);
}

function readValue(json: unknown, crypter: Crypter | undefined): PropertyValue {
  if (json === UNKNOWN_VALUE) {
    return unknown;
  }
  if (Array.isArray(json)) {
    return json.map((element: unknown) => readValue(element, crypter));
  }
  if (isRecord(json)) {
    return readObject(json, crypter);
  }
  if (typeof json === "string" || typeof json === "number" || typeof json === "boolean") {
    return json;
  }
  return null;
}

function readObject(json: Record<string, unknown>, crypter: Crypter | undefined): PropertyValue {
  switch (json[SIGNATURE_KEY]) {
    case SECRET_SIGNATURE:
      return new Secret(readValue(JSON.parse(secretText(json, crypter)), undefined));
    case RESOURCE_SIGNATURE:
      return new ResourceReference(
        textOr(json["urn"], ""),
        typeof json["id"] === "string" && json["id"] !== "" ? json["id"] : undefined,
        textOr(json["packageVersion"], ""),
      );
    case ASSET_SIGNATURE:
    case ARCHIVE_SIGNATURE:
      throw new UserError(
        "Cannot read the stack's state: it holds an asset or an archive, which the embedded engine " +
          "does not support, install the Pulumi CLI for this stack",
      );
    default:
      return readProperties(json, crypter);
  }
}

function secretText(json: Record<string, unknown>, crypter: Crypter | undefined): string {
  const { ciphertext, plaintext } = json;
  if (typeof plaintext === "string") {
    return plaintext;
  }
  if (crypter === undefined) {
    throw new Error("A secret cannot be read without its key");
  }
  return crypter.decrypt(textOr(ciphertext, ""));
}

function writeValue(value: PropertyValue, crypter: Crypter | undefined): PropertyValue {
  if (value instanceof Unknown) {
    return UNKNOWN_VALUE;
  }
  if (value instanceof Secret) {
    if (crypter === undefined) {
      throw new Error("A secret cannot be written without a key");
    }
    const text = JSON.stringify(writeValue(plain(value.value), undefined));
    return { [SIGNATURE_KEY]: SECRET_SIGNATURE, ciphertext: crypter.encrypt(text) };
  }
  if (value instanceof ResourceReference) {
    return {
      [SIGNATURE_KEY]: RESOURCE_SIGNATURE,
      ...(typeof value.id === "string" ? { id: value.id } : {}),
      packageVersion: value.packageVersion,
      urn: value.urn,
    };
  }
  if (isList(value)) {
    return value.map((element) => writeValue(element, crypter));
  }
  if (isPropertyMap(value)) {
    return writeProperties(value, crypter);
  }
  return value;
}

/** A secret inside a secret needs no second encryption. */
function plain(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) {
    return plain(value.value);
  }
  if (isList(value)) {
    return value.map(plain);
  }
  if (isPropertyMap(value)) {
    return mapProperties(value, plain);
  }
  return value;
}
