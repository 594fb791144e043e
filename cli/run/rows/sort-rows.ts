/**
 * Sorts files of rows by columns, as the cluster does before a reducer, in constant memory: the
 * system's `sort` gets each row with its key in front, which is removed afterwards.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { UserError } from "../../../common/errors/user-error.ts";
import type { Interrupts } from "../../terminal/interrupts.ts";
import { splitLines } from "./lines.ts";
import { sortKeys, UnsortableRowError } from "./sort-key.ts";
import { startGroup } from "../stage-process.ts";

/** What `sort` may hold in memory before it writes runs to the disk. */
const SORT_MEMORY = "128M";

const TAB = 0x09;
const NEWLINE = Buffer.from("\n");

/** What a reducer gets between two groups when the operation asks for it, as the JSON format writes it. */
const KEY_SWITCH = Buffer.from('{"$attributes":{"key_switch":true},"$value":null}\n');

/** How rows are sorted for a reducer. */
export interface SortOrder {
  /** Columns whose values make a group. */
  readonly reduceBy: readonly string[];
  /** Columns that order the rows; begins with those of `reduceBy`. */
  readonly sortBy: readonly string[];
  /** Whether a key_switch row is put between two groups. */
  readonly keySwitches: boolean;
}

/** What to sort. */
export interface SortOptions {
  /** A file of JSON lines. */
  readonly source: string;
  /** The file to write. */
  readonly target: string;
  readonly order: SortOrder;
  /** A folder for files that do not fit into memory. */
  readonly folder: string;
  /** What the source is called in messages. */
  readonly name: string;
}

/**
 * Sorts rows; those with equal keys keep their order. Blank lines are left out.
 *
 * @throws {UserError} when a row cannot be sorted, or `sort` is missing or fails
 * @throws {ExitStatus} when a signal came
 */
export async function sortRows(options: SortOptions, interrupts: Interrupts): Promise<void> {
  const { source, target, order, folder } = options;
  const args = ["-s", "-t", "\t", "-k1,1", "-k2,2", "-S", SORT_MEMORY, "-T", folder];
  const { child, ended } = await startGroup(
    {
      program: "sort",
      args,
      directory: folder,
      // Compare bytes, not by the rules of a locale.
      environment: { ...process.env, LC_ALL: "C" },
      stdio: ["pipe", "pipe", "inherit"],
    },
    interrupts,
  );
  if (child.stdin === null || child.stdout === null) {
    throw new Error("sort has no pipes");
  }
  const flows = await Promise.allSettled([
    pipeline(createReadStream(source), withKeys(options), child.stdin),
    pipeline(child.stdout, withoutKeys(order), createWriteStream(target)),
  ]);
  const failures = flows
    .filter((flow) => flow.status === "rejected")
    .map((flow): unknown => flow.reason);
  const mistake = failures.find((failure): failure is UserError => failure instanceof UserError);
  const status = await ended;
  interrupts.assertNone();
  if (mistake !== undefined) {
    throw mistake;
  }
  if (status !== 0) {
    throw new UserError(`Cannot sort ${options.name} as sort ended with exit status ${status}`);
  }
  if (failures.length > 0) {
    throw failures[0];
  }
}

/** Puts a row's key in front of it, as two fields: its group, and its order in the group. */
function withKeys({ order, name }: SortOptions) {
  const { reduceBy, sortBy } = order;
  const fields = [reduceBy, sortBy.slice(reduceBy.length)];
  return async function* keyed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let number = 0;
    for await (const lines of splitLines(chunks)) {
      const parts: Buffer[] = [];
      for (const line of lines) {
        number += 1;
        if (isBlank(line)) {
          continue;
        }
        try {
          const keys = sortKeys(line, fields).map((key) => `${key}\t`);
          parts.push(Buffer.from(keys.join(""), "latin1"), line, NEWLINE);
        } catch (error) {
          if (!(error instanceof UnsortableRowError)) {
            throw error;
          }
          throw new UserError(`Cannot sort ${name} as of row ${number} ${error.message}`);
        }
      }
      yield Buffer.concat(parts);
    }
  };
}

function withoutKeys({ keySwitches }: SortOrder) {
  return async function* bare(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let current: Buffer | undefined;
    for await (const lines of splitLines(chunks)) {
      const parts: Buffer[] = [];
      for (const line of lines) {
        const groupEnd = line.indexOf(TAB);
        const group = line.subarray(0, groupEnd);
        if (keySwitches && current !== undefined && !current.equals(group)) {
          parts.push(KEY_SWITCH);
        }
        current = group;
        parts.push(line.subarray(line.indexOf(TAB, groupEnd + 1) + 1), NEWLINE);
      }
      yield Buffer.concat(parts);
    }
  };
}

function isBlank(line: Buffer): boolean {
  return line.length < 64 && line.toString("latin1").trim() === "";
}
