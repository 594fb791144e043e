/** Attributes of every object: `TObjectProxyBase::ListSystemAttributes` in object_server/object_detail.cpp. */
import type { View } from "../cypress/view.ts";
import { isBuiltin } from "../cypress/system-nodes.ts";
import { CELL_TAG } from "../objects/ids.ts";
import type { CypressNode } from "../objects/node.ts";
import { assertAcl } from "../security/permission.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { computed, constant, expectType, lazy, setting, stored } from "./system-attribute.ts";
import type { AttributeTable } from "./system-attribute.ts";

/** Counters of references are as on a cluster where nobody else looks at the object. */
export const OBJECT_ATTRIBUTES: AttributeTable = {
  id: computed((_view, node) => yson.string(node.id)),
  type: computed((_view, node) => yson.string(node.type)),
  builtin: computed((view, node) => yson.boolean(isBuiltin(view, node))),
  sequoia: constant(yson.boolean(false)),
  ref_counter: constant(yson.int64(1)),
  ephemeral_ref_counter: constant(yson.int64(0)),
  weak_ref_counter: constant(yson.int64(0)),
  foreign: constant(yson.boolean(false)),
  native_cell_tag: constant(yson.uint64(CELL_TAG)),
  revision: computed((_view, _node, state) => yson.uint64(state.revision)),
  attribute_revision: computed((_view, _node, state) => yson.uint64(state.attributeRevision)),
  content_revision: computed((_view, _node, state) => yson.uint64(state.contentRevision)),
  inherit_acl: setting("inherit_acl", "boolean", yson.boolean(true)),
  acl: { read: stored("acl", yson.list([])), validate: assertAcl },
  owner: { read: stored("owner", yson.string("root")), validate: expectType("owner", "string") },
  effective_acl: lazy((view, node) => yson.list([...effectiveAcl(view, node)])),
  life_stage: constant(yson.string("creation_committed")),
  estimated_creation_time: lazy((_view, node) => {
    const time = yson.string(node.creationTime);
    return yson.map({ min: time, max: time });
  }),
};

/** The entries of a node and those that it inherits. */
function* effectiveAcl(view: View, node: CypressNode): Generator<YsonValue> {
  for (let current: CypressNode | undefined = node; current !== undefined;) {
    const { attributes } = view.stateOf(current);
    const acl = attributes.get("acl");
    if (acl?.type === "list") {
      yield* acl.items;
    }
    const inherit = attributes.get("inherit_acl");
    if (inherit?.type === "boolean" && !inherit.value) {
      return;
    }
    current = view.findParent(current);
  }
}
