/** Reads what a stack's operations have left in its history, the CLI's own (`getHistory` in pkg/backend/diy/state.go of pulumi/pulumi). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../common/errors/message-of.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { listNames } from "../../common/files/list-names.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { textOr } from "../values/text.ts";
import { decompress } from "./compression.ts";
import type { StackStore } from "./stack-store.ts";

/** One operation of the past. */
export interface PastOperation {
  /** `update`, `refresh`, `destroy`, and what else the CLI notes. */
  readonly kind: string;
  /** Seconds since 1970. */
  readonly startTime: number;
  readonly endTime: number;
  readonly message: string;
  /** `succeeded`, `failed`, or what else the CLI notes. */
  readonly result: string;
  /** Numbers of resources by what happened to them. */
  readonly resourceChanges: Readonly<Record<string, number>>;
}

/**
 * Reads a stack's history, the newest first.
 *
 * @throws {UserError} when a record cannot be read
 */
export async function readHistory(store: StackStore): Promise<readonly PastOperation[]> {
  const names = (await listNames(store.paths.history))
    .filter((name) => /\.history\.json(\.gz|\.zst)?$/.test(name))
    // The time is a part of the name, always of as many digits.
    .toSorted()
    .toReversed();
  return Promise.all(names.map((name) => readRecord(join(store.paths.history, name))));
}

async function readRecord(path: string): Promise<PastOperation> {
  let record: unknown;
  try {
    record = JSON.parse(decompress(await readFile(path)));
  } catch (error) {
    throw new UserError(`Cannot read "${path}" of the stack's history: ${messageOf(error)}`);
  }
  const { kind, startTime, endTime, message, result, resourceChanges } = isRecord(record)
    ? record
    : {};
  const changes = isRecord(resourceChanges) ? Object.entries(resourceChanges) : [];
  return {
    kind: textOr(kind, "unknown"),
    startTime: Number(startTime ?? 0),
    endTime: Number(endTime ?? 0),
    message: textOr(message, ""),
    result: textOr(result, "unknown"),
    resourceChanges: Object.fromEntries(changes.map(([name, count]) => [name, Number(count)])),
  };
}
