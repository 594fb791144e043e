/** Ids of objects: nodes, transactions, locks and chunks. */
import { randomFillSync } from "node:crypto";
import type { NodeType } from "./node.ts";
import { SYSTEM_TYPE_NUMBER } from "./system-types.ts";
import type { SystemType } from "./system-types.ts";

type ObjectType =
  NodeType | SystemType | "transaction" | "nested_transaction" | "lock" | "chunk" | "operation";

/** Numbers of object types, the low 16 bits of an id's third group (docs/yt-http-api.md, section 4). */
const OBJECT_TYPE_NUMBER: Readonly<Record<ObjectType, number>> = {
  ...SYSTEM_TYPE_NUMBER,
  transaction: 1,
  nested_transaction: 4,
  chunk: 100,
  lock: 200,
  string_node: 300,
  int64_node: 301,
  double_node: 302,
  map_node: 303,
  uint64_node: 306,
  boolean_node: 305,
  file: 400,
  table: 401,
  link: 417,
  document: 421,
  operation: 1000,
};

const TYPE_NUMBERS: ReadonlySet<number> = new Set(Object.values(OBJECT_TYPE_NUMBER));

/** The number of the one cell that the emulator has. */
export const CELL_TAG = 1;

/** `0-0-0-0`, which clients send for "no transaction". */
export const NULL_ID = "0-0-0-0";

/**
 * A new object id: four hexadecimal groups, the third of which names cell and type. The others are
 * random where the cluster counts up, so that ids do not repeat after a restart; clients treat them
 * as opaque (docs/yt-http-api.md, section 4).
 */
export function createId(type: ObjectType): string {
  const random = takeRandom();
  const groups = [
    random.readUInt32BE(0),
    random.readUInt32BE(4),
    ((CELL_TAG << 16) | OBJECT_TYPE_NUMBER[type]) >>> 0,
    random.readUInt32BE(8),
  ];
  return groups.map((group) => group.toString(16)).join("-");
}

/** So many bytes at a time: to ask for a few costs as much as to ask for some thousand. */
const randomPool = Buffer.alloc(12 * 512);
let randomUsed = randomPool.length;

/** @returns 12 random bytes, good until the next call */
function takeRandom(): Buffer {
  if (randomUsed === randomPool.length) {
    randomFillSync(randomPool);
    randomUsed = 0;
  }
  randomUsed += 12;
  return randomPool.subarray(randomUsed - 12, randomUsed);
}

/** Whether this cluster may have given out the id: its cell and a type of object are in it, or it is zero. */
export function isIssuedId(id: string): boolean {
  const group = Number.parseInt(id.split("-")[2] ?? "", 16);
  return id === NULL_ID || (group >>> 16 === CELL_TAG && TYPE_NUMBERS.has(group & 0xff_ff));
}

/** Whether the text has the form of an id. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{1,8}(?:-[0-9a-f]{1,8}){3}$/i.test(text);
}
