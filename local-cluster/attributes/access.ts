/** Reading and changing the attributes of a node, one by one and all together. */
import { findPart, replacePart } from "../cypress/nested.ts";
import type { ReplaceOptions } from "../cypress/nested.ts";
import type { Mutation } from "../cypress/mutation.ts";
import type { CypressNode } from "../objects/node.ts";
import type { View } from "../cypress/view.ts";
import { ERROR_CODE, YtError, genericError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import { writeYsonText } from "../../common/yson/text-writer.ts";
import { entity } from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";
import { findSystemAttribute, systemAttributes } from "./system.ts";
import type { SystemAttribute } from "./system-attribute.ts";

/** The value of an attribute, or undefined when the node has no such one. */
export function findAttribute(
  view: View,
  node: CypressNode,
  name: ByteString,
): YsonValue | undefined {
  const state = view.stateOf(node);
  const system = findSystemAttribute(node, name);
  return system === undefined ? state.attributes.get(name) : system.read(view, node, state);
}

/** A part of an attribute, or undefined. */
export function findAttributePart(
  view: View,
  node: CypressNode,
  keys: readonly ByteString[],
): YsonValue | undefined {
  const [name, ...rest] = keys;
  const value = name === undefined ? undefined : findAttribute(view, node, name);
  return value === undefined ? undefined : findPart(value, rest);
}

/** All attributes; those that take long to compute are entities, as on the cluster. */
export function allAttributes(view: View, node: CypressNode): YsonMap {
  const state = view.stateOf(node);
  const all = new Map<ByteString, YsonValue>();
  for (const [name, attribute] of systemAttributes(node)) {
    const value = attribute.read(view, node, state);
    if (value !== undefined) {
      all.set(name, attribute.lazy === true ? entity : value);
    }
  }
  for (const [name, value] of state.attributes) {
    if (!all.has(name)) {
      all.set(name, value);
    }
  }
  return all;
}

/** Those of the named attributes that the node has. */
export function pickAttributes(
  view: View,
  node: CypressNode,
  names: readonly ByteString[],
): YsonMap {
  const picked = new Map<ByteString, YsonValue>();
  for (const name of names) {
    const value = findAttribute(view, node, name);
    if (value !== undefined) {
      picked.set(name, value);
    }
  }
  return picked;
}

/** Sets an attribute or a part of one; `undefined` removes it. */
export function changeAttribute(
  mutation: Mutation,
  node: CypressNode,
  keys: readonly ByteString[],
  value: YsonValue | undefined,
  options: ReplaceOptions = {},
): void {
  const [name, ...rest] = keys;
  if (name === undefined) {
    throw new RangeError("changeAttribute needs a name");
  }
  if (name === "") {
    throw genericError("Attribute key cannot be empty");
  }
  if (rest.length > 0) {
    const system = findSystemAttribute(node, name);
    if (system !== undefined && system.validate === undefined) {
      throw builtinError(value === undefined ? "removed" : "set", name);
    }
    const whole = findAttribute(mutation, node, name);
    if (whole === undefined) {
      throw noSuchAttribute(name);
    }
    setWhole(mutation, node, name, replacePart(whole, rest, value, options));
  } else if (value === undefined) {
    removeWhole(mutation, node, name);
  } else {
    setWhole(mutation, node, name, value);
  }
}

/** Replaces all user attributes by the given ones, and ends what is set to expire. */
export function replaceUserAttributes(
  mutation: Mutation,
  node: CypressNode,
  attributes: YsonMap,
): void {
  for (const [name, value] of attributes) {
    setWhole(mutation, node, name, value);
  }
  removeUserAttributes(mutation, node, new Set(attributes.keys()));
  for (const name of ["expiration_time", "expiration_timeout", "annotation"]) {
    if (!attributes.has(name) && mutation.stateOf(node).attributes.has(name)) {
      mutation.setAttribute(node, name, undefined);
    }
  }
}

/** Removes all user attributes but those to keep. */
export function removeUserAttributes(
  mutation: Mutation,
  node: CypressNode,
  keep: ReadonlySet<ByteString> = new Set(),
): void {
  for (const name of mutation.stateOf(node).attributes.keys()) {
    if (keep.has(name) || findSystemAttribute(node, name) !== undefined) {
      continue;
    }
    mutation.setAttribute(node, name, undefined);
  }
}

function setWhole(mutation: Mutation, node: CypressNode, name: ByteString, value: YsonValue): void {
  const system = findSystemAttribute(node, name);
  if (system !== undefined) {
    if (system.validate === undefined) {
      throw builtinError("set", name);
    }
    assertOutsideTransaction(mutation, node, system);
    system.validate(value, mutation, node);
  } else {
    assertAttributeSize(value);
  }
  mutation.setAttribute(node, name, value);
}

/** The limit of masters (docs/yt-http-api.md, section 7). */
const MAX_ATTRIBUTE_SIZE = 16 * 1024 * 1024;

function assertAttributeSize(value: YsonValue): void {
  const size = value.type === "string" ? value.value.length : writeYsonText(value).length;
  if (size > MAX_ATTRIBUTE_SIZE) {
    throw new YtError(
      ERROR_CODE.attributeTooLong,
      `Attribute size limit exceeded: ${size} > ${MAX_ATTRIBUTE_SIZE}`,
    );
  }
}

function removeWhole(mutation: Mutation, node: CypressNode, name: ByteString): void {
  const system = findSystemAttribute(node, name);
  if (system !== undefined) {
    if (system.removable !== true) {
      throw builtinError("removed", name);
    }
    assertOutsideTransaction(mutation, node, system);
  }
  if (!mutation.stateOf(node).attributes.has(name)) {
    throw noSuchAttribute(name);
  }
  mutation.setAttribute(node, name, undefined);
}

/** What the cluster keeps only once for all versions of a node (`ValidateNoTransaction`). */
function assertOutsideTransaction(
  mutation: Mutation,
  node: CypressNode,
  attribute: SystemAttribute,
): void {
  const isInside = mutation.transaction !== undefined && !mutation.hasMade(node);
  if (attribute.outsideTransactions === true && isInside) {
    throw genericError("Operation cannot be performed in transaction");
  }
}

function builtinError(verb: "set" | "removed", name: ByteString): YtError {
  return genericError(`Builtin attribute "${name}" cannot be ${verb}`);
}

/** The error for an attribute that the node does not have. */
export function noSuchAttribute(name: ByteString): YtError {
  return new YtError(ERROR_CODE.resolve, `Attribute "${name}" is not found`);
}
