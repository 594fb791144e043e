/**
 * Reading and changing attributes of transactions and locks, which are no nodes: `#<id>/@name`,
 * `//sys/transactions/<id>/@name`.
 */
import { noSuchAttribute } from "../attributes/access.ts";
import { findLiveObject, virtualChildren } from "../attributes/virtual-children.ts";
import { findPart, replacePart } from "../cypress/nested.ts";
import type { CypressPath } from "../cypress/path.ts";
import { resolveError } from "../cypress/resolve.ts";
import type { View } from "../cypress/view.ts";
import { genericError } from "../errors/yt-error.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";

import { noSuchMethod } from "./command.ts";

/** A transaction or lock that a path names. */
export interface LiveObject {
  readonly id: string;
  readonly attributes: YsonMap;
}

/** The transaction or lock that a path ends in, if it does. */
export function findLiveObjectAt(view: View, path: CypressPath): LiveObject | undefined {
  const id = idOf(view, path);
  const attributes = id === undefined ? undefined : findLiveObject(view, id);
  return id === undefined || attributes === undefined ? undefined : { id, attributes };
}

function idOf(view: View, path: CypressPath): string | undefined {
  if (path.objectId !== undefined) {
    return path.steps.length === 0 ? path.objectId : undefined;
  }
  const [sys, map, id, ...rest] = path.steps.map(({ key }) => key);
  if (sys !== "sys" || map === undefined || id === undefined || rest.length > 0) {
    return undefined;
  }
  const sysNode = view.findChild(view.root, sys);
  const mapNode = sysNode === undefined ? undefined : view.findChild(sysNode, map);
  const ids = mapNode === undefined ? undefined : virtualChildren(view, mapNode);
  return ids?.includes(id) === true ? id : undefined;
}

/** What `get` reads: an attribute, or an entity for the object itself. */
export function getOfLiveObject({ attributes }: LiveObject, path: CypressPath): YsonValue {
  if (path.suffix.type === "none") {
    return yson.entity;
  }
  if (path.suffix.type !== "attribute") {
    throw genericError(`Unexpected "asterisk" token "*" in YPath`);
  }
  const value = findPart(yson.map(attributes), path.suffix.keys);
  if (value !== undefined) {
    return value;
  }
  throw resolveError(path.text, "Get", noSuchAttribute(path.suffix.keys[0] ?? ""));
}

/** Whether what a path names is there. */
export function existsInLiveObject({ attributes }: LiveObject, path: CypressPath): boolean {
  if (path.suffix.type !== "attribute") {
    return path.suffix.type === "none";
  }
  return findPart(yson.map(attributes), path.suffix.keys) !== undefined;
}

/**
 * Changes an attribute of a transaction; `undefined` removes it. They last as long as the
 * transaction, which is not on disk.
 */
export function changeLiveObject(
  view: View,
  object: LiveObject,
  path: CypressPath,
  value: YsonValue | undefined,
): void {
  const transaction = view.objects.transactions.find(object.id);
  if (transaction === undefined || path.suffix.type !== "attribute") {
    throw noSuchMethod(value === undefined ? "Remove" : "Set", `object ${object.id}`);
  }
  const { keys } = path.suffix;
  const [name, ...rest] = keys;
  if (name === undefined) {
    throw genericError("Attributes of a transaction can only be changed one by one");
  }
  if (
    name === "timeout" &&
    rest.length === 0 &&
    (value?.type === "int64" || value?.type === "uint64")
  ) {
    transaction.timeoutMs = Number(value.value);
    return;
  }
  const isBuiltin = object.attributes.has(name) && !transaction.attributes.has(name);
  if (isBuiltin) {
    const verb = value === undefined ? "removed" : "set";
    throw genericError(`Builtin attribute "${name}" cannot be ${verb}`);
  }
  const whole = transaction.attributes.get(name);
  if (whole === undefined && (value === undefined || rest.length > 0)) {
    throw noSuchAttribute(name);
  }
  if (rest.length > 0) {
    transaction.attributes.set(name, replacePart(whole ?? yson.entity, rest, value));
  } else if (value === undefined) {
    transaction.attributes.delete(name);
  } else {
    transaction.attributes.set(name, value);
  }
}
