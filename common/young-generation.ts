/** Keeps the room that V8 has for new objects from growing without need, in a process whose Node somebody else has started. */
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** As much as it has with `--max-semi-space-size=8`, in bytes. */
const ENOUGH = 16 << 20;

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
