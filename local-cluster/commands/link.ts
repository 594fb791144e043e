/** The command `link`. */
import type { CypressNode } from "../objects/node.ts";
import { parsePath } from "../cypress/path.ts";
import { linkTarget, resolve } from "../cypress/resolve.ts";
import type { View } from "../cypress/view.ts";
import { genericError } from "../errors/yt-error.ts";
import * as yson from "../../common/yson/value.ts";
import { fieldOutput } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";
import { IGNORE_AND_FORCE, createAt, initialize } from "./create.ts";

/** `link`: makes a link to another path. */
export function link(context: CommandContext): Output {
  const { parameters, user } = context;
  const target = parameters.path("target_path");
  const path = parameters.path("link_path");
  const force = parameters.boolean("force");
  if (force && parameters.boolean("ignore_existing")) {
    throw genericError(IGNORE_AND_FORCE);
  }
  return context.mutate((mutation) => {
    const existing = resolve(mutation, path, { followLast: false, method: "Link" });
    if (existing.type === "node" && parameters.boolean("ignore_existing")) {
      return fieldOutput("node_id", yson.string(existing.node.id));
    }
    const found = resolve(mutation, target, { followLast: false, method: "Link" });
    if (found.type === "missing" && !force) {
      throw found.error;
    }
    const recursive = parameters.boolean("recursive");
    const node = createAt(mutation, path, "link", { method: "Link", recursive, force, user });
    const attributes = new Map(parameters.map("attributes"));
    attributes.set("target_path", yson.string(target.text));
    initialize(mutation, node, user, attributes);
    if (isCyclic(mutation, node)) {
      throw genericError("Failed to create link: link is cyclic");
    }
    return fieldOutput("node_id", yson.string(node.id));
  });
}

function isCyclic(view: View, start: CypressNode): boolean {
  const seen = new Set<CypressNode>();
  for (let node = start; node.type === "link";) {
    if (seen.has(node)) {
      return true;
    }
    seen.add(node);
    const target = parsePath(linkTarget(view, node));
    const found = resolve(view, target, { followLast: false, method: "Link" });
    if (found.type === "missing") {
      return false;
    }
    node = found.node;
  }
  return false;
}
