/** Reading what the emulator itself has written: anything unexpected means that a file is damaged. */
import { UserError } from "../../common/errors/user-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";

/** Typed access to the fields of a map in the journal. */
export class FieldReader {
  readonly #entries: YsonMap;

  constructor(value: YsonValue) {
    if (value.type !== "map") {
      throw damagedDataError(`a map was expected, found "${value.type}"`);
    }
    this.#entries = value.entries;
  }

  /** The field as it is, or undefined. */
  find(name: string): YsonValue | undefined {
    return this.#entries.get(name);
  }

  string(name: string): ByteString {
    const value = this.find(name);
    if (value?.type !== "string") {
      throw damagedDataError(`field "${name}" is not a string`);
    }
    return value.value;
  }

  findString(name: string): ByteString | undefined {
    return this.find(name) === undefined ? undefined : this.string(name);
  }

  number(name: string): number {
    const value = this.find(name);
    if (value?.type !== "int64") {
      throw damagedDataError(`field "${name}" is not an integer`);
    }
    return Number(value.value);
  }

  findNumber(name: string): number | undefined {
    return this.find(name) === undefined ? undefined : this.number(name);
  }

  /** An absent map is an empty one. */
  map(name: string): YsonMap {
    const value = this.find(name);
    if (value === undefined) {
      return new Map();
    }
    if (value.type !== "map") {
      throw damagedDataError(`field "${name}" is not a map`);
    }
    return value.entries;
  }

  /** An absent list is an empty one. */
  list(name: string): readonly YsonValue[] {
    const value = this.find(name);
    if (value === undefined) {
      return [];
    }
    if (value.type !== "list") {
      throw damagedDataError(`field "${name}" is not a list`);
    }
    return value.items;
  }
}

/** The error for a file of the data directory with a content that the emulator does not write. */
export function damagedDataError(what: string): UserError {
  return new UserError(`Data of the local cluster are damaged: ${what}`);
}
