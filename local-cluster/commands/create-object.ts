/** `create` of what has no path: accounts, users and groups, which are named by an attribute. */
import { changeAttribute } from "../attributes/access.ts";
import { resolveNode } from "../cypress/resolve.ts";
import { parsePath } from "../cypress/path.ts";
import { ERROR_CODE, YtError, genericError } from "../errors/yt-error.ts";
import { assertPermission } from "../security/permission.ts";
import * as yson from "../../common/yson/value.ts";
import { fieldOutput } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";

/** The map under `//sys` that holds objects of a type. */
const MAPS = { account: "accounts", user: "users", group: "groups" } as const;

/** A type of object that can be made. */
export type ObjectType = keyof typeof MAPS;

/** Whether `create` of a type makes an object and no node. */
export function isObjectType(type: string): type is ObjectType {
  return type in MAPS;
}

/** Makes it, or finds it with `ignore_existing`. */
export function createObject(context: CommandContext, type: ObjectType): Output {
  const attributes = new Map(context.parameters.map("attributes"));
  const name = attributes.get("name");
  attributes.delete("name");
  if (name?.type !== "string" || name.value === "") {
    throw genericError(`Attribute "name" of a new object of type "${type}" must be a string`);
  }
  // As on the cluster, such objects are in no transaction.
  return context.cluster.store.mutate(undefined, (mutation) => {
    const path = parsePath(`//sys/${MAPS[type]}`);
    const { node: map } = resolveNode(mutation, path, { method: "Create" });
    const existing = mutation.findChild(map, name.value);
    if (existing !== undefined) {
      if (context.parameters.boolean("ignore_existing")) {
        return fieldOutput("object_id", yson.string(existing.id));
      }
      const what = `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
      throw new YtError(ERROR_CODE.alreadyExists, `${what} "${name.value}" already exists`);
    }
    assertPermission(mutation, context.user, map, "write");
    const node = mutation.createNode(type, map, name.value);
    for (const [key, value] of attributes) {
      changeAttribute(mutation, node, [key], value);
    }
    return fieldOutput("object_id", yson.string(node.id));
  });
}
