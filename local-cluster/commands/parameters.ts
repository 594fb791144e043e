/**
 * Typed access to the parameters of a command. An entity counts as absent; parameters that no
 * command asks for are ignored, as on the cluster (docs/yt-http-api.md, section 3).
 */
import type { CypressPath } from "../cypress/path.ts";
import { pathFromValue } from "../cypress/path.ts";
import { NULL_ID } from "../objects/ids.ts";
import { genericError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import { asBoolean } from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";

/** The parameters of one command. */
export class Parameters {
  readonly entries: YsonMap;

  constructor(entries: YsonMap) {
    this.entries = entries;
  }

  find(name: string): YsonValue | undefined {
    const value = this.entries.get(name);
    return value?.type === "entity" ? undefined : value;
  }

  /** @throws {YtError} code 1 when it is absent */
  get(name: string): YsonValue {
    const value = this.find(name);
    if (value === undefined) {
      throw genericError(`Missing required parameter /${name}`);
    }
    return value;
  }

  string(name: string): ByteString {
    const value = this.get(name);
    if (value.type !== "string") {
      throw typeError(name, "string", value);
    }
    return value.value;
  }

  findString(name: string): ByteString | undefined {
    return this.find(name) === undefined ? undefined : this.string(name);
  }

  boolean(name: string, defaultValue = false): boolean {
    const value = this.find(name);
    if (value === undefined) {
      return defaultValue;
    }
    const truth = asBoolean(value);
    if (truth === undefined) {
      throw typeError(name, "boolean", value);
    }
    return truth;
  }

  findInteger(name: string): number | undefined {
    const value = this.find(name);
    if (value === undefined) {
      return undefined;
    }
    if (value.type === "int64" || value.type === "uint64") {
      return Number(value.value);
    }
    throw typeError(name, "int64", value);
  }

  path(name: string): CypressPath {
    return pathFromValue(this.get(name));
  }

  list(name: string): readonly YsonValue[] {
    const value = this.find(name);
    if (value === undefined) {
      return [];
    }
    if (value.type !== "list") {
      throw typeError(name, "list", value);
    }
    return value.items;
  }

  /** An absent map is an empty one. */
  map(name: string): YsonMap {
    const value = this.find(name);
    if (value === undefined) {
      return new Map();
    }
    if (value.type !== "map") {
      throw typeError(name, "map", value);
    }
    return value.entries;
  }

  /** An object id, or undefined when it is absent or all zeros, which clients send for "none". */
  findId(name: string): string | undefined {
    const id = this.findString(name);
    return id === undefined || id === NULL_ID ? undefined : id.toLowerCase();
  }

  /** The names that `attributes` asks for: a list, or a map with `keys`. */
  attributeNames(): readonly ByteString[] {
    const value = this.find("attributes");
    if (value === undefined) {
      return [];
    }
    const keys = value.type === "map" ? value.entries.get("keys") : value;
    if (keys?.type !== "list") {
      throw typeError("attributes", "list", value);
    }
    return keys.items.map((item) => {
      if (item.type !== "string") {
        throw typeError("attributes", "list of strings", value);
      }
      return item.value;
    });
  }
}

function typeError(name: string, wanted: string, actual: YsonValue): Error {
  return genericError(
    `Error reading parameter /${name}: expected "${wanted}", actual "${actual.type}"`,
  );
}
