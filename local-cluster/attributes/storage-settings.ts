/**
 * Settings of how chunks are stored. The emulator only remembers them. A map node may have them, too:
 * what is made below it takes them over (`FOR_EACH_INHERITABLE_ATTRIBUTE` in cypress_server/node_detail.h).
 */
import type { View } from "../cypress/view.ts";
import type { CypressNode } from "../objects/node.ts";
import { genericError } from "../errors/yt-error.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";
import { expectOneOf, expectType, stored } from "./system-attribute.ts";
import type { AttributeTable, AttributeValidator, SystemAttribute } from "./system-attribute.ts";

/** yt/core/compression/public.h, with the old names. */
const COMPRESSION_CODECS: readonly string[] = [
  "none",
  "snappy",
  "lz4",
  "lz4_high_compression",
  ...numbered("brotli", 1, 11),
  ...numbered("zlib", 1, 9),
  ...numbered("zstd", 1, 21),
  ...numbered("lzma", 0, 9),
  ...numbered("bzip2", 1, 9),
  "zlib6",
  "gzip_normal",
  "zlib9",
  "gzip_best_compression",
  "zstd",
  "brotli3",
  "brotli5",
  "brotli8",
];

/** yt/library/erasure/public.h. */
const ERASURE_CODECS: readonly string[] = [
  "none",
  "reed_solomon_6_3",
  "jerasure_reed_solomon_6_3",
  "isa_reed_solomon_6_3",
  "reed_solomon_3_3",
  "isa_reed_solomon_3_3",
  "lrc_12_2_2",
  "jerasure_lrc_12_2_2",
  "isa_lrc_12_2_2",
];

/** One setting: what it may be, and what it is when nobody has set it. */
interface StorageSetting {
  readonly validate: AttributeValidator;
  readonly defaultValue?: YsonValue;
  readonly outsideTransactions?: boolean;
}

const SETTINGS: Readonly<Record<string, StorageSetting>> = {
  compression_codec: {
    validate: expectOneOf("compression_codec", COMPRESSION_CODECS),
    defaultValue: yson.string("none"),
  },
  erasure_codec: {
    validate: expectOneOf("erasure_codec", ERASURE_CODECS),
    defaultValue: yson.string("none"),
  },
  enable_striped_erasure: {
    validate: expectType("enable_striped_erasure", "boolean"),
    defaultValue: yson.boolean(false),
  },
  replication_factor: {
    validate: expectReplicationFactor,
    defaultValue: yson.int64(3),
    outsideTransactions: true,
  },
  vital: {
    validate: expectType("vital", "boolean"),
    defaultValue: yson.boolean(true),
    outsideTransactions: true,
  },
  primary_medium: {
    validate: expectMedium,
    defaultValue: yson.string("default"),
    outsideTransactions: true,
  },
  media: { validate: expectType("media", "map"), outsideTransactions: true },
  chunk_merger_mode: {
    validate: expectOneOf("chunk_merger_mode", ["none", "shallow", "deep", "auto"]),
    defaultValue: yson.string("none"),
  },
};

/** Settings that only tables use. */
const TABLE_SETTINGS = [
  "hunk_erasure_codec",
  "atomicity",
  "commit_ordering",
  "in_memory_mode",
  "optimize_for",
  "profiling_mode",
  "profiling_tag",
  "tablet_cell_bundle",
  "chaos_cell_bundle",
];

/** As files and tables have them: always with a value. */
export const STORAGE_ATTRIBUTES: AttributeTable = {
  ...mapSettings((name, setting) => ({
    read: stored(name, setting.defaultValue),
    validate: setting.validate,
    outsideTransactions: setting.outsideTransactions === true,
  })),
  media: {
    read: (_view, _node, { attributes }) => attributes.get("media") ?? defaultMedia(attributes),
    validate: expectType("media", "map"),
    outsideTransactions: true,
  },
};

/** As map nodes have them: only where they are set. */
export const INHERITABLE_ATTRIBUTES: AttributeTable = {
  ...mapSettings((name, { validate }) => ({ read: stored(name), validate, removable: true })),
  ...Object.fromEntries(
    TABLE_SETTINGS.map((name) => [
      name,
      { read: stored(name), validate: expectType(name, "string"), removable: true },
    ]),
  ),
};

/** What a new file or table takes over from the folders above it, the nearest first. */
export function inheritedSettings(view: View, parent: CypressNode): YsonMap {
  const inherited = new Map<string, YsonValue>();
  for (let current: CypressNode | undefined = parent; current !== undefined;) {
    const { attributes } = view.stateOf(current);
    for (const name of Object.keys(SETTINGS)) {
      const value = attributes.get(name);
      if (value !== undefined && !inherited.has(name)) {
        inherited.set(name, value);
      }
    }
    current = view.findParent(current);
  }
  return inherited;
}

function mapSettings(
  convert: (name: string, setting: StorageSetting) => SystemAttribute,
): AttributeTable {
  return Object.fromEntries(
    Object.entries(SETTINGS).map(([name, setting]) => [name, convert(name, setting)]),
  );
}

function defaultMedia(attributes: YsonMap): YsonValue {
  const medium = attributes.get("primary_medium");
  const replicas = attributes.get("replication_factor") ?? yson.int64(3);
  const settings = { replication_factor: replicas, data_parts_only: yson.boolean(false) };
  return yson.map({ [medium?.type === "string" ? medium.value : "default"]: yson.map(settings) });
}

/** Limits of `ValidateReplicationFactor` (client/chunk_client/public.h). */
function expectReplicationFactor(value: YsonValue): void {
  if (value.type !== "int64" && value.type !== "uint64") {
    expectType("replication_factor", "int64")(value);
    return;
  }
  if (value.value < 1n || value.value > 20n) {
    throw genericError(`Replication factor ${value.value} is out of range [1,20]`);
  }
}

function expectMedium(value: YsonValue): void {
  if (value.type !== "string" || value.value !== "default") {
    const name = value.type === "string" ? value.value : value.type;
    throw genericError(`No such medium "${name}"`);
  }
}

function numbered(name: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${name}_${first + index}`);
}
