/** Keeps the room that V8 has for new objects from growing without need, in a process whose Node somebody else has started. */
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** How large each of its halves may be, in MiB; V8's own default is 16 and more. */
const SEMI_SPACE_MIB = 8;

/** The argument of Node that keeps it small from the start. */
export const SMALL_YOUNG_GENERATION: string = `--max-semi-space-size=${SEMI_SPACE_MIB}`;

/** Both halves, in bytes. */
const ENOUGH = (2 * SEMI_SPACE_MIB) << 20;

let isKept = false;

/**
 * To be called now and then: once there is enough of it, it grows no more. V8 would let it grow to more than all that is
 * in use, and is no faster with that. It reads this flag (`semi_space_growth_factor` in its src/heap) whenever it would grow,
 * that of the limit only when it starts.
 */
export function keepYoungGenerationSmall(): void {
  if (isKept) {
    return;
  }
  const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
  if (space !== undefined && space.space_size >= ENOUGH) {
    setFlagsFromString("--semi-space-growth-factor=1");
    isKept = true;
  }
}
