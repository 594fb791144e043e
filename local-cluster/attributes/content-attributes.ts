/**
 * Attributes of files, tables, links and map nodes beside those of every node: `ListSystemAttributes` in
 * chunk_owner_node_proxy.cpp, file_node_proxy.cpp and link_node_proxy.cpp. Chunks are stored as they
 * come, so that compressed and uncompressed sizes are the same.
 */
import type { View } from "../cypress/view.ts";
import { linkTarget, resolve } from "../cypress/resolve.ts";
import { parsePath } from "../cypress/path.ts";
import { NULL_ID } from "../objects/ids.ts";
import type { CypressNode, NodeState } from "../objects/node.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { dataSize } from "./data-size.ts";
import { usageOf, usageValue } from "./resource-usage.ts";
import { STORAGE_ATTRIBUTES } from "./storage-settings.ts";
import { computed, lazy, optionalSetting, setting } from "./system-attribute.ts";
import type { AttributeTable } from "./system-attribute.ts";

/** Those of files and tables. */
export const CHUNK_OWNER_ATTRIBUTES: AttributeTable = {
  ...STORAGE_ATTRIBUTES,
  chunk_list_id: lazy(() => yson.string(NULL_ID)),
  hunk_chunk_list_id: lazy(() => yson.string(NULL_ID)),
  chunk_ids: lazy((_view, _node, state) =>
    yson.strings((state.content?.chunks ?? []).map((chunk) => chunk.id)),
  ),
  compression_statistics: lazy((_view, _node, state) => byCodec(state, "compression_codec")),
  erasure_statistics: lazy((_view, _node, state) => byCodec(state, "erasure_codec")),
  multicell_statistics: lazy((_view, _node, state) => yson.map({ "1": statistics(state) })),
  chunk_format_statistics: lazy(() => yson.map({})),
  chunk_media_statistics: lazy((_view, _node, state) =>
    yson.map(hasChunks(state) ? { default: statistics(state) } : {}),
  ),
  snapshot_statistics: lazy((_view, _node, state) => statistics(state)),
  delta_statistics: lazy(() => statistics(undefined)),
  chunk_count: computed((_view, _node, state) => yson.int64(state.content?.chunks.length ?? 0)),
  uncompressed_data_size: computed((_view, _node, state) => yson.int64(dataSize(state))),
  compressed_data_size: computed((_view, _node, state) => yson.int64(dataSize(state))),
  compression_ratio: computed((_view, _node, state) => yson.double(dataSize(state) === 0 ? 0 : 1)),
  update_mode: computed(updateMode),
  security_tags: setting("security_tags", "list", yson.list([])),
  is_being_merged: lazy(() => yson.boolean(false)),
  enable_skynet_sharing: setting("enable_skynet_sharing", "boolean", yson.boolean(false)),
  chunk_merger_traversal_info: lazy(() =>
    yson.map({ chunk_count: yson.int64(0), config_version: yson.int64(0) }),
  ),
  versioned_resource_usage: computed((view, _node, state) =>
    view.transaction === undefined ? undefined : usageValue(usageOf(state)),
  ),
};

/** Those of files alone. */
export const FILE_ATTRIBUTES: AttributeTable = {
  md5: computed((_view, _node, { content }) =>
    content?.md5 === undefined ? undefined : yson.string(content.md5),
  ),
  executable: optionalSetting("executable", "boolean"),
  file_name: optionalSetting("file_name", "string"),
};

/** Those of links. */
export const LINK_ATTRIBUTES: AttributeTable = {
  target_path: computed((view, node) => yson.string(linkTarget(view, node))),
  broken: computed((view, node) => yson.boolean(isBroken(view, node))),
};

function isBroken(view: View, link: CypressNode): boolean {
  const target = parsePath(linkTarget(view, link));
  return resolve(view, target, { method: "Exists" }).type === "missing";
}

/** How the transaction is going to change the content. */
function updateMode(view: View, node: CypressNode): YsonValue {
  const change = view.transaction?.changes.get(node.id);
  if (change?.content !== undefined) {
    return yson.string("overwrite");
  }
  return yson.string((change?.appended.length ?? 0) > 0 ? "append" : "none");
}

function hasChunks(state: NodeState): boolean {
  return (state.content?.chunks.length ?? 0) > 0;
}

/** All chunks are taken to be in the codec that is set now. */
function byCodec(state: NodeState, name: string): YsonValue {
  const codec = state.attributes.get(name);
  const codecName = codec?.type === "string" ? codec.value : "none";
  return yson.map(hasChunks(state) ? { [codecName]: statistics(state) } : {});
}

function statistics(state: NodeState | undefined): YsonValue {
  const size = yson.int64(state === undefined ? 0 : dataSize(state));
  return yson.map({
    chunk_count: yson.int64(state?.content?.chunks.length ?? 0),
    uncompressed_data_size: size,
    compressed_data_size: size,
    row_count: yson.int64(0),
  });
}
