/**
 * The built-in attributes: how each is read, and which may be set. Unlike the cluster, the emulator
 * computes some from nothing: files take no space beyond their size, tables have no rows, and
 * `account`, codecs, medium and replication are only remembered.
 */
import type { CypressNode, NodeState } from "../objects/node.ts";
import { linkTarget, resolve } from "../cypress/resolve.ts";
import { parsePath } from "../cypress/path.ts";
import type { View } from "../cypress/view.ts";
import { genericError } from "../errors/yt-error.ts";
import type { Lock } from "../locks/lock.ts";
import { assertAcl } from "../security/permission.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import { TABLE_ATTRIBUTES } from "./tables.ts";
import type { YsonValue } from "../../common/yson/value.ts";

/** One built-in attribute. */
export interface SystemAttribute {
  /** Its value on a node, or undefined where the node has none. */
  readonly read: (view: View, node: CypressNode, state: NodeState) => YsonValue | undefined;
  /** `get //x/@` gives an entity instead of it (docs/yt-http-api.md, section 6). */
  readonly lazy?: boolean;
  /** Present when it may be set; throws when the value is not allowed. */
  readonly validate?: (value: YsonValue) => void;
  /** Whether it may be removed. */
  readonly removable?: boolean;
}

/** The built-in attribute of a name, or undefined for any other name. */
export function findSystemAttribute(name: ByteString): SystemAttribute | undefined {
  return SYSTEM_ATTRIBUTES.get(name);
}

/** All built-in attributes, by name. */
export function systemAttributes(): Iterable<[ByteString, SystemAttribute]> {
  return SYSTEM_ATTRIBUTES;
}

type Reader = SystemAttribute["read"];

const stored =
  (name: string, defaultValue?: YsonValue): Reader =>
  (_view, _node, state) =>
    state.attributes.get(name) ?? defaultValue;

const onFiles =
  (read: Reader): Reader =>
  (view, node, state) =>
    node.type === "file" ? read(view, node, state) : undefined;

const onLinks =
  (read: Reader): Reader =>
  (view, node, state) =>
    node.type === "link" ? read(view, node, state) : undefined;

const withChunks =
  (read: Reader): Reader =>
  (view, node, state) =>
    node.type === "file" || node.type === "table" ? read(view, node, state) : undefined;

const SYSTEM_ATTRIBUTES: ReadonlyMap<ByteString, SystemAttribute> = new Map<
  ByteString,
  SystemAttribute
>([
  ["id", { read: (_view, node) => yson.string(node.id) }],
  ["type", { read: (_view, node) => yson.string(node.type) }],
  ["path", { read: (view, node) => yson.string(view.pathOf(node)), lazy: true }],
  ["key", { read: (_view, node) => keyOf(node) }],
  ["parent_id", { read: (view, node) => idOf(view.findParent(node)) }],
  ["revision", { read: (_view, _node, state) => yson.uint64(state.revision) }],
  ["creation_time", { read: (_view, node) => yson.string(node.creationTime) }],
  ["modification_time", { read: (_view, _node, state) => yson.string(state.modificationTime) }],
  ["access_time", { read: (_view, node) => yson.string(node.accessTime) }],
  ["touch_time", { read: (_view, node) => yson.string(node.accessTime) }],
  [
    "owner",
    { read: stored("owner", yson.string("root")), validate: expectType("owner", "string") },
  ],
  [
    "account",
    { read: stored("account", yson.string("tmp")), validate: expectType("account", "string") },
  ],
  ["acl", { read: stored("acl", yson.list([])), validate: assertAcl }],
  [
    "inherit_acl",
    {
      read: stored("inherit_acl", yson.boolean(true)),
      validate: expectType("inherit_acl", "boolean"),
    },
  ],
  ["expiration_time", expiration("expiration_time")],
  ["expiration_timeout", expiration("expiration_timeout")],
  ["ref_counter", { read: () => yson.int64(1) }],
  ["foreign", { read: () => yson.boolean(false) }],
  ["lock_mode", { read: readLockMode }],
  ["lock_count", { read: (view, node) => yson.int64(locksOn(view, node).length) }],
  ["locks", { read: readLocks, lazy: true }],
  ["user_attribute_keys", { read: (_view, _node, state) => userKeys(state), lazy: true }],
  [
    "user_attributes",
    { read: (_view, _node, state) => yson.map(userAttributes(state)), lazy: true },
  ],
  ["count", { read: (_view, node, state) => childCount(node, state) }],
  ["target_path", { read: onLinks((view, node) => yson.string(linkTarget(view, node))) }],
  ["broken", { read: onLinks((view, node) => yson.boolean(isBroken(view, node))) }],
  ["md5", { read: onFiles((_view, _node, state) => findMd5(state)) }],
  ["uncompressed_data_size", { read: withChunks((_view, _node, state) => sizeOf(state)) }],
  ["compressed_data_size", { read: withChunks((_view, _node, state) => sizeOf(state)) }],
  ["chunk_count", { read: withChunks((_view, _node, state) => chunkCount(state)) }],
  ...TABLE_ATTRIBUTES,
  ["executable", fileSetting("executable", "boolean")],
  ["file_name", fileSetting("file_name", "string")],
  ["compression_codec", chunkSetting("compression_codec", yson.string("none"), "string")],
  ["erasure_codec", chunkSetting("erasure_codec", yson.string("none"), "string")],
  ["replication_factor", chunkSetting("replication_factor", yson.int64(3), "int64")],
  ["primary_medium", chunkSetting("primary_medium", yson.string("default"), "string")],
]);

function fileSetting(name: string, type: YsonValue["type"]): SystemAttribute {
  return { read: onFiles(stored(name)), validate: expectType(name, type), removable: true };
}

function chunkSetting(
  name: string,
  defaultValue: YsonValue,
  type: YsonValue["type"],
): SystemAttribute {
  return { read: withChunks(stored(name, defaultValue)), validate: expectType(name, type) };
}

function expiration(name: string): SystemAttribute {
  const validate = (value: YsonValue) => {
    const isTime = value.type === "string" && !Number.isNaN(Date.parse(value.value));
    if (value.type !== "int64" && value.type !== "uint64" && !isTime) {
      throw genericError(`Attribute "${name}" must be a time or a number of milliseconds`);
    }
  };
  return { read: stored(name), validate, removable: true };
}

function expectType(name: string, type: YsonValue["type"]): (value: YsonValue) => void {
  return (value) => {
    if (value.type === type) {
      return;
    }
    throw genericError(
      `Invalid type of attribute "${name}": expected "${type}", actual "${value.type}"`,
    );
  };
}

function keyOf(node: CypressNode): YsonValue | undefined {
  return node.parentId === undefined ? undefined : yson.string(node.key);
}

function idOf(node: CypressNode | undefined): YsonValue | undefined {
  return node === undefined ? undefined : yson.string(node.id);
}

function childCount(node: CypressNode, state: NodeState): YsonValue | undefined {
  return node.type === "map_node" ? yson.int64(state.children.size) : undefined;
}

function findMd5(state: NodeState): YsonValue | undefined {
  return state.content?.md5 === undefined ? undefined : yson.string(state.content.md5);
}

function sizeOf(state: NodeState): YsonValue {
  return yson.int64((state.content?.chunks ?? []).reduce((sum, chunk) => sum + chunk.size, 0));
}

function chunkCount(state: NodeState): YsonValue {
  return yson.int64(state.content?.chunks.length ?? 0);
}

function isBroken(view: View, link: CypressNode): boolean {
  const target = parsePath(linkTarget(view, link));
  return resolve(view, target, { method: "Exists" }).type === "missing";
}

function locksOn(view: View, node: CypressNode): readonly Lock[] {
  return view.objects.locks.onNode(node.id);
}

/** The strongest mode in which the asking transaction itself has locked the node. */
function readLockMode(view: View, node: CypressNode): YsonValue {
  const modes = locksOn(view, node)
    .filter((lock) => lock.state === "acquired" && lock.transactionId === view.transaction?.id)
    .map((lock) => lock.request.mode);
  const strongest = (["exclusive", "shared", "snapshot"] as const).find((mode) =>
    modes.includes(mode),
  );
  return yson.string(strongest ?? "none");
}

function readLocks(view: View, node: CypressNode): YsonValue {
  return yson.list(locksOn(view, node).map(lockValue));
}

/** A lock as `@locks` lists it. */
export function lockValue(lock: Lock): YsonValue {
  const { childKey, attributeKey, mode } = lock.request;
  return yson.map({
    id: yson.string(lock.id),
    state: yson.string(lock.state),
    transaction_id: yson.string(lock.transactionId),
    mode: yson.string(mode),
    ...(childKey === undefined ? {} : { child_key: yson.string(childKey) }),
    ...(attributeKey === undefined ? {} : { attribute_key: yson.string(attributeKey) }),
  });
}

function userAttributes(state: NodeState): yson.YsonMap {
  return new Map([...state.attributes].filter(([name]) => !SYSTEM_ATTRIBUTES.has(name)));
}

function userKeys(state: NodeState): YsonValue {
  return yson.strings(userAttributes(state).keys());
}
