/**
 * Access control, as far as tests need a refusal: deny entries in `@acl`, inherited by what is below
 * unless `@inherit_acl` is false. Unlike on the cluster, everything that is not denied is allowed,
 * nobody is a superuser, and there are no groups but `everyone` and `users`. Codes and messages are
 * the cluster's (docs/yt-http-api.md, sections 2 and 11).
 */
import { genericError, ERROR_CODE, YtError } from "../errors/yt-error.ts";
import type { CypressNode } from "../objects/node.ts";
import type { View } from "../cypress/view.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";

/**
 * The permissions of a cluster. Those that no command of the local cluster needs can be in `@acl` and be asked for
 * (yt/yt/core/ytree/permission.h).
 */
export const PERMISSIONS = [
  "read",
  "write",
  "use",
  "administer",
  "create",
  "remove",
  "mount",
  "manage",
  "modify_children",
  "register_queue_consumer",
  "full_read",
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** @throws {YtError} code 901 when an entry on the node or above it denies the permission */
export function assertPermission(
  view: View,
  user: ByteString,
  node: CypressNode,
  permission: Permission,
): void {
  for (let current: CypressNode | undefined = node; current !== undefined;) {
    const attributes = view.stateOf(current).attributes;
    const denied = deniedSubject(attributes.get("acl"), user, permission, current === node);
    if (denied !== undefined) {
      throw deniedError(view, user, node, permission, current, denied);
    }
    const inherit = attributes.get("inherit_acl");
    if (inherit?.type === "boolean" && !inherit.value) {
      return;
    }
    current = view.findParent(current);
  }
}

/** The user or group through which an entry denies the permission, if one does. */
function deniedSubject(
  acl: YsonValue | undefined,
  user: ByteString,
  permission: Permission,
  onItself: boolean,
): ByteString | undefined {
  if (acl?.type !== "list") {
    return undefined;
  }
  for (const entry of acl.items) {
    if (entry.type !== "map" || textOf(entry.entries.get("action")) !== "deny") {
      continue;
    }
    const mode = textOf(entry.entries.get("inheritance_mode")) ?? "object_and_descendants";
    if (!applies(mode, onItself)) {
      continue;
    }
    if (!textsOf(entry.entries.get("permissions")).includes(permission)) {
      continue;
    }
    const subject = textsOf(entry.entries.get("subjects")).find(
      (name) => name === user || name === "everyone" || name === "users",
    );
    if (subject !== undefined) {
      return subject;
    }
  }
  return undefined;
}

function applies(inheritanceMode: ByteString, onItself: boolean): boolean {
  if (inheritanceMode === "object_only") {
    return onItself;
  }
  if (inheritanceMode === "descendants_only") {
    return !onItself;
  }
  return true;
}

function deniedError(
  view: View,
  user: ByteString,
  node: CypressNode,
  permission: Permission,
  deniedBy: CypressNode,
  subject: ByteString,
): YtError {
  return new YtError(
    ERROR_CODE.authorization,
    `Access denied for user "${user}": "${permission}" permission for node ${view.pathOf(node)} ` +
      `is denied for "${subject}" by ACE at node ${view.pathOf(deniedBy)}`,
    {
      attributes: {
        permission: yson.string(permission),
        user: yson.string(user),
        object_id: yson.string(node.id),
        denied_by: yson.string(deniedBy.id),
        denied_for: yson.string(subject),
      },
    },
  );
}

/** @throws {YtError} code 1 when the value is no list of entries */
export function assertAcl(value: YsonValue): void {
  if (value.type !== "list") {
    throw genericError('Attribute "acl" must be a list of entries');
  }
  for (const entry of value.items) {
    if (entry.type !== "map") {
      throw genericError("Access control entry must be a map");
    }
    const action = textOf(entry.entries.get("action"));
    if (action !== "allow" && action !== "deny") {
      throw genericError('Access control entry must have "action" equal to "allow" or "deny"');
    }
    for (const field of ["subjects", "permissions"]) {
      if (entry.entries.get(field)?.type !== "list") {
        throw genericError(`Access control entry must have a list of "${field}"`);
      }
    }
  }
}

function textOf(value: YsonValue | undefined): ByteString | undefined {
  return value?.type === "string" ? value.value : undefined;
}

function textsOf(value: YsonValue | undefined): readonly ByteString[] {
  return value?.type === "list" ? value.items.flatMap((item) => textOf(item) ?? []) : [];
}
