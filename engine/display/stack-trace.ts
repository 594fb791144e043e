/** Stack traces without the frames that are not the user's own. */
import { withoutColor } from "../../cli/terminal/colors.ts";

/** Frames of Node.js and of installed packages, which are not the user's code. */
const FOREIGN_FRAME = /^\s*at .*(?:node_modules[\\/]|node:internal[\\/])/;

/** Whether a line of a stack trace lies in Node.js or in an installed package. */
export function isForeignFrame(line: string): boolean {
  return FOREIGN_FRAME.test(withoutColor(line));
}

/**
 * Whether the SDK's provider process repeats what its answer says anyway: it prints an error with its stack, which is
 * the message alone where there is no stack to show (`cmd/dynamic-provider/index.ts`: `${e}: ${e.stack}`).
 */
export function isRepeatedError(line: string): boolean {
  return /^\w+: (.+): \1$/.test(line);
}

/** Leaves, of a program's error, the message and those frames that lie in the user's own code. */
export function readableStack(message: string): string {
  const kept: string[] = [];
  for (const line of message.split("\n")) {
    if (!isForeignFrame(line)) {
      kept.push(line);
    } else if (withoutColor(line).endsWith(" {")) {
      // The last frame opens the error's properties, which stay.
      kept.push(`${kept.pop() ?? ""} {`);
    }
  }
  return kept.join("\n");
}
