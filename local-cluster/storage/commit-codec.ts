/** Commits as values and back. Empty fields are left out. */
import type { Chunk, CypressNode, FileContent, NodeChange } from "../objects/node.ts";
import { NODE_TYPES } from "../objects/node.ts";
import { SYSTEM_TYPES } from "../objects/system-types.ts";
import type { TrunkCommit } from "../cypress/commit.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { FieldReader, damagedDataError } from "./field-reader.ts";

/** @param sequence number of the commit; a snapshot says up to which it goes */
export function encodeCommit(commit: TrunkCommit, sequence: number): YsonValue {
  const { created, changes, answer } = commit;
  return yson.map({
    sequence: yson.int64(sequence),
    ...(created.length === 0 ? {} : { created: yson.list(created.map(encodeNode)) }),
    changes: yson.map(mapValues(changes, encodeChange)),
    ...(answer === undefined
      ? {}
      : {
          answer: yson.map({
            mutation_id: yson.string(answer.mutationId),
            answer: answer.answer,
          }),
        }),
  });
}

/** The commit, and its number. */
export function decodeCommit(value: YsonValue): TrunkCommit & { readonly sequence: number } {
  const fields = new FieldReader(value);
  const answer = fields.find("answer");
  return {
    sequence: fields.number("sequence"),
    created: fields.list("created").map(decodeNode),
    changes: mapValues(fields.map("changes"), decodeChange),
    answer: answer === undefined ? undefined : decodeAnswer(new FieldReader(answer)),
  };
}

function decodeAnswer(fields: FieldReader) {
  return {
    mutationId: fields.string("mutation_id"),
    answer: fields.find("answer") ?? yson.entity,
  };
}

function encodeNode(node: CypressNode): YsonValue {
  return yson.map({
    id: yson.string(node.id),
    type: yson.string(node.type),
    ...(node.parentId === undefined ? {} : { parent_id: yson.string(node.parentId) }),
    key: yson.string(node.key),
    creation_time: yson.string(node.creationTime),
  });
}

function decodeNode(value: YsonValue): CypressNode {
  const fields = new FieldReader(value);
  const type = [...NODE_TYPES, ...SYSTEM_TYPES].find((name) => name === fields.string("type"));
  if (type === undefined) {
    throw damagedDataError(`node type "${fields.string("type")}"`);
  }
  const creationTime = fields.string("creation_time");
  return {
    id: fields.string("id"),
    type,
    parentId: fields.findString("parent_id"),
    key: fields.string("key"),
    creationTime,
    trunk: undefined,
    accessTime: creationTime,
  };
}

function encodeChange(change: NodeChange): YsonValue {
  const { attributes, children, value, content, appended } = change;
  return yson.map({
    ...encodeOverlay("attributes", attributes, (attribute) => attribute),
    ...encodeOverlay("children", children, yson.string),
    ...(value === undefined ? {} : { value }),
    ...(content === undefined ? {} : { content: encodeContent(content) }),
    ...(appended.length === 0 ? {} : { appended: yson.list(appended.map(encodeChunk)) }),
    modification_time: yson.string(change.modificationTime),
    revision: yson.int64(change.revision),
    ...encodeRevisions(change),
  });
}

function decodeChange(encoded: YsonValue): NodeChange {
  const fields = new FieldReader(encoded);
  const content = fields.find("content");
  return {
    attributes: decodeOverlay(fields, "attributes", (attribute) => attribute),
    children: decodeOverlay(fields, "children", (id) => {
      if (id.type !== "string") {
        throw damagedDataError("a child is not an id");
      }
      return id.value;
    }),
    value: fields.find("value"),
    content: content === undefined ? undefined : decodeContent(content),
    appended: fields.list("appended").map(decodeChunk),
    modificationTime: fields.string("modification_time"),
    revision: fields.number("revision"),
    attributeRevision: fields.findNumber("attribute_revision"),
    contentRevision: fields.findNumber("content_revision"),
  };
}

/** Without any, both are the change's, which most changes are (and all of older releases). */
function encodeRevisions(change: NodeChange): Record<string, YsonValue> {
  const { revision, attributeRevision, contentRevision } = change;
  if (attributeRevision === revision && contentRevision === revision) {
    return {};
  }
  return {
    ...(attributeRevision === undefined
      ? {}
      : { attribute_revision: yson.int64(attributeRevision) }),
    ...(contentRevision === undefined ? {} : { content_revision: yson.int64(contentRevision) }),
  };
}

function encodeOverlay<T>(
  name: string,
  overlay: ReadonlyMap<ByteString, T | undefined>,
  encode: (item: T) => YsonValue,
): Record<string, YsonValue> {
  const kept = new Map<ByteString, YsonValue>();
  const removed: YsonValue[] = [];
  for (const [key, item] of overlay) {
    if (item === undefined) {
      removed.push(yson.string(key));
    } else {
      kept.set(key, encode(item));
    }
  }
  return {
    ...(kept.size === 0 ? {} : { [name]: yson.map(kept) }),
    ...(removed.length === 0 ? {} : { [`removed_${name}`]: yson.list(removed) }),
  };
}

function decodeOverlay<T>(
  fields: FieldReader,
  name: string,
  decode: (value: YsonValue) => T,
): ReadonlyMap<ByteString, T | undefined> {
  const overlay = new Map<ByteString, T | undefined>();
  for (const [key, value] of fields.map(name)) {
    overlay.set(key, decode(value));
  }
  for (const key of fields.list(`removed_${name}`)) {
    if (key.type !== "string") {
      throw damagedDataError("a removed key is not a string");
    }
    overlay.set(key.value, undefined);
  }
  return overlay;
}

function encodeContent(content: FileContent): YsonValue {
  return yson.map({
    chunks: yson.list(content.chunks.map(encodeChunk)),
    ...(content.md5 === undefined ? {} : { md5: yson.string(content.md5) }),
  });
}

function decodeContent(value: YsonValue): FileContent {
  const fields = new FieldReader(value);
  return { chunks: fields.list("chunks").map(decodeChunk), md5: fields.findString("md5") };
}

function encodeChunk(chunk: Chunk): YsonValue {
  return yson.map({ id: yson.string(chunk.id), size: yson.int64(chunk.size) });
}

function decodeChunk(value: YsonValue): Chunk {
  const fields = new FieldReader(value);
  return { id: fields.string("id"), size: fields.number("size") };
}

function mapValues<A, B>(map: ReadonlyMap<string, A>, convert: (value: A) => B): Map<string, B> {
  const converted = new Map<string, B>();
  for (const [key, value] of map) {
    converted.set(key, convert(value));
  }
  return converted;
}
