/** What a built-in attribute is, and ways to define one in a line. */
import type { CypressNode, NodeState } from "../objects/node.ts";
import type { View } from "../cypress/view.ts";
import { genericError } from "../errors/yt-error.ts";
import { asBoolean } from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";

/** Gives an attribute's value on a node, or undefined where the node has none. */
export type AttributeReader = (
  view: View,
  node: CypressNode,
  state: NodeState,
) => YsonValue | undefined;

/** Checks a new value. */
export type AttributeValidator = (value: YsonValue, view: View, node: CypressNode) => void;

/** The same for what is checked by itself. */
export type ValueValidator = (value: YsonValue) => void;

/** One built-in attribute. */
export interface SystemAttribute {
  readonly read: AttributeReader;
  /** `get //x/@` gives an entity instead of it: "opaque" (docs/yt-http-api.md, section 6). */
  readonly lazy?: boolean;
  /** Present when it may be set; throws when the value is not allowed. */
  readonly validate?: AttributeValidator;
  /** Whether it may be removed. */
  readonly removable?: boolean;
  /** Whether it may only be set outside of transactions, but for nodes that are just made. */
  readonly outsideTransactions?: boolean;
}

/** Built-in attributes by name. */
export type AttributeTable = Readonly<Record<string, SystemAttribute>>;

/** An attribute that has the same value everywhere, as there is nothing behind it here. */
export function constant(value: YsonValue): SystemAttribute {
  return { read: () => value };
}

/** An attribute that is read by a function, and cannot be set. */
export function computed(read: AttributeReader): SystemAttribute {
  return { read };
}

/** The same, and too laborious for `get //x/@`. */
export function lazy(read: AttributeReader): SystemAttribute {
  return { read, lazy: true };
}

/** Reads what was set, or a default. */
export function stored(name: string, defaultValue?: YsonValue): AttributeReader {
  return (_view, _node, state) => state.attributes.get(name) ?? defaultValue;
}

/** An attribute that is remembered as it is set, and always has a value. */
export function setting(
  name: string,
  type: YsonValue["type"],
  defaultValue: YsonValue,
): SystemAttribute {
  return { read: stored(name, defaultValue), validate: expectType(name, type) };
}

/** An attribute that is remembered as it is set, and absent until then. */
export function optionalSetting(name: string, type: YsonValue["type"]): SystemAttribute {
  return { read: stored(name), validate: expectType(name, type), removable: true };
}

/** Refuses values of other types. */
export function expectType(name: string, type: YsonValue["type"]): ValueValidator {
  return (value) => {
    if (value.type === type || (type === "boolean" && asBoolean(value) !== undefined)) {
      return;
    }
    throw genericError(
      `Invalid type of attribute "${name}": expected "${type}", actual "${value.type}"`,
    );
  };
}

/** Refuses strings that a list does not have. */
export function expectOneOf(name: string, allowed: readonly string[]): ValueValidator {
  return (value) => {
    if (value.type === "string" && allowed.includes(value.value)) {
      return;
    }
    const actual = value.type === "string" ? `"${value.value}"` : value.type;
    throw genericError(`Invalid value of attribute "${name}": ${actual}`);
  };
}
