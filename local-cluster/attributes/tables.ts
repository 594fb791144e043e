/**
 * The attributes of tables, which here have a schema and no rows: what clients ask before they start an
 * operation. Reading and writing rows is not emulated, nor are dynamic tables.
 */
import { genericError, notEmulatedError } from "../errors/yt-error.ts";
import type { NodeState } from "../objects/node.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { constant, setting } from "./system-attribute.ts";
import type { AttributeReader, AttributeTable } from "./system-attribute.ts";

/** The built-in attributes that only tables have. */
export const TABLE_ATTRIBUTES: AttributeTable = {
  row_count: constant(yson.int64(0)),
  chunk_row_count: constant(yson.int64(0)),
  data_weight: constant(yson.int64(0)),
  schema: { read: ofState(schemaOf), validate: assertSchema },
  schema_mode: { read: ofState((state) => yson.string(schemaMode(state))) },
  sorted: { read: ofState((state) => yson.boolean(keyColumns(state).length > 0)) },
  sorted_by: { read: ofState(sortedBy) },
  key_columns: { read: ofState((state) => yson.strings(keyColumns(state))) },
  dynamic: { read: () => yson.boolean(false), validate: assertStatic },
  optimize_for: setting("optimize_for", "string", yson.string("lookup")),
};

function ofState(read: (state: NodeState) => YsonValue | undefined): AttributeReader {
  return (_view, _node, state) => read(state);
}

/** A schema that was given is strict unless it says otherwise; a table without one takes any columns. */
function schemaOf({ attributes }: NodeState): YsonValue {
  const given = attributes.get("schema");
  const isStrict = given !== undefined;
  const defaults = { strict: yson.boolean(isStrict), unique_keys: yson.boolean(false) };
  const shown = new Map([...Object.entries(defaults), ...(given?.attributes ?? [])]);
  return yson.withAttributes(yson.list(columnsOf(given)), shown);
}

/** Each with what the cluster fills in. */
function columnsOf(schema: YsonValue | undefined): readonly YsonValue[] {
  return (schema?.type === "list" ? schema.items : []).map((column) =>
    column.type === "map"
      ? yson.map(new Map([["required", yson.boolean(false)], ...column.entries]))
      : column,
  );
}

function schemaMode({ attributes }: NodeState): string {
  return attributes.has("schema") ? "strong" : "weak";
}

function keyColumns({ attributes }: NodeState): readonly ByteString[] {
  return columnsOf(attributes.get("schema")).flatMap((column) => {
    const entries = column.type === "map" ? column.entries : undefined;
    const name = entries?.get("name");
    const order = entries?.get("sort_order");
    return name?.type === "string" && order?.type === "string" ? [name.value] : [];
  });
}

function sortedBy(state: NodeState): YsonValue | undefined {
  const columns = keyColumns(state);
  return columns.length === 0 ? undefined : yson.strings(columns);
}

function assertSchema(value: YsonValue): void {
  if (value.type !== "list" || value.items.some(({ type }) => type !== "map")) {
    throw genericError('Attribute "schema" must be a list of maps, one for each column');
  }
}

function assertStatic(value: YsonValue): void {
  if (yson.asBoolean(value) !== false) {
    throw notEmulatedError("dynamic tables");
  }
}
