/** What is said of an operation that the user has stopped. */
import { nameOf } from "../state/urn.ts";
import type { Step } from "./step.ts";

/** @param cutShort the steps that were not let to finish */
export function stoppedMessage(cutShort: readonly Pick<Step, "operation" | "urn">[]): string {
  if (cutShort.length === 0) {
    return "The operation was stopped before it was done; what was done is saved";
  }
  const steps = cutShort.map(({ operation, urn }) => `${operation} "${nameOf(urn)}"`).join(", ");
  return (
    `The operation was killed in the middle of: ${steps}; it is not known whether that was done, ` +
    "what was done before is saved, run the same command again"
  );
}
