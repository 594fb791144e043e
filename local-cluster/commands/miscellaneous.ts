/** The commands `parse_ypath`, `get_supported_features`, `get_current_user` and `check_permission`. */
import { splitPath } from "../cypress/path.ts";
import { parseSelectors } from "../cypress/path-selectors.ts";
import * as yson from "../../common/yson/value.ts";
import { NODE_TYPES } from "../objects/node.ts";
import { resolveNode } from "../cypress/resolve.ts";
import { YtError, genericError } from "../errors/yt-error.ts";
import { PERMISSIONS, assertPermission } from "../security/permission.ts";
import type { Permission } from "../security/permission.ts";
import { valueOutput, fieldOutput } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";

/** `parse_ypath`: the path without annotations, columns and ranges, which become attributes. */
export function parseYpath(context: CommandContext): Output {
  const { text, annotations, selectors } = splitPath(context.parameters.get("path"));
  const attributes = new Map([...annotations, ...parseSelectors(selectors)]);
  return fieldOutput("path", yson.withAttributes(yson.string(text), attributes));
}

/** `get_supported_features` */
export function getSupportedFeatures(): Output {
  return fieldOutput(
    "features",
    yson.map({
      primitive_types: yson.strings(["int64", "uint64", "double", "boolean", "string", "any"]),
      compression_codecs: yson.strings(["none"]),
      erasure_codecs: yson.strings(["none"]),
      node_types: yson.strings(NODE_TYPES),
    }),
  );
}

/** `get_current_user`: whose token it is. */
export function getCurrentUser(context: CommandContext): Output {
  return valueOutput(yson.map({ user: yson.string(context.user) }));
}

/** `check_permission`: whether a user may do something. */
export function checkPermission(context: CommandContext): Output {
  const { parameters } = context;
  const view = context.view();
  const { node } = resolveNode(view, parameters.path("path"), { method: "CheckPermission" });
  const permission = readPermission(parameters.string("permission"));
  const user = parameters.string("user");
  try {
    assertPermission(view, user, node, permission);
    return valueOutput(yson.map({ action: yson.string("allow") }));
  } catch (error) {
    if (!(error instanceof YtError)) {
      throw error;
    }
    return valueOutput(yson.map({ action: yson.string("deny") }));
  }
}

function readPermission(name: string): Permission {
  const permission = PERMISSIONS.find((known) => known === name);
  if (permission === undefined) {
    throw genericError(`Error parsing EPermission value "${name}"`);
  }
  return permission;
}
