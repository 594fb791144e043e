/** Ids in the form of YTsaurus. */
import { randomBytes } from "node:crypto";

/**
 * A fresh id: four groups of hex digits without leading zeros, `5ce11d3b-8f2a40c1-7d0c2e-a1b2c3d4`.
 * Used for what is no object of a cluster: mutations, requests, traces.
 */
export function createGuid(): string {
  const bytes = randomBytes(16);
  return [0, 4, 8, 12].map((offset) => bytes.readUInt32BE(offset).toString(16)).join("-");
}
