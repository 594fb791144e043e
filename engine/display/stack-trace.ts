import { withoutColor } from "./colors.ts";

/** Frames of Node.js and of installed packages: nothing in them is the user's to mend. */
const FOREIGN_FRAME = /^\s*at .*(?:node_modules[\\/]|node:internal[\\/])/;

/** Leaves, of a program's error, the message and those frames that lie in the user's own code. */
export function readableStack(message: string): string {
  return message
    .split("\n")
    .filter((line) => !FOREIGN_FRAME.test(withoutColor(line)))
    .join("\n");
}
